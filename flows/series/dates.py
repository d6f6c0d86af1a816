"""The dates of a series: the rhythm in local time, holidays and full diaries avoided, the same facilitators kept."""

from collections.abc import Collection
from datetime import date, datetime, time
from uuid import uuid4

from flows.engine.calendars import recurrence
from flows.engine.context import Desk
from flows.people import availability
from storage.dialogues import sessions
from storage.models import DialogueSession, Seat, Series, SeriesTemplate, SessionState

EXTENSION = 3
"""How many sessions "go on" adds, the fewest that still make a rhythm (the shortest reflection series has three)."""


def add_sessions(desk: Desk, series: Series, last: DialogueSession, number: int, until: date | None) -> None:
    """Add ``number`` proposed sessions after ``last``, none after the local day ``until``."""
    template = desk.uow.find(SeriesTemplate, series.template_id) if series.template_id else None
    for step, slot in enumerate(_next_slots(desk, series, last, number, until), start=1):
        session = desk.uow.add(
            DialogueSession(
                request_id=last.request_id,
                series_id=series.id,
                position=last.position + step,
                starts_at=slot.starts_at,
                minutes=(template.minutes if template else None) or last.minutes,
                online=last.online,
                place=last.place,
                link=last.link,
                state=SessionState.PROPOSED,
                wished_day=slot.wished,
                wished_reason=slot.reason,
                uid=str(uuid4()),
            )
        )
        _same_facilitators(desk, last, session, slot.starts_at)


def _same_facilitators(desk: Desk, like: DialogueSession, session: DialogueSession, start: datetime) -> None:
    for seat in sessions.seats(desk.uow, like.id):
        stays = seat.facilitator_id is not None and availability.has_room(desk, seat.facilitator_id, session, start)
        desk.uow.add(
            Seat(
                session_id=session.id,
                role=seat.role,
                facilitator_id=seat.facilitator_id if stays else None,
            )
        )


def _next_slots(
    desk: Desk, series: Series, last: DialogueSession, number: int, until: date | None
) -> list[recurrence.Planned]:
    """The next dates after ``last`` in the rhythm, none in the past, holidays and full diaries avoided."""
    assert last.starts_at is not None
    zone, rhythm = desk.rules.zone, recurrence.parse(series.rhythm)
    local, today = last.starts_at.astimezone(zone), desk.now.astimezone(zone).date()
    wished = recurrence.following(rhythm, last.wished_day or local.date())
    while wished <= today:
        wished = recurrence.following(rhythm, wished)
    if number < 1 or (until is not None and wished > until):
        return []
    first = recurrence.local_instant(wished, local.time(), zone)
    return recurrence.plan(
        first, rhythm, count=number, until=until, zone=zone, blocked=_blocked(desk, last, local.time())
    )


def _blocked(desk: Desk, like: DialogueSession, wall: time, moving: Collection[int] = ()) -> recurrence.Blocked:
    """Why a day will not do: an office holiday or weekend, or a facilitator of the series is away or taken then."""
    people_in = sessions.facilitators(desk.uow, like.id)

    def reason(day: date) -> str | None:
        if not desk.rules.week.is_working_day(day):
            return "closed"
        start = recurrence.local_instant(day, wall, desk.rules.zone)
        taken = (availability.taken(desk, person, like, start, moving) for person in people_in)
        away = (availability.away(desk, person, day) for person in people_in)
        return "busy" if any(taken) or any(away) else None

    return reason


def shift(desk: Desk, session: DialogueSession, start: datetime) -> list[tuple[DialogueSession, datetime]]:
    """The new times of this session and those after it, when this one starts at ``start`` and the rhythm goes on."""
    series = desk.uow.get(Series, session.series_id)
    moving = sessions.following(desk.uow, session)
    slots = recurrence.plan(
        start,
        recurrence.parse(series.rhythm),
        count=len(moving),
        until=None,
        zone=desk.rules.zone,
        blocked=_blocked(desk, session, start.astimezone(desk.rules.zone).time(), {other.id for other in moving}),
    )
    for other, slot in zip(moving, slots, strict=True):
        other.wished_day, other.wished_reason = slot.wished, slot.reason
    return [(other, slot.starts_at) for other, slot in zip(moving, slots, strict=True)]


def next_date(desk: Desk, session: DialogueSession) -> datetime:
    """When the session would be if its own date were skipped: the next date of the rhythm, at the same local time."""
    assert session.starts_at is not None
    series = desk.uow.get(Series, session.series_id)
    local = session.starts_at.astimezone(desk.rules.zone)
    day = recurrence.following(recurrence.parse(series.rhythm), session.wished_day or local.date())
    return recurrence.local_instant(day, local.time(), desk.rules.zone)
