"""Dates and times as people type them, in Dutch and in English: what they mean, or why that cannot be said.

``understanding.understand(text, now=..., language="nl")`` gives an outcome, and ``meanings.written(meaning, t)`` shows
a meaning back in full. ``numbers.number(text)`` gives the whole number that is typed, or None.
"""
