"""A facilitator's yes, no, or another time."""
