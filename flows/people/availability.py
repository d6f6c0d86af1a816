"""A facilitator's diary: is there room at this moment, and in this month?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.engine.context import Context
from flows.engine.views.refusals import NoRoomInMonth, Overlap
from flows.programme.places import Spot, elsewhere
from storage.models import DialogueSession, Facilitator
from storage.people import people


@dataclass(frozen=True)
class _Visit:
    online: bool
    place: str
    start: datetime
    minutes: int


def hold(context: Context, facilitator_id: int) -> Facilitator:
    """The profile, held until the transaction ends, so that two seats are never taken in one diary side by side."""
    return context.uow.lock(Facilitator, facilitator_id)


def ensure_room(
    context: Context, profile: Facilitator, session: DialogueSession, start: datetime, moving: Collection[int] = ()
) -> None:
    """Raise Overlap or NoRoomInMonth when this session at ``start`` does not fit the diary.

    The sessions in ``moving`` (ids) are about to be at another time themselves.
    """
    if taken(context, profile.person_id, session, start, moving):
        raise Overlap
    if in_month(context, profile.person_id, start, but={session.id, *moving}) >= profile.capacity:
        raise NoRoomInMonth(n=profile.capacity)


def in_month(context: Context, facilitator_id: int, moment: datetime, but: Collection[int] = ()) -> int:
    """How many sessions the facilitator has in the local month of ``moment``, those in ``but`` (ids) left out."""
    month = _month(moment, context.rules.zone)
    others = (other for other in people.planned_of(context.uow, facilitator_id) if other.id not in but)
    return sum(1 for other in others if other.starts_at and _month(other.starts_at, context.rules.zone) == month)


def taken(
    context: Context, facilitator_id: int, session: DialogueSession, start: datetime, moving: Collection[int] = ()
) -> bool:
    """Whether another session of the facilitator clashes with this one at ``start``, the way between them included.

    Those in ``moving`` (ids) do not: they are about to be at another time themselves.
    """
    others = [other for other in people.planned_of(context.uow, facilitator_id) if other.id not in moving]
    visit = _Visit(session.online, session.place, start, session.minutes)
    return any(other.id != session.id and _clash(context, visit, other) for other in others)


def can_get_there(context: Context, facilitator_id: int, session: DialogueSession, spot: Spot) -> bool:
    """Whether the facilitator can get there in time when the session is held at ``spot``."""
    assert session.starts_at is not None
    visit = _Visit(spot.online, spot.place, session.starts_at, session.minutes)
    others = people.planned_of(context.uow, hold(context, facilitator_id).person_id)
    return not any(other.id != session.id and _clash(context, visit, other) for other in others)


def has_room(
    context: Context, facilitator_id: int, session: DialogueSession, start: datetime, moving: Collection[int] = ()
) -> bool:
    """Whether the session fits the facilitator's diary at ``start``, once those in ``moving`` are elsewhere."""
    try:
        ensure_room(context, hold(context, facilitator_id), session, start, moving)
    except (Overlap, NoRoomInMonth):
        return False
    return not away(context, facilitator_id, start.astimezone(context.rules.zone).date())


def away(context: Context, facilitator_id: int, day: date) -> bool:
    """Whether the facilitator is away on this local day."""
    return any(
        period.first_day <= day <= period.last_day for period in people.away_periods(context.uow, facilitator_id)
    )


def _clash(context: Context, visit: _Visit, other: DialogueSession) -> bool:
    if other.starts_at is None:
        return False
    gap = context.rules.travel_margin if elsewhere(visit, other) else timedelta(0)
    begin, end = other.starts_at - gap, other.starts_at + timedelta(minutes=other.minutes) + gap
    return visit.start < end and begin < visit.start + timedelta(minutes=visit.minutes)


def _month(moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = moment.astimezone(zone)
    return local.year, local.month
