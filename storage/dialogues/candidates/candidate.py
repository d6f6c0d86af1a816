"""What matching sees of a facilitator, and what the database has to know to find them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from storage.models import Level, Origin

Month = tuple[int, int]
"""A calendar month in local time: year and month."""


# Named tuples: thousands of these are made for one request, each in a third of the time a frozen dataclass takes.


class Busy(NamedTuple):
    """A session the facilitator has a seat in. Aware UTC."""

    start: datetime
    end: datetime
    online: bool
    place: str


class Candidate(NamedTuple):
    """One facilitator, with at least those forms, topics and languages that the request is about.

    ``path`` are the organisation ids from the root down to their unit. ``hours`` are minutes after local midnight by
    weekday (Monday = 0), ``away`` local days, both ends included. ``load`` counts the sessions of a local month.
    ``reachable`` is False where nothing can be delivered at any of their addresses, the playground's not counted; and
    where they have none, and nobody is found without.
    """

    facilitator_id: int
    path: tuple[int, ...]
    level: Level
    capacity: int
    active: bool
    online: bool
    joined_on: date
    back_on: date | None = None
    last_asked_at: datetime | None = None
    forms: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    hours: Mapping[int, tuple[tuple[int, int], ...]] = MappingProxyType({})
    away: tuple[tuple[date, date], ...] = ()
    busy: tuple[Busy, ...] = ()
    load: Mapping[Month, int] = MappingProxyType({})
    open_offers: int = 0
    reachable: bool = True


@dataclass(frozen=True)
class Lookup:
    """What the database has to know of a need.

    ``topics`` are all that satisfy; ``origins`` the organisations that count as one's own, with all below them;
    ``levels`` those that fit a free seat.
    ``hours`` are (weekday, from, until): somebody without an opening hour that touches one of these cannot come.
    ``first_day`` up to and with ``last_day`` are the local days of a diary that can matter, ``today`` is the local day.
    ``findable``: who has no address yet can be found by their e-mail address when there is something to deliver.
    """

    form_id: int | None
    language: str
    topics: frozenset[int]
    origin: Origin
    origins: frozenset[int]
    online: bool
    levels: frozenset[Level]
    hours: frozenset[tuple[int, int, int]]
    first_day: date
    last_day: date
    today: date
    zone: ZoneInfo
    findable: bool = True


def _nobody_more() -> tuple[Candidate, ...]:
    return ()


@dataclass(frozen=True)
class Candidates:
    """Who may do, and how many were turned down in SQL, by rule. ``total`` counts all facilitators there are.

    ``one_rule_off`` fetches every active facilitator who fails no rule known to SQL but one: dear with many
    facilitators, and needed only to advise where nobody was found. Use it within the same unit of work.
    """

    people: tuple[Candidate, ...]
    fell: Mapping[str, int]
    total: int
    one_rule_off: Callable[[], tuple[Candidate, ...]] = _nobody_more

    @classmethod
    def of(cls, people: Iterable[Candidate]) -> "Candidates":
        """All facilitators there are, none of them turned down yet."""
        everybody = tuple(people)
        return cls(everybody, {}, len(everybody), lambda: everybody)
