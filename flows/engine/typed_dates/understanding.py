"""What a typed date or time means, seen from a moment in a zone."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from flows.engine.calendars.worktime import AMSTERDAM
from flows.engine.typed_dates.days import InWeek, Vague, WeekNumber, nearest
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
)
from flows.engine.typed_dates.phrases import MOST_WORDS, readings
from flows.engine.typed_dates.reading import Reading
from flows.engine.typed_dates.words import UnknownWord, words

LONGEST: Final = 120
"""The most signs that are read: the longest way to say a moment is half of it."""
MOST_MEANINGS: Final = 4
"""How many a person can choose from at a glance."""


def understand(
    text: str, *, now: datetime, zone: ZoneInfo = AMSTERDAM, language: str = "nl", wanted: Wanted | None = None
) -> Outcome:
    """What ``text`` means to somebody who types it at ``now`` (aware), in ``zone``, in ``language`` ("nl" or "en").

    Words of both languages are understood; the language decides where they would differ. ``wanted`` is what was asked.
    A day may be answered with a day and a time, and so may a time; asked for a moment, people may tell a part of it.
    A part of the day without an hour ("tomorrow afternoon") gives the day. Weeks begin on Monday, and dates put the day
    first. A ValueError meets a naive ``now``.
    """
    if now.utcoffset() is None:
        raise ValueError("words about time are understood from a moment with a time zone")
    if len(text) > LONGEST:
        return NotUnderstood(Hint.TOO_LONG)
    try:
        tokens = words(text)
    except UnknownWord as unknown:
        return NotUnderstood(Hint.UNKNOWN_WORD, unknown.word)
    if not tokens or len(tokens) > MOST_WORDS:
        return NotUnderstood(Hint.TOO_LONG if tokens else Hint.EMPTY)
    found = readings(tokens, language)
    return _outcome(found, now.astimezone(UTC), zone, wanted) if found else NotUnderstood(Hint.NOT_TOGETHER)


def _outcome(found: list[Reading], now: datetime, zone: ZoneInfo, wanted: Wanted | None) -> Outcome:
    telling = [reading for reading in found if _tells(reading, wanted)]
    if not telling:
        return NotUnderstood(Hint.NEEDS_TIME if wanted is Wanted.TIME else Hint.NEEDS_DAY)
    today = now.astimezone(zone).date()
    exact = _meanings(telling, today, zone, strict=True)
    meanings = exact or _meanings(telling, today, zone, strict=False)
    if not meanings:
        return Impossible(_why(telling[0], today))
    ahead = [one for one in meanings if not _is_past(one, now, today)]
    if not ahead:
        # A date with the wrong weekday is shown with its own weekday: the date is what was typed.
        dated = [] if exact else _meanings(map(_without_weekday, telling), today, zone, strict=True)
        return Past((dated or meanings)[-1])
    if len(ahead) > MOST_MEANINGS:
        return NotUnderstood(Hint.TOO_OPEN)
    return Understood(ahead[0]) if len(ahead) == 1 else SeveralMeanings(tuple(ahead))


def _tells(reading: Reading, wanted: Wanted | None) -> bool:
    """Whether it tells a day or a time at all, and what was asked for."""
    day = reading.when is not None or reading.weekday is not None
    if _is_vague(reading) or not (day or reading.clock):
        return False
    return {Wanted.DAY: day, Wanted.TIME: reading.clock is not None}.get(wanted, True) if wanted else True


def _without_weekday(reading: Reading) -> Reading:
    return replace(reading, weekday=None)


def _is_vague(reading: Reading) -> bool:
    """Whether it names a whole week or month."""
    whole_week = isinstance(reading.when, InWeek | WeekNumber) and reading.weekday is None
    return whole_week or isinstance(reading.when, Vague)


def _meanings(found: Iterable[Reading], today: date, zone: ZoneInfo, *, strict: bool) -> list[Meaning]:
    every = dict.fromkeys(one for reading in found for one in _each(reading, today, zone, strict=strict))
    return sorted(every, key=_order)


def _each(reading: Reading, today: date, zone: ZoneInfo, *, strict: bool) -> Iterator[Meaning]:
    times = reading.clock.meant(reading.part) if reading.clock else ()
    if reading.when is None and reading.weekday is None:
        yield from map(TimeOfDay, times)
    elif reading.clock is None:
        yield from map(Day, _days(reading, today, strict=strict))
    else:
        moments = (_moment(day, at, zone) for day in _days(reading, today, strict=strict) for at in times)
        yield from (moment for moment in moments if moment)


def _days(reading: Reading, today: date, *, strict: bool) -> list[date]:
    """The days it can mean. Where date and weekday differ: none if ``strict``, else what either of them says."""
    named = reading.weekday
    if reading.when is None:
        return list(named.dates(today)) if named else []
    found = reading.when.dates(today, named.number if named else None)
    if named is None:
        return list(found)
    if strict:
        return [day for day in found if day.weekday() == named.number]
    return [either for day in found for either in (day, nearest(day, named.number))]


def _moment(day: date, at: time, zone: ZoneInfo) -> Moment | None:
    """The moment clocks show this, the first if they do so twice; None when they jump over it."""
    local = datetime.combine(day, at, tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return None
    return Moment(moment, repeated=local.utcoffset() != local.replace(fold=1).utcoffset())


def _why(reading: Reading, today: date) -> Why:
    if reading.clock and not reading.clock.meant(reading.part):
        return Why.NO_SUCH_TIME
    return Why.SKIPPED if _days(reading, today, strict=False) else Why.NO_SUCH_DAY


def _is_past(meaning: Meaning, now: datetime, today: date) -> bool:
    if isinstance(meaning, Moment):
        return meaning.at <= now
    return isinstance(meaning, Day) and meaning.day < today


def _order(meaning: Meaning) -> tuple[str, str]:
    """Moments before days before times, the earliest first."""
    if isinstance(meaning, Moment):
        return "a", meaning.at.isoformat()
    return ("b", meaning.day.isoformat()) if isinstance(meaning, Day) else ("c", meaning.time.isoformat())
