"""A local page on which anybody may speak as anybody, to see the bot at work.

It is a channel like the others: it goes through the same flows, outbox and scheduler.
"""
