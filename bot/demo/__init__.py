"""The story that is played in the terminal, and the people who play it."""
