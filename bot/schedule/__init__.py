"""The clock, and what is done when it is due."""
