"""Views as Block Kit."""
