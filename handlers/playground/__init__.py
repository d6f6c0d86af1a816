"""A local page on which anybody may speak as anybody, to see the bot at work: through the same flows as every channel."""
