"""Steering a search: asking again, choosing by hand, other moments."""
