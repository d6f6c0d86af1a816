"""Views as Telegram messages and keyboards."""
