"""The sides of facilitators' profiles that matter for one need, each fetched for all of them at once."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Boolean, Date, bindparam, text
from sqlalchemy.sql.selectable import TextualSelect

from storage.candidates.candidate import Busy, Candidate, Lookup, Month
from storage.columns import UtcDateTime
from storage.models import Level
from storage.programme import path_ids
from storage.unit_of_work import UnitOfWork

Rows = Sequence[Any]


_FORMS = "SELECT facilitator_id, form_id FROM facilitator_form WHERE facilitator_id IN {ids}"
_TOPICS = "SELECT facilitator_id, topic_id FROM facilitator_topic WHERE facilitator_id IN {ids}"
_LANGUAGES = "SELECT facilitator_id, language FROM facilitator_language WHERE facilitator_id IN {ids}"
_PLACES = "SELECT facilitator_id, place FROM facilitator_place WHERE facilitator_id IN {ids}"
_HOURS = "SELECT facilitator_id, weekday, opens, closes FROM weekly_hours WHERE facilitator_id IN {ids}"
_AWAY = """SELECT facilitator_id, first_day, last_day FROM away
 WHERE facilitator_id IN {ids} AND last_day >= :earliest_day AND first_day <= :latest_day"""
# A seat taken is time spoken for, whether the session still seeks its second facilitator, is proposed or is planned;
# one that was held counts for its month. CROSS JOIN keeps SQLite from walking every session of the period instead.
_SESSIONS = """SELECT s.facilitator_id, d.starts_at, d.minutes, d.online, d.place
 FROM seat s CROSS JOIN dialogue_session d WHERE s.facilitator_id IN {ids} AND d.id = s.session_id
 AND d.state IN ('planned', 'seeking', 'proposed', 'held') AND d.starts_at >= :from_instant AND d.starts_at < :to_instant"""
_OFFERS = """SELECT facilitator_id, count(*) FROM offer
 WHERE facilitator_id IN {ids} AND state IN ('open', 'proposed') GROUP BY facilitator_id"""

_IDS = {
    "sqlite": "(SELECT value FROM json_each(:ids))",
    "postgresql": "(SELECT unnest(CAST(:ids AS integer[])))",
}
_GIVEN = {"from_instant": UtcDateTime, "to_instant": UtcDateTime, "earliest_day": Date, "latest_day": Date}
_FETCHED = {
    "online": Boolean, "active": Boolean, "joined_on": Date, "back_on": Date, "first_day": Date, "last_day": Date,
    "last_asked_at": UtcDateTime, "starts_at": UtcDateTime,
}  # fmt: skip
_LEVELS = {level.value: level for level in Level}


@lru_cache(maxsize=256)
def _prepared(statement: str) -> TextualSelect:
    # Reading a text anew costs more than carrying it out for a few facilitators.
    given: list[BindParameter[Any]] = [
        bindparam(name, type_=kind) for name, kind in _GIVEN.items() if f":{name}" in statement
    ]
    fetched = {name: kind for name, kind in _FETCHED.items() if name in statement}
    return text(statement).bindparams(*given).columns(**fetched)


def fetch(uow: UnitOfWork, statement: str, given: Mapping[str, object]) -> Rows:
    """The rows of a statement written as text, with instants and days as Python's."""
    return uow.db.connection().execute(_prepared(statement), dict(given)).all()


def complete(uow: UnitOfWork, lookup: Lookup, people: Rows, *, skilled: bool) -> tuple[Candidate, ...]:
    """The candidates for these rows of the prefilter, in their order.

    ``skilled`` people are known to be trained in the form and to speak the language, so that is not fetched again.
    """
    if not people:
        return ()
    sides = _Sides(uow, lookup, [row.person_id for row in people])
    known = _Known(sides, skilled=skilled)
    diary = _Diary(sides)
    offers = dict(sides.fetch(_OFFERS))
    return tuple(_candidate(row, known, diary, offers) for row in people)


