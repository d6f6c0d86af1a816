"""The sides of facilitators' profiles that matter for one need, each fetched for all of them at once."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from storage.database.unit_of_work import UnitOfWork
from storage.dialogues.candidates.candidate import Busy, Candidate, Lookup, Month
from storage.dialogues.candidates.prefilter import names
from storage.dialogues.candidates.reading import Rows, day, fetch, instant
from storage.models import Level
from storage.programme.catalogue import path_ids

Stretches = tuple[tuple[int, int], ...]

_FORMS = "SELECT facilitator_id, form_id FROM facilitator_form WHERE facilitator_id IN {ids}"
_LANGUAGES = "SELECT facilitator_id, language FROM facilitator_language WHERE facilitator_id IN {ids}"
_PLACES = "SELECT facilitator_id, place FROM facilitator_place WHERE facilitator_id IN {ids}"
_TOPICS = """SELECT facilitator_id, topic_id FROM facilitator_topic
 WHERE facilitator_id IN {ids} AND topic_id IN ({topics})"""
_HOURS = """SELECT facilitator_id, weekday, opens, closes FROM weekly_hours
 WHERE facilitator_id IN {ids} AND weekday IN ({weekdays})"""
_AWAY = """SELECT facilitator_id, first_day, last_day FROM away
 WHERE facilitator_id IN {ids} AND last_day >= :earliest AND first_day <= :latest"""
# A taken seat occupies its facilitator whether the session is proposed, planned or seeks its second facilitator.
# One that was held counts for its month. CROSS JOIN keeps SQLite from walking every session of the period instead.
_SESSIONS = """SELECT s.facilitator_id, d.starts_at, d.minutes, d.online, d.place
 FROM seat s CROSS JOIN dialogue_session d WHERE s.facilitator_id IN {ids} AND d.id = s.session_id
 AND d.state IN ('planned', 'seeking', 'proposed', 'held') AND d.starts_at >= :earliest AND d.starts_at < :latest"""
_OFFERS = """SELECT facilitator_id, count(*) FROM offer
 WHERE facilitator_id IN {ids} AND state IN ('open', 'proposed') GROUP BY facilitator_id"""

_IDS = {
    "sqlite": "(SELECT value FROM json_each(:ids))",
    "postgresql": "(SELECT unnest(CAST(:ids AS integer[])))",
}
_LEVELS = {level.value: level for level in Level}
_NOTHING: Mapping[Any, Any] = MappingProxyType({})
_ASIDE = timedelta(days=2)
"""How far a session may reach into the days that matter from outside: its length, and the way there."""


def complete(uow: UnitOfWork, lookup: Lookup, people: Rows, *, skilled: bool) -> tuple[Candidate, ...]:
    """The candidates for these rows of the prefilter, in their order.

    ``skilled`` people are known to be trained in the form and to speak the language, so that is not fetched again.
    """
    if not people:
        return ()
    sides = _Sides(uow, lookup, [row[2] for row in people])
    known, diary = _Known(sides, skilled=skilled), _Diary(sides)
    offers = dict(sides.fetch(_OFFERS))
    return tuple(_candidate(row[2:], known, diary, offers) for row in people)


def _candidate(row: Any, known: "_Known", diary: "_Diary", offers: Mapping[int, int]) -> Candidate:
    person, level, capacity, online, joined_on, back_on, last_asked_at, active, path, reachable = row
    return Candidate(
        person,
        known.path(path),
        _LEVELS[level],
        capacity,
        bool(active),
        bool(online),
        day(joined_on),
        None if back_on is None else day(back_on),
        None if last_asked_at is None else instant(last_asked_at),
        known.forms(person),
        known.topics(person),
        known.languages(person),
        known.places(person),
        diary.hours.get(person, _NOTHING),
        diary.away.get(person, ()),
        diary.busy.get(person, ()),
        diary.load.get(person, _NOTHING),
        offers.get(person, 0),
        bool(reachable),
    )


class _Sides:
    """Fetches one side of the profiles of all these people."""

    def __init__(self, uow: UnitOfWork, lookup: Lookup, people: list[int]) -> None:
        self.uow = uow
        self.lookup = lookup
        dialect = uow.db.connection().dialect.name
        self._listed = _IDS[dialect]
        self._ids = json.dumps(people) if dialect == "sqlite" else people

    def fetch(self, statement: str, **given: object) -> Rows:
        return fetch(self.uow, statement.replace("{ids}", self._listed), {"ids": self._ids, **given})

    def among(self, statement: str, name: str, wanted: Iterable[int]) -> Rows:
        """The same, for a side of which only the wanted values matter."""
        values = sorted(wanted)
        listed = statement.replace(f"{{{name}s}}", names(name, len(values)))
        return self.fetch(listed, **{f"{name}{n}": value for n, value in enumerate(values)})


def _sets(rows: Rows) -> Callable[[int], frozenset[Any]]:
    found: dict[int, frozenset[Any]] = {}
    single = lru_cache(maxsize=None)(lambda value: frozenset((value,)))
    for person, value in rows:
        found[person] = found[person] | {value} if person in found else single(value)
    return lambda person: found.get(person, frozenset())


def _same(*values: Any) -> Callable[[int], frozenset[Any]]:
    everybody = frozenset(values)
    return lambda _: everybody


class _Known:
    """What the people can do, each side by person."""

    def __init__(self, sides: _Sides, *, skilled: bool) -> None:
        lookup = sides.lookup
        self.forms = _same(lookup.form_id) if skilled else _sets(sides.fetch(_FORMS))
        self.languages = _same(lookup.language) if skilled else _sets(sides.fetch(_LANGUAGES))
        self.topics = _sets(sides.among(_TOPICS, "topic", lookup.topics)) if lookup.topics else _same()
        # For a session online nobody asks where somebody is at home.
        self.places = _same() if lookup.online else _sets(sides.fetch(_PLACES))
        self.path: Callable[[str | None], tuple[int, ...]] = lru_cache(maxsize=None)(lambda p: tuple(path_ids(p or "")))


class _Diary:
    """When the people can come, each side by person."""

    def __init__(self, sides: _Sides) -> None:
        self._sides, self._lookup = sides, sides.lookup
        self.hours: dict[int, dict[int, Stretches]] = {}
        self.away: dict[int, tuple[tuple[date, date], ...]] = {}
        self.busy: dict[int, tuple[Busy, ...]] = {}
        self.load: dict[int, dict[Month, int]] = {}
        self._read_hours()
        self._read_away()
        self._read_sessions()

    def _read_hours(self) -> None:
        weekdays = {weekday for weekday, _, _ in self._lookup.hours}
        for person, weekday, opens, closes in self._sides.among(_HOURS, "weekday", weekdays):
            week = self.hours.setdefault(person, {})
            week[weekday] = (*week.get(weekday, ()), (opens, closes))

    def _read_away(self) -> None:
        earliest = min(self._lookup.today, self._lookup.first_day)
        for person, first, last in self._sides.fetch(_AWAY, earliest=earliest, latest=self._lookup.last_day):
            self.away[person] = (*self.away.get(person, ()), (day(first), day(last)))

    def _read_sessions(self) -> None:
        zone, load = self._lookup.zone, self.load
        earliest = datetime.combine(self._lookup.first_day, time(), zone) - _ASIDE
        latest = datetime.combine(self._lookup.last_day, time(), zone) + _ASIDE
        for person, starts_at, minutes, online, place in self._sides.fetch(_SESSIONS, earliest=earliest, latest=latest):
            start = instant(starts_at)
            busy = Busy(start, start + timedelta(minutes=minutes), bool(online), place)
            self.busy[person] = (*self.busy.get(person, ()), busy)
            local = start.astimezone(zone)
            months = load.setdefault(person, {})
            months[local.year, local.month] = months.get((local.year, local.month), 0) + 1
