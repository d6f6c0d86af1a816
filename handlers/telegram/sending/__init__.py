"""The Bot API: its client, rate limits and messages."""
