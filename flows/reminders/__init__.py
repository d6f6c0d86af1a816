"""Reminders before a session, and a question to reflect on between two."""