def _candidate(row: Any, known: "_Known", diary: "_Diary", offers: Mapping[int, int]) -> Candidate:
    (person, level, capacity, online, joined_on, back_on, last_asked_at, active, path) = row[-9:]
    return Candidate(
        person,
        known.path(path),
        _LEVELS[level],
        capacity,
        active,
        online,
        joined_on,
        back_on,
        last_asked_at,
        known.forms(person),
        known.topics(person),
        known.languages(person),
        known.places(person),
        diary.hours.get(person, {}),
        diary.away.get(person, ()),
        diary.busy.get(person, ()),
        diary.load.get(person, {}),
        offers.get(person, 0),
    )


class _Sides:
    """Fetches one side of the profiles of all these people."""

    def __init__(self, uow: UnitOfWork, lookup: Lookup, people: list[int]) -> None:
        self.uow = uow
        self.lookup = lookup
        self._dialect = uow.db.get_bind().dialect.name
        self._ids = json.dumps(people) if self._dialect == "sqlite" else people

    def fetch(self, statement: str, **given: object) -> Rows:
        return fetch(self.uow, statement.replace("{ids}", _IDS[self._dialect]), {"ids": self._ids, **given})

    def sets(self, statement: str) -> Callable[[int], frozenset[Any]]:
        """For each person the set of what the second column holds."""
        found: dict[int, frozenset[Any]] = {}
        for person, value in self.fetch(statement):
            found[person] = found[person] | {value} if person in found else frozenset((value,))
        return lambda person: found.get(person, frozenset())


class _Known:
    """What the people can do, each side by person."""

    def __init__(self, sides: _Sides, *, skilled: bool) -> None:
        lookup = sides.lookup
        form = frozenset() if lookup.form_id is None else frozenset((lookup.form_id,))
        language = frozenset((lookup.language,))
        self.forms = (lambda _: form) if skilled else sides.sets(_FORMS)
        self.languages = (lambda _: language) if skilled else sides.sets(_LANGUAGES)
        self.topics = sides.sets(_TOPICS) if lookup.topics else lambda _: frozenset()
        # Online nobody asks where somebody is at home.
        self.places = (lambda _: frozenset()) if lookup.online else sides.sets(_PLACES)
        self.path = lru_cache(maxsize=None)(lambda path: tuple(path_ids(path or "")))


class _Diary:
    """When the people can come, each side by person."""

    def __init__(self, sides: _Sides) -> None:
        self._sides, self._zone = sides, sides.lookup.zone
        lookup = sides.lookup
        self._from = datetime.combine(lookup.first_day, time(), lookup.zone)
        self._to = datetime.combine(lookup.last_day + timedelta(days=1), time(), lookup.zone)
        self.hours = self._hours()
        self.away = self._away()
        self.busy: dict[int, tuple[Busy, ...]] = {}
        self.load: dict[int, dict[Month, int]] = {}
        self._sessions()

    def _hours(self) -> dict[int, dict[int, tuple[tuple[int, int], ...]]]:
        found: dict[int, dict[int, tuple[tuple[int, int], ...]]] = {}
        for person, weekday, opens, closes in self._sides.fetch(_HOURS):
            week = found.setdefault(person, {})
            week[weekday] = (*week.get(weekday, ()), (opens, closes))
        return found

    def _away(self) -> dict[int, tuple[tuple[date, date], ...]]:
        found: dict[int, tuple[tuple[date, date], ...]] = {}
        lookup = self._sides.lookup
        earliest = min(lookup.today, lookup.first_day)
        for person, first, last in self._sides.fetch(_AWAY, earliest_day=earliest, latest_day=lookup.last_day):
            found[person] = (*found.get(person, ()), (first, last))
        return found

    def _sessions(self) -> None:
        for person, start, minutes, online, place in self._sides.fetch(
            _SESSIONS, from_instant=self._from, to_instant=self._to
        ):
            busy = Busy(start, start + timedelta(minutes=minutes), online, place)
            self.busy[person] = (*self.busy.get(person, ()), busy)
            local = start.astimezone(self._zone)
            months = self.load.setdefault(person, {})
            month = (local.year, local.month)
            months[month] = months.get(month, 0) + 1
