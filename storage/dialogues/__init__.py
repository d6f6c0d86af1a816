"""Requests, searches, offers, sessions and series."""
