"""What is needed of whoever is to lead a session: all that matching knows of a request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from flows.matching.algorithm.slots import Slot, Window, slots_of
from storage.dialogues.candidates import Lookup
from storage.models import Level, Origin, SeatRole


@dataclass(frozen=True, kw_only=True)
class Need:
    """One session that seeks facilitators.

    ``path`` are the organisation ids from the root down to the asking organisation; ``is_unit`` says that it is a
    unit, so that everything below it is out as well. ``own`` are the ministry and agency among ``path``, ``pools``
    all organisations that share a pool with one of ``path``: people below any of these come from one's own.
    ``form_id`` is None for "advise me". ``topics`` holds for each topic asked the chain from it up to the root.
    ``seats`` are the roles still free; ``already`` are those who have a seat here or were asked in this search.
    ``rest`` are the later sessions of the series that whoever takes this seat is to lead as well.
    ``unvouched`` are those whom a practice builder of the asking organisation proposed to invite, as long as nobody of
    the programme team vouched for them.
    ``findable`` is whether people who came in nowhere yet can be found in some channel.
    ``now`` is aware UTC, ``zone`` where people plan; ``travel_margin`` is kept free around sessions elsewhere.
    """

    path: tuple[int, ...]
    is_unit: bool
    own: frozenset[int]
    pools: frozenset[int]
    requester_id: int
    requester_unit_id: int | None
    form_id: int | None
    language: str
    topics: tuple[tuple[int, ...], ...]
    windows: tuple[Window, ...]
    minutes: int
    online: bool
    place: str
    origin: Origin
    seats: frozenset[SeatRole]
    already: frozenset[int]
    now: datetime
    zone: ZoneInfo
    travel_margin: timedelta
    rest: tuple[Window, ...] = ()
    unvouched: frozenset[int] = frozenset()
    findable: bool = True

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The stretches of local days in which the session can be, exact moments first."""
        return slots_of(self.windows, timedelta(minutes=self.minutes), self.now, self.zone)

    @cached_property
    def later(self) -> tuple[Slot, ...]:
        """The same for the rest of the series."""
        return slots_of(self.rest, timedelta(minutes=self.minutes), self.now, self.zone)

    @cached_property
    def levels(self) -> frozenset[Level]:
        """The levels that fit a free seat: somebody in training only comes second, beside another."""
        if SeatRole.SECOND in self.seats:
            return frozenset(Level)
        return frozenset(Level) - {Level.IN_TRAINING} if self.seats else frozenset()

    def lookup(self) -> Lookup:
        """What the database has to know to find candidates."""
        slots, today = self.slots, self.now.astimezone(self.zone).date()
        days = [slot.day for slot in slots] or [today]
        last = max([*days, *(slot.day for slot in self.later)])
        following = (last.replace(day=28) + timedelta(days=4)).replace(day=1)
        return Lookup(
            form_id=self.form_id,
            language=self.language,
            topics=frozenset(topic for chain in self.topics for topic in chain[:2]),
            origin=self.origin,
            origins=self.own | self.pools,
            online=self.online,
            levels=self.levels,
            hours=frozenset(slot.touching() for slot in slots),
            first_day=min(days).replace(day=1),
            last_day=following - timedelta(days=1),
            today=today,
            zone=self.zone,
            findable=self.findable,
        )
