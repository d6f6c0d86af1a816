"""Texts in both languages, and the marks in them."""
