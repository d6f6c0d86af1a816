"""Days that have a name, and fall on another date each year or are more than one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flows.engine.typed_dates.days import JUST_GONE, Dates

EASTER, CHRISTMAS, KINGS_DAY = range(3)
"""What a feast is counted from: the first number of ``Kind.FEAST``."""

_APRIL_27: Final = (4, 27)


@dataclass(frozen=True)
class Feast:
    """So many ``days`` in a row, the first of them ``away`` days from what the feast is counted from.

    ``nth`` tells which of those days; 0 that it may be each of them. Without a ``year``, the next time.
    """

    origin: int
    away: int
    days: int
    nth: int = 0
    year: int = 0

    def dates(self, today: date, weekday: int | None) -> Dates:
        if self.year:
            return self._in(self.year)
        every = (self._in(year) for year in range(today.year - 1, today.year + 2))
        return next((found for found in every if not found or found[-1] >= today - JUST_GONE), ())

    def _in(self, year: int) -> Dates:
        first = _origin(self.origin, year) + timedelta(days=self.away)
        every = tuple(first + timedelta(days=n) for n in range(self.days))
        return every[self.nth - 1 : self.nth] if self.nth else every


def _origin(origin: int, year: int) -> date:
    if origin == CHRISTMAS:
        return date(year, 12, 25)
    return _easter(year) if origin == EASTER else _kings_day(year)


def _kings_day(year: int) -> date:
    """27 April, or the day before where that is a Sunday."""
    day = date(year, *_APRIL_27)
    return day - timedelta(days=1) if day.weekday() == 6 else day


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, as in Jean Meeus, Astronomical Algorithms, chapter 8."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - shift + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
