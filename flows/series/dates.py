"""The dates of a series: the rhythm in local time, holidays and full diaries avoided, the same facilitators kept."""

from collections.abc import Collection
from datetime import date, datetime, time
from uuid import uuid4

from flows.engine.calendars import recurrence
from flows.engine.context import Context
from flows.people import availability
from storage.dialogues import sessions
from storage.models import DialogueSession, Seat, Series, SeriesTemplate, SessionState

EXTENSION = 3
"""How many sessions "go on" adds, the fewest that still make a rhythm (the shortest reflection series has three)."""


def add_sessions(context: Context, series: Series, last: DialogueSession, number: int, until: date | None) -> None:
    """Add ``number`` proposed sessions after ``last``, none after the local day ``until``."""
    template = context.uow.find(SeriesTemplate, series.template_id) if series.template_id else None
    for step, slot in enumerate(_next_slots(context, series, last, number, until), start=1):
        session = context.uow.add(
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
        _same_facilitators(context, last, session, slot.starts_at)


def _same_facilitators(context: Context, like: DialogueSession, session: DialogueSession, start: datetime) -> None:
    for seat in sessions.seats(context.uow, like.id):
        stays = seat.facilitator_id is not None and availability.has_room(context, seat.facilitator_id, session, start)
        context.uow.add(
            Seat(
                session_id=session.id,
                role=seat.role,
                facilitator_id=seat.facilitator_id if stays else None,
            )
        )


def _next_slots(
    context: Context, series: Series, last: DialogueSession, number: int, until: date | None
) -> list[recurrence.Planned]:
    """The next dates after ``last`` in the rhythm, none in the past, holidays and full diaries avoided."""
    assert last.starts_at is not None
    zone, rhythm = context.rules.zone, recurrence.parse(series.rhythm)
    local, today = last.starts_at.astimezone(zone), context.now.astimezone(zone).date()
    wished = recurrence.following(rhythm, last.wished_day or local.date())
    while wished <= today:
        wished = recurrence.following(rhythm, wished)
    if number < 1 or (until is not None and wished > until):
        return []
    first = recurrence.local_instant(wished, local.time(), zone)
    return recurrence.plan(
        first, rhythm, count=number, until=until, zone=zone, blocked=_blocked(context, last, local.time())
    )


def _blocked(context: Context, like: DialogueSession, wall: time, moving: Collection[int] = ()) -> recurrence.Blocked:
    """Why a day will not do: an office holiday or weekend, or a facilitator of the series is away or taken then."""
    people_in = sessions.facilitators(context.uow, like.id)

    def reason(day: date) -> str | None:
        if not context.rules.week.is_working_day(day):
            return "closed"
        start = recurrence.local_instant(day, wall, context.rules.zone)
        taken = (availability.taken(context, person, like, start, moving) for person in people_in)
        away = (availability.away(context, person, day) for person in people_in)
        return "busy" if any(taken) or any(away) else None

    return reason


def shift(context: Context, session: DialogueSession, start: datetime) -> list[tuple[DialogueSession, datetime]]:
    """The new times of this session and those after it, when this one starts at ``start`` and the rhythm goes on."""
    series = context.uow.get(Series, session.series_id)
    moving = sessions.following(context.uow, session)
    slots = recurrence.plan(
        start,
        recurrence.parse(series.rhythm),
        count=len(moving),
        until=None,
        zone=context.rules.zone,
        blocked=_blocked(context, session, start.astimezone(context.rules.zone).time(), {other.id for other in moving}),
    )
    for other, slot in zip(moving, slots, strict=True):
        other.wished_day, other.wished_reason = slot.wished, slot.reason
    return [(other, slot.starts_at) for other, slot in zip(moving, slots, strict=True)]


def next_date(context: Context, session: DialogueSession) -> datetime:
    """When the session would be if its own date were skipped: the next date of the rhythm, at the same local time."""
    assert session.starts_at is not None
    series = context.uow.get(Series, session.series_id)
    local = session.starts_at.astimezone(context.rules.zone)
    day = recurrence.following(recurrence.parse(series.rhythm), session.wished_day or local.date())
    return recurrence.local_instant(day, local.time(), context.rules.zone)
