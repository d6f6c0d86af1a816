"""Working time: which days and hours an office is open, and how far a promise of working hours reaches.

Moments come in aware, in any zone, and go out aware in UTC. Spans are real elapsed time, so the hour that
summer time takes or gives counts as it passes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from types import MappingProxyType
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from holidays import OPTIONAL, PUBLIC, country_holidays

LiberationDay = Literal["never", "lustrum", "always"]

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
MONDAY_TO_FRIDAY: Final = frozenset(range(5))
LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"nl": "nl", "en": "en_US", "en_US": "en_US"})
NOTHING: Final = timedelta()
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class WorkWeek:
    """The hours an office is open: ``opens`` to ``closes`` on each of ``days`` (Monday is 0), in ``zone``.

    Closed on the Dutch public holidays, as the holidays library lists them after the Algemene termijnenwet,
    article 3 (Good Friday included), and on the dates in ``extra_closed``. On 5 May it is closed ``never``,
    once in five years (``lustrum``: 2025, 2030, as most collective agreements have it) or ``always``.
    A ValueError meets a week that never opens, or an unknown word for 5 May.
    """

    zone: ZoneInfo = AMSTERDAM
    days: frozenset[int] = MONDAY_TO_FRIDAY
    opens: time = time(9)
    closes: time = time(17)
    liberation_day: LiberationDay = "lustrum"
    extra_closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError("a work week needs days from 0 (Monday) to 6 (Sunday)")
        if self.opens.tzinfo or self.closes.tzinfo or self.opens >= self.closes:
            raise ValueError("a work week opens before it closes, by the wall clock of its zone")
        if self.liberation_day not in get_args(LiberationDay):
            raise ValueError(f"5 May is closed never, lustrum or always, not {self.liberation_day!r}")

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens at all on this local day."""
        if day.weekday() not in self.days or day in self.extra_closed:
            return False
        return day not in _public_holidays(day.year, "nl", self.liberation_day)

    def holiday_name(self, day: date, language: str) -> str | None:
        """The public holiday that closes the office that day, in "nl" or "en" ("en_US"); else None.

        An ``extra_closed`` date has no name, nor has a 5 May on which the office works. A ValueError
        meets any other language.
        """
        if language not in LANGUAGES:
            raise ValueError(f"holidays have no names in {language!r}")
        return _public_holidays(day.year, LANGUAGES[language], self.liberation_day).get(day)

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment at which ``span`` of working time has passed since ``start``.

        A full day from opening ends at closing that day, not at the next opening. A zero span from outside
        working hours ends at the next opening. A ValueError meets a naive start or a negative span.
        """
        left, moment = _not_negative(span), _utc(start)
        hours = self._office_hours(self._local_day(moment), ONE_DAY)
        opening, closing = next(hours)
        while left > (available := closing - max(opening, moment)):
            left -= max(available, NOTHING)
            opening, closing = next(hours)
        return closing - (available - left)

    def subtract(self, start: datetime, span: timedelta) -> datetime:
        """The moment from which ``span`` of working time passes until ``start``; the mirror image of ``add``.

        A full day back from closing is that day's opening. A zero span from outside working hours goes back
        to the last closing. A ValueError meets a naive start or a negative span.
        """
        left, moment = _not_negative(span), _utc(start)
        hours = self._office_hours(self._local_day(moment), -ONE_DAY)
        opening, closing = next(hours)
        while left > (available := min(closing, moment) - opening):
            left -= max(available, NOTHING)
            opening, closing = next(hours)
        return opening + (available - left)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from ``start`` to ``end``; negative when the end comes first.

        A ValueError meets a naive moment.
        """
        first, last = _utc(start), _utc(end)
        if last < first:
            return -self.between(last, first)
        hours = takewhile(lambda day: day[0] < last, self._office_hours(self._local_day(first), ONE_DAY))
        passed = (min(closing, last) - max(opening, first) for opening, closing in hours)
        return sum((max(span, NOTHING) for span in passed), NOTHING)

    def next_opening(self, moment: datetime) -> datetime:
        """``moment`` itself when the office is open then, else when it next opens.

        At the very minute of closing it is shut. A ValueError meets a naive moment.
        """
        instant = _utc(moment)
        hours = self._office_hours(self._local_day(instant), ONE_DAY)
        return next(max(opening, instant) for opening, closing in hours if instant < closing)

    def end_of_working_day_after(self, start: datetime, days: int) -> datetime:
        """The close of business ``days`` working days after ``start``; zero means the same day's.

        A start outside working hours counts as the next opening, so an acute question asked on Friday
        evening, with one working day to answer, is due when Tuesday closes. A ValueError meets a naive
        start or a negative number of days.
        """
        if days < 0:
            raise ValueError("a promise looks forward: days must not be negative")
        hours = self._office_hours(self._local_day(self.next_opening(start)), ONE_DAY)
        for _ in range(days):
            next(hours)
        return next(hours)[1]

    def _local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _office_hours(self, day: date, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing, in UTC, of each working day from ``day`` on, by ``step``, without an end."""
        while True:
            if self.is_working_day(day):
                yield local_instant(day, self.opens, self.zone), local_instant(day, self.closes, self.zone)
            day += step


def local_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC moment at which clocks in ``zone`` show ``wall`` on ``day``.

    A time that the spring change skips gives the first moment after the skip (02:30 becomes 03:00); a time
    that the autumn change repeats gives the first of the two, or the second when ``wall.fold`` is 1.
    """
    local = datetime.combine(day, wall, tzinfo=zone)
    before, after = _offset(local.replace(fold=0)), _offset(local.replace(fold=1))
    if before < after:
        return _end_of_gap(local, before, after)
    return local.astimezone(UTC)


def _end_of_gap(local: datetime, before: timedelta, after: timedelta) -> datetime:
    # zoneinfo does not tell when its changes fall, but this one lies within the length of the gap from here.
    earliest = local.replace(tzinfo=UTC, microsecond=0) - after
    seconds = range(int((after - before).total_seconds()) + 1)
    skipped = bisect_left(
        seconds, after, key=lambda s: _offset((earliest + timedelta(seconds=s)).astimezone(local.tzinfo))
    )
    return earliest + timedelta(seconds=skipped)


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment needs a time zone")
    return offset


def _utc(moment: datetime) -> datetime:
    # Python compares and subtracts moments of one zone by their wall clocks, wrong over summer time.
    _offset(moment)
    return moment.astimezone(UTC)


def _not_negative(span: timedelta) -> timedelta:
    if span < NOTHING:
        raise ValueError("a span of working time must not be negative")
    return span


@lru_cache(maxsize=256)
def _public_holidays(year: int, language: str, liberation_day: LiberationDay) -> Mapping[date, str]:
    public = dict(country_holidays("NL", years=year, language=language, categories=(PUBLIC,)).items())
    liberation = dict(country_holidays("NL", years=year, language=language, categories=(OPTIONAL,)).items())
    if liberation_day == "always":
        return {**liberation, **public}
    if liberation_day == "never":
        # Ascension Day on 5 May bears both names and stays.
        return {day: name for day, name in public.items() if liberation.get(day) != name}
    return public
