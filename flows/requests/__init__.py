"""Asking for a dialogue, changing it and cancelling it."""
