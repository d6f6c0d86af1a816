"""Composing the messages that must arrive, and those that could not be delivered."""
