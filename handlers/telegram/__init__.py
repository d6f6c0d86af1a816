"""Telegram: what the bot is there."""
