"""Unfinished forms, and the questions that stand in front of people."""
