"""A month and the hours of a day as buttons. Days and times are local, as the answers of forms are."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.engine.language.texts import Translator
from handlers.telegram.rendering.inert_buttons import WEEKDAYS, Heading
from handlers.telegram.rendering.question_actions import Op

MONTHS_AHEAD = 12
"""So many months can be leafed through; a day further on can be typed, and the form says what it thinks of it."""
FIRST, LAST = time(8), time(19, 30)
"""The times that are offered, each half hour. Others can be typed."""
HOURS_IN_ROW = 4
_HALF_HOUR = timedelta(minutes=30)
_EMPTY = "\u00b7"
"""Where there is no day to choose; Telegram refuses a button without a visible sign."""


@dataclass(frozen=True)
class Key:
    """A button under a question: what it says, and which step it takes."""

    label: str
    op: Op
    arg: str = ""


Rows = Sequence[Sequence[Key]]


def first_month(now: datetime, wanted: str) -> date:
    """The first day of the month to show: the one with the ``wanted`` day (2026-12-08), within what is leafed through.

    ``now`` is the local time. A day that cannot be read counts as today.
    """
    try:
        day = date.fromisoformat(wanted).replace(day=1) if wanted else now.date().replace(day=1)
    except ValueError:
        day = now.date().replace(day=1)
    earliest = now.date().replace(day=1)
    return min(max(day, earliest), _months_on(earliest, MONTHS_AHEAD))


def month(t: Translator, now: datetime, wanted: str, chosen: str = "") -> Rows:
    """A month of days from today on, with the ways to the months beside it. ``chosen`` is the day answered before."""
    first = first_month(now, wanted)
    weekdays = [Key(t.weekday(number)[:2], Op.STAY, WEEKDAYS[number]) for number in range(7)]
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    days = [[_day(one, first, now.date(), chosen) for one in week] for week in weeks if week[-1] >= now.date()]
    return [list(_heading(t, first, now.date())), weekdays, *days]


def hours(now: datetime, day: str) -> Rows:
    """The times of a day that are still to come, each half hour of a day's work and the evening after it."""
    keys = [Key(f"{at:%H:%M}", Op.ANSWER, f"{day}T{at:%H:%M}") for at in _times(now, date.fromisoformat(day))]
    return [keys[start : start + HOURS_IN_ROW] for start in range(0, len(keys), HOURS_IN_ROW)]


def _heading(t: Translator, first: date, today: date) -> Iterator[Key]:
    this, last = today.replace(day=1), _months_on(today.replace(day=1), MONTHS_AHEAD)
    before, after = _months_on(first, -1), _months_on(first, 1)
    yield Key("\u2039", Op.MONTH, before.isoformat()) if first > this else Key(_EMPTY, Op.STAY, Heading.EMPTY)
    yield Key(t.month(first), Op.STAY, Heading.MONTH)
    yield Key("\u203a", Op.MONTH, after.isoformat()) if first < last else Key(_EMPTY, Op.STAY, Heading.EMPTY)


def _day(day: date, first: date, today: date, chosen: str) -> Key:
    if day.month != first.month or day < today:
        return Key(_EMPTY, Op.STAY, Heading.EMPTY)
    mark = "\u2713" if day.isoformat() == chosen else ""
    return Key(f"{mark}{day.day}", Op.DAY, day.isoformat())


def _times(now: datetime, day: date) -> Iterator[time]:
    at = datetime.combine(day, FIRST)
    while at.time() <= LAST and at.date() == day:
        if at > now.replace(tzinfo=None):
            yield at.time()
        at += _HALF_HOUR


def _months_on(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + years, month=month + 1)
