"""Times of day as they are said: on the clock of twelve hours as a rule, and mostly within a working day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import time
from typing import Final

PARTS: Final[tuple[Collection[int], ...]] = (
    range(1, 12),
    range(12, 19),
    range(17, 24),
    (22, 23, 1, 2, 3, 4, 5),
    range(12),
    range(12, 24),
)
"""The hours of morning, afternoon, evening and night, and those before and after noon (am, pm)."""

WORKING_DAY: Final = range(8, 18)
"""The hours people mean when they say "ten" or "half past two" and nothing more, as the people asked here do."""


@dataclass(frozen=True)
class Clock:
    """What a clock is said to show. No ``times`` at all: a time that does not exist.

    ``open``: it may as well be twelve hours earlier or later.
    """

    times: tuple[time, ...]
    open: bool

    def meant(self, part: int | None) -> tuple[time, ...]:
        """The times it can be, in that part of the day when one is said."""
        both = tuple(sorted({either for one in self.times for either in (one, _across(one))}))
        if part is not None:
            return tuple(one for one in both if one.hour in PARTS[part])
        if not self.open:
            return self.times
        return tuple(one for one in both if one.hour in WORKING_DAY) or both


def _across(one: time) -> time:
    """The other time that a clock of twelve hours shows so; a time of 13 hours or more is told on another clock."""
    if one.hour > 12:
        return one
    return one.replace(hour=(one.hour + 12) % 24)


def clock(hour: int, minutes: Iterable[int] = (0,), *, exact: bool = False) -> Clock:
    """The clock so many ``minutes`` after (or before) ``hour``; several where the words may mean several.

    ``exact`` tells that the hour stands on the clock of 24 hours; one of 13 or more, or 0, always does.
    """
    sums = [hour * 60 + minute for minute in minutes] if hour < 24 else []
    return Clock(tuple(_time(one) for one in sums), open=not exact and 1 <= hour <= 12)


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
