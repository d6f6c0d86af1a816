"""The one way out: what a channel is."""
