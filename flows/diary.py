"""A facilitator's diary: is there room at this moment, and in this month?"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.desk import Desk
from flows.errors import NoRoomInMonth, Overlap
from flows.matching.slots import same_place
from storage import people
from storage.models import DialogueSession, Facilitator


def hold(desk: Desk, facilitator_id: int) -> Facilitator:
    """The profile, held until the transaction ends, so that two seats are never taken in one diary side by side."""
    return desk.uow.lock(Facilitator, facilitator_id)


def ensure_room(
    desk: Desk, profile: Facilitator, session: DialogueSession, start: datetime, moving: Collection[int] = ()
) -> None:
    """Raise Overlap or NoRoomInMonth when this session at ``start`` does not fit the diary.

    The sessions in ``moving`` (ids) are about to be at another time themselves.
    """
    if taken(desk, profile.person_id, session, start, moving):
        raise Overlap
    staying = (other for other in people.planned_of(desk.uow, profile.person_id) if other.id not in moving)
    others = [other for other in staying if other.id != session.id]
    month = _month(start, desk.rules.zone)
    in_month = sum(1 for other in others if other.starts_at and _month(other.starts_at, desk.rules.zone) == month)
    if in_month >= profile.capacity:
        raise NoRoomInMonth(n=profile.capacity)


def taken(
    desk: Desk, facilitator_id: int, session: DialogueSession, start: datetime, moving: Collection[int] = ()
) -> bool:
    """Whether another session of the facilitator stands in the way at ``start``, travel included.

    Those in ``moving`` (ids) do not: they are about to be at another time themselves.
    """
    others = [other for other in people.planned_of(desk.uow, facilitator_id) if other.id not in moving]
    return any(other.id != session.id and _clash(desk, session, start, other) for other in others)


def has_room(
    desk: Desk, facilitator_id: int, session: DialogueSession, start: datetime, moving: Collection[int] = ()
) -> bool:
    """Whether the session fits the facilitator's diary at ``start``, once those in ``moving`` are elsewhere."""
    try:
        ensure_room(desk, hold(desk, facilitator_id), session, start, moving)
    except (Overlap, NoRoomInMonth):
        return False
    return not away(desk, facilitator_id, start.astimezone(desk.rules.zone).date())


def away(desk: Desk, facilitator_id: int, day: date) -> bool:
    """Whether the facilitator is away on this local day."""
    return any(period.first_day <= day <= period.last_day for period in people.away_periods(desk.uow, facilitator_id))


def _clash(desk: Desk, session: DialogueSession, start: datetime, other: DialogueSession) -> bool:
    if other.starts_at is None:
        return False
    gap = _gap(desk, session, other)
    begin, end = other.starts_at - gap, other.starts_at + timedelta(minutes=other.minutes) + gap
    return start < end and begin < start + timedelta(minutes=session.minutes)


def _gap(desk: Desk, one: DialogueSession, other: DialogueSession) -> timedelta:
    elsewhere = one.online != other.online or not (one.online or same_place(one.place, other.place))
    return desk.rules.travel_margin if elsewhere else timedelta(0)


def _month(moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = moment.astimezone(zone)
    return local.year, local.month
