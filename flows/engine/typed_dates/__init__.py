"""Dates and times as people type them, in Dutch and in English: what they mean, or why that cannot be said.

``understand(text, now=..., language="nl")`` gives an outcome; ``written(meaning, t)`` shows a meaning back in full.
``number(text)`` gives the whole number that is typed, or None.
"""

from flows.engine.typed_dates.meanings import (
    Day,
    Hint,
    Impossible,
    Meaning,
    Moment,
    NotUnderstood,
    Outcome,
    Past,
    SeveralMeanings,
    TimeOfDay,
    Understood,
    Wanted,
    Why,
    written,
)
from flows.engine.typed_dates.numbers import number
from flows.engine.typed_dates.understanding import understand

__all__ = [
    "Day", "Hint", "Impossible", "Meaning", "Moment", "NotUnderstood", "Outcome", "Past", "SeveralMeanings",
    "TimeOfDay", "Understood", "Wanted", "Why", "number", "understand", "written",
]  # fmt: skip
