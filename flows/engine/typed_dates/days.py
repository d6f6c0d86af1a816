"""Days as they are said, and the dates each can be, seen from today. No date at all: a day that does not exist."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final, Protocol

JUST_GONE: Final = timedelta(days=60)
"""A date without a year that lies so short ago is more likely a slip than a wish for next year."""

ONE_WEEK: Final = timedelta(weeks=1)

Dates = tuple[date, ...]


class When(Protocol):
    """A way to say a day."""

    def dates(self, today: date, weekday: int | None) -> Dates:
        """The dates it can be, with a weekday (Monday is 0) said beside it or not."""


@dataclass(frozen=True)
class Vague:
    """A word about days that does not come to one, as "next month"."""

    def dates(self, today: date, weekday: int | None) -> Dates:
        return ()


@dataclass(frozen=True)
class Ahead:
    """So many days or months from today. A month that is too short for its day gives its last day."""

    days: int = 0
    months: int = 0

    def dates(self, today: date, weekday: int | None) -> Dates:
        first = _month(today, self.months)
        last = _month(first, 1) - timedelta(days=1)
        return (first.replace(day=min(today.day, last.day)) + timedelta(days=self.days),)


@dataclass(frozen=True)
class OnDate:
    """A day of a month; without a ``month`` the next month that has it, without a ``year`` the next time.

    ``turned``: it may be the day that was meant as month, so that one just gone is not taken for a slip.
    """

    day: int
    month: int | None = None
    year: int = 0
    turned: bool = False

    def dates(self, today: date, weekday: int | None) -> Dates:
        if self.month is None:
            months = (_month(today, ahead) for ahead in range(13))
            coming = _existing((first.year, first.month, self.day) for first in months)
            return tuple(day for day in coming if day >= today)[:1]
        years = (self.year,) if self.year else range(today.year - 1, today.year + 2)
        found = _existing((year, self.month, self.day) for year in years)
        return found if self.year else _in_turn(found, today if self.turned else today - JUST_GONE, weekday)


@dataclass(frozen=True)
class NthWeekday:
    """The ``nth`` (-1: the last) ``weekday`` of a month, or of the one so many months ``ahead`` when none is named."""

    nth: int
    weekday: int
    month: int = 0
    year: int = 0
    ahead: int = 0

    def dates(self, today: date, weekday: int | None) -> Dates:
        if not self.month:
            return self._in(_month(today, self.ahead))
        if self.year:
            return self._in(date(self.year, self.month, 1))
        years = range(today.year - 1, today.year + 2)
        every = (found for year in years for found in self._in(date(year, self.month, 1)))
        return _in_turn(tuple(every), today - JUST_GONE, weekday)

    def _in(self, first: date) -> Dates:
        start = _on_or_after(first, self.weekday)
        such = [start + n * ONE_WEEK for n in range(5) if (start + n * ONE_WEEK).month == first.month]
        return tuple(such[-1:] if self.nth == -1 else such[self.nth - 1 : self.nth])


@dataclass(frozen=True)
class InWeek:
    """In the week, from Monday on, so many ``weeks`` after this one. A weekday beside it tells the day."""

    weeks: int

    def dates(self, today: date, weekday: int | None) -> Dates:
        monday = today - timedelta(days=today.weekday()) + self.weeks * ONE_WEEK
        return () if weekday is None else (monday + timedelta(days=weekday),)


@dataclass(frozen=True)
class WeeksAhead:
    """In so many weeks. With a weekday: that day of the week it leads to, or so many weeks after the coming one."""

    weeks: int

    def dates(self, today: date, weekday: int | None) -> Dates:
        if weekday is None:
            return (today + self.weeks * ONE_WEEK,)
        return (*InWeek(self.weeks).dates(today, weekday), _on_or_after(today, weekday) + self.weeks * ONE_WEEK)


@dataclass(frozen=True)
class WeeksAfter:
    """So many weeks after the coming ``weekday``, as in "Tuesday week"."""

    weekday: int
    weeks: int

    def dates(self, today: date, weekday: int | None) -> Dates:
        return (_on_or_after(today, self.weekday) + self.weeks * ONE_WEEK,)


@dataclass(frozen=True)
class WeekNumber:
    """In the week of this number (ISO 8601), of this year, or of the first whose week is not over."""

    number: int
    year: int = 0

    def dates(self, today: date, weekday: int | None) -> Dates:
        monday = today - timedelta(days=today.weekday())
        years = (self.year,) if self.year else range(today.year - 1, today.year + 3)
        found = (_of_week(year, self.number, weekday or 0) for year in years)
        return tuple(day for day in found if day and (self.year or day >= monday))[:1]


class Which(Enum):
    """Which of the coming days with that name."""

    ANY = "any"
    NEXT = "next"
    THIS = "this"
    COMING = "coming"


@dataclass(frozen=True)
class Weekday:
    """A day of the week (Monday is 0) and how it was pointed at.

    On the day itself it may mean today or a week later. "Next" is to some the first to come, to others the one in
    the week after this.
    """

    number: int
    which: Which = Which.ANY

    def dates(self, today: date) -> Dates:
        """The dates it can be, when nothing else is said about the day."""
        coming, after = (_on_or_after(today + timedelta(days=n), self.number) for n in (0, 1))
        if self.which is Which.NEXT:
            return (after, *InWeek(1).dates(today, self.number))
        return {Which.ANY: (coming, after), Which.THIS: (coming,), Which.COMING: (after,)}[self.which]


def nearest(day: date, weekday: int) -> date:
    """The day with that weekday that lies closest."""
    return day + timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)


def _in_turn(days: Dates, since: date, weekday: int | None) -> Dates:
    """The first of these days from ``since`` on, with this weekday where one has it; empty where all are past."""
    near = [day for day in days if day >= since]
    named = [day for day in near if weekday is not None and day.weekday() == weekday]
    return tuple((named or near)[:1])


def _existing(days: Iterable[tuple[int, int, int]]) -> Dates:
    return tuple(found for day in days if (found := _date(*day)))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # A month has no such day, a year no such month.
        return None


def _of_week(year: int, week: int, weekday: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, weekday + 1)
    except ValueError:  # The year has no such week.
        return None


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _month(day: date, ahead: int) -> date:
    """The first day of the month so many months after the month of ``day``."""
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)
