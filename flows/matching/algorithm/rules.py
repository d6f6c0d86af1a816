"""The hard rules: who can lead this session at all. Each is one small function, and all stand in one table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from flows.matching.algorithm.need import Need
from flows.matching.algorithm.slots import Diary, Slot, is_away
from storage.dialogues.candidates import Candidate
from storage.models import Origin

NEW_FOR = timedelta(days=60)
"""How long after joining a newcomer is spared."""
BACK_FOR = timedelta(days=30)
"""How long after leave somebody is spared."""
SPARED_OFFERS = 1
"""Offers that whoever is spared may have open at a time."""


@dataclass(frozen=True)
class Search:
    """A need, with what every rule asks of it worked out once for all candidates."""

    need: Need

    @property
    def slots(self) -> tuple[Slot, ...]:
        """When the session can be."""
        return self.need.slots

    @cached_property
    def diary(self) -> Diary:
        """What the session asks of somebody's diary."""
        need = self.need
        return Diary(self.slots, timedelta(minutes=need.minutes), need.online, need.place, need.travel_margin)

    @cached_property
    def months(self) -> frozenset[tuple[int, int]]:
        """The local months in which the session can be."""
        return frozenset(slot.month for slot in self.slots)

    @cached_property
    def topics(self) -> frozenset[int]:
        """The topics that satisfy: each one asked, or its parent."""
        return frozenset(topic for chain in self.need.topics for topic in chain[:2])

    @cached_property
    def own(self) -> frozenset[int]:
        """The organisations of which everybody below counts as one's own."""
        return self.need.own | self.need.pools

    @cached_property
    def closed_units(self) -> frozenset[int]:
        """The units whose own people never lead this session."""
        return frozenset(unit for unit in (*self.need.path[-1:], self.need.requester_unit_id) if unit is not None)

    @cached_property
    def today(self) -> date:
        """The local day."""
        return self.need.now.astimezone(self.need.zone).date()

    def joins(self, candidate: Candidate) -> int:
        """How many of the later sessions the candidate could lead too, away days and what is planned being as they are.

        Opening hours are asked of the first one alone: a series keeps its day and its time, but for holidays.
        """
        later = (slot for slot in self.need.later if not is_away(candidate, slot.day))
        return sum(has_room(candidate, slot.month) and self.diary.is_clear(candidate, slot) for slot in later)

    def starts(self, candidate: Candidate) -> Iterator[tuple[Slot, datetime]]:
        """When the candidate is free and has capacity left."""
        for slot, start in self.diary.starts(candidate):
            if has_room(candidate, slot.month):
                yield slot, start


def has_room(candidate: Candidate, month: tuple[int, int]) -> bool:
    """Whether the candidate's own number of sessions for this local month is not reached."""
    return candidate.load.get(month, 0) < candidate.capacity


def is_spared(search: Search, candidate: Candidate) -> bool:
    """Whether the candidate is new, or just back from leave."""
    new = search.today - candidate.joined_on < NEW_FOR
    return new or (candidate.back_on is not None and search.today - candidate.back_on < BACK_FOR)


def _active(_: Search, candidate: Candidate) -> bool:
    return candidate.active


def _origin(search: Search, candidate: Candidate) -> bool:
    if search.need.origin is Origin.ANY:
        return True
    return search.own.isdisjoint(candidate.path) is (search.need.origin is Origin.OUTSIDE)


def _form(search: Search, candidate: Candidate) -> bool:
    return search.need.form_id is None or search.need.form_id in candidate.forms


def _language(search: Search, candidate: Candidate) -> bool:
    return search.need.language in candidate.languages


def _topic(search: Search, candidate: Candidate) -> bool:
    return not search.topics or not search.topics.isdisjoint(candidate.topics)


def _place(search: Search, candidate: Candidate) -> bool:
    # A candidate without places does not come on site, unless they do nothing online either.
    return candidate.online if search.need.online else bool(candidate.places) or not candidate.online


def _level(search: Search, candidate: Candidate) -> bool:
    return candidate.level in search.need.levels


def _free(search: Search, candidate: Candidate) -> bool:
    return next(search.diary.starts(candidate), None) is not None


def _requester(search: Search, candidate: Candidate) -> bool:
    return candidate.facilitator_id != search.need.requester_id


def _unit(search: Search, candidate: Candidate) -> bool:
    if candidate.path and candidate.path[-1] in search.closed_units:
        return False
    return not (search.need.is_unit and search.need.path[-1] in candidate.path)


def _already(search: Search, candidate: Candidate) -> bool:
    return candidate.facilitator_id not in search.need.already


def _capacity(search: Search, candidate: Candidate) -> bool:
    months_with_room = sum(has_room(candidate, month) for month in search.months)
    if months_with_room in (0, len(search.months)):
        return months_with_room > 0 or not search.months
    # Where one of the months has room, capacity does not exclude a candidate who is not free at all.
    return next(search.starts(candidate), None) is not None or not _free(search, candidate)


def _spared(search: Search, candidate: Candidate) -> bool:
    return candidate.open_offers < SPARED_OFFERS or not is_spared(search, candidate)


def _reachable(_: Search, candidate: Candidate) -> bool:
    return candidate.reachable


def _vouched(search: Search, candidate: Candidate) -> bool:
    return candidate.facilitator_id not in search.need.unvouched


RULES: tuple[tuple[str, Callable[[Search, Candidate], bool]], ...] = (
    ("active", _active),
    ("origin", _origin),
    ("form", _form),
    ("language", _language),
    ("topic", _topic),
    ("place", _place),
    ("level", _level),
    ("free", _free),
    ("requester", _requester),
    ("unit", _unit),
    ("already", _already),
    ("capacity", _capacity),
    ("spared", _spared),
    ("reachable", _reachable),
    ("vouched", _vouched),
)
"""The rules by name, in the order in which people are counted out. The first eight stand in SQL as well, as far as
they can; a new rule goes at the end and needs no more than its row here and its texts."""

CHANGEABLE = frozenset(("origin", "form", "language", "topic", "place", "level", "free", "capacity"))
"""The rules that a requester, or who steers the search, can do something about."""


def first_failing(search: Search, candidate: Candidate) -> str | None:
    """The first rule the candidate fails, or None for who can lead the session."""
    for name, passes in RULES:
        if not passes(search, candidate):
            return name
    return None


def failing(search: Search, candidate: Candidate) -> tuple[str, ...]:
    """All rules the candidate fails."""
    return tuple(name for name, passes in RULES if not passes(search, candidate))
