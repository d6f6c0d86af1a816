"""The menu, the home page, the to-do list and the next step."""
