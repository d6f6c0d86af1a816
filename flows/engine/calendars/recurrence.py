"""The dates of a rhythm: which days a series falls on, and what to propose when such a day is blocked.

Days are local days; moments go out aware in UTC.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from flows.engine.calendars.worktime import WorkWeek, local_instant

__all__ = [
    "EveryWeeks",
    "MonthlyWeekday",
    "Planned",
    "Rhythm",
    "Slot",
    "dates",
    "following",
    "halfway",
    "local_instant",
    "parse",
    "plan",
]

Blocked = Callable[[date], str | None]

LAST: Final = -1
MOST_WEEKS: Final = 52
DAYS_TO_MOVE: Final = 14
MID_MORNING: Final = time(10)
ONE_DAY: Final = timedelta(days=1)
STORED: Final = re.compile(r"weeks:(?P<weeks>[1-9][0-9]?)|month:(?P<nth>-1|[1-4]):(?P<weekday>[0-6])")


@dataclass(frozen=True)
class EveryWeeks:
    """Every ``n`` weeks on the same weekday, 1 to 52; written "weeks:3".

    Raises ValueError for another number.
    """

    n: int

    def __post_init__(self) -> None:
        if not 1 <= self.n <= MOST_WEEKS:
            raise ValueError(f"a rhythm comes every 1 to {MOST_WEEKS} weeks, not {self.n}")

    def __str__(self) -> str:
        return f"weeks:{self.n}"

    def after(self, day: date) -> date:
        """The day ``n`` weeks later."""
        return day + timedelta(weeks=self.n)


@dataclass(frozen=True)
class MonthlyWeekday:
    """The ``nth`` (1 to 4, or -1 for the last) ``weekday`` (Monday is 0) of each month.

    Written "month:2:1" for the second Tuesday. Raises ValueError for other numbers.
    """

    nth: int
    weekday: int

    def __post_init__(self) -> None:
        if self.nth not in (LAST, 1, 2, 3, 4):
            raise ValueError(f"a month has a first to fourth or a last (-1) weekday, not {self.nth}")
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"a weekday is 0 (Monday) to 6 (Sunday), not {self.weekday}")

    def __str__(self) -> str:
        return f"month:{self.nth}:{self.weekday}"

    def after(self, day: date) -> date:
        """The one such day in the month after the month of ``day``."""
        start = _next_month(day)
        if self.nth == LAST:
            end = _next_month(start) - ONE_DAY
            return end - timedelta(days=(end.weekday() - self.weekday) % 7)
        return start + timedelta(days=(self.weekday - start.weekday()) % 7, weeks=self.nth - 1)


Rhythm = EveryWeeks | MonthlyWeekday


@dataclass(frozen=True)
class Slot:
    """The ``day`` proposed for the one the rhythm ``wished``, and why the wished one is blocked, if it is.

    A ``reason`` with ``day`` equal to ``wished`` says that no better day was found.
    """

    wished: date
    day: date
    reason: str | None


@dataclass(frozen=True)
class Planned:
    """One session of a plan: a ``Slot`` and the moment it starts, aware UTC."""

    starts_at: datetime
    wished: date
    day: date
    reason: str | None


def parse(text: str) -> Rhythm:
    """The rhythm that ``str(rhythm)`` wrote: "weeks:3", "month:2:1", "month:-1:4" (last Friday).

    A ValueError meets any other text.
    """
    found = STORED.fullmatch(text)
    if found is None:
        raise ValueError(f"not a rhythm: {text!r}")
    if found["weeks"]:
        return EveryWeeks(int(found["weeks"]))
    return MonthlyWeekday(int(found["nth"]), int(found["weekday"]))


def following(rhythm: Rhythm, last_day: date) -> date:
    """The next day the rhythm wishes after ``last_day``; in a monthly rhythm always in the next month.

    Give the day that was wished, not the one the session was moved to, or the move carries on for good.
    """
    return rhythm.after(last_day)


def dates(first: date, rhythm: Rhythm, *, count: int | None, until: date | None) -> list[date]:
    """The days a series wishes for: ``first`` itself, whatever weekday it is, and those that follow it.

    Ends after ``count`` days or with the last day not past ``until``, whichever comes sooner; empty when
    ``until`` lies before ``first``. A ValueError meets a count below 1 and a series without an end.
    """
    if count is None and until is None:
        raise ValueError("a series needs a number of sessions or a last day")
    if count is not None and count < 1:
        raise ValueError(f"a series has at least one session, not {count}")
    wished = _endless(first, rhythm)
    return list(islice(takewhile(lambda day: until is None or day <= until, wished), count))


def plan(
    first_start: datetime,
    rhythm: Rhythm,
    *,
    count: int | None,
    until: date | None,
    zone: ZoneInfo,
    blocked: Blocked,
) -> list[Planned]:
    """A whole series at the first session's wall-clock time in ``zone``, over summer time too.

    ``blocked`` gives the reason why a local day will not do, or None; say so for weekends as well. Instead
    of a blocked day comes the next free one within 14 days that stays before the next wished day and not
    past ``until``, else the nearest free one before it; else the wished day stays. The first session never
    moves to an earlier day, because that may have passed. Days rise strictly, one for each of ``dates``,
    whose ValueErrors are raised here too, as is one for a naive ``first_start``.
    """
    if first_start.utcoffset() is None:
        raise ValueError("the first session needs a time zone")
    first = first_start.astimezone(zone)
    wished = dates(first.date(), rhythm, count=count, until=until)
    return [
        Planned(local_instant(slot.day, first.time(), zone), slot.wished, slot.day, slot.reason)
        for slot in _slots(wished, rhythm, until, blocked)
    ]


def halfway(a: datetime, b: datetime, week: WorkWeek) -> datetime:
    """A good moment, aware UTC, for a word between a session at ``a`` and the next one at ``b``.

    It is 10:00 local time, or opening time if the office is shut at ten, on the working day nearest the
    middle among the days strictly between the two; without such a day it is the true middle. Raises
    ValueError for naive moments and for an ``a`` that is not before ``b``.
    """
    middle = _middle(a, b)
    start, end = a.astimezone(week.zone).date(), b.astimezone(week.zone).date()
    wall = MID_MORNING if week.opens <= MID_MORNING < week.closes else week.opens
    between = (start + timedelta(days=n) for n in range(1, (end - start).days))
    mornings = (local_instant(day, wall, week.zone) for day in between if week.is_working_day(day))
    return min(mornings, key=lambda morning: abs(morning - middle), default=middle)


def _middle(a: datetime, b: datetime) -> datetime:
    if a.utcoffset() is None or b.utcoffset() is None:
        raise ValueError("halfway needs moments with a time zone")
    start, end = a.astimezone(UTC), b.astimezone(UTC)
    if start >= end:
        raise ValueError("halfway needs the earlier moment first")
    return start + (end - start) / 2


def _slots(wished: list[date], rhythm: Rhythm, until: date | None, blocked: Blocked) -> Iterator[Slot]:
    after = min(wished, default=date.min)
    for day in wished:
        upcoming = following(rhythm, day)
        before = upcoming if until is None else min(upcoming, until + ONE_DAY)
        slot = _slot(day, after, before, blocked)
        yield slot
        after = slot.day


def _slot(wished: date, after: date, before: date, blocked: Blocked) -> Slot:
    """The slot for one wished day; another day must lie strictly between ``after`` and ``before``."""
    reason = blocked(wished)
    if reason is None:
        return Slot(wished, wished, None)
    later = (wished + timedelta(days=n) for n in range(1, DAYS_TO_MOVE + 1))
    earlier = (wished - timedelta(days=n) for n in range(1, DAYS_TO_MOVE + 1))
    free = (day for day in chain(later, earlier) if after < day < before and blocked(day) is None)
    return Slot(wished, next(free, wished), reason)


def _endless(first: date, rhythm: Rhythm) -> Iterator[date]:
    day = first
    while True:
        yield day
        day = following(rhythm, day)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
