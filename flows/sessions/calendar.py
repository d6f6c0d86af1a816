"""Putting a session on the calendar, moving it there, and taking it off: with its reminders and everybody told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flows.engine import schedule
from flows.engine.calendars.recurrence import halfway
from flows.engine.context import Context
from flows.engine.notifications import Notification, tell
from flows.sessions.session_news import MoveProposal, SessionCancelled, SessionMoved, SessionPlanned
from storage.dialogues import sessions
from storage.models import DialogueSession, Request, SessionState

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
REMINDERS = {"remind_week": WEEK, "remind_day": DAY, "remind_hour": HOUR}
"""Kinds of reminder, and how long before the session (clock time) each comes."""
_USEFUL_UNTIL = {"remind_week": timedelta(days=2), "remind_day": timedelta(hours=2), "remind_hour": timedelta(0)}
"""How long before the session a late reminder still makes sense: later, the next one says the same."""
OF_REPORT = ("report", "report_again", "report_over")
OF_SESSION = (*REMINDERS, "prompt", *OF_REPORT)
REPORT_AFTER = timedelta(minutes=15)
REPORT_AGAIN_AFTER = timedelta(days=1)
REPORT_USEFUL_FOR = timedelta(days=14)


def put(context: Context, session: DialogueSession) -> None:
    """The session stands: everybody in it gets its facts and calendar file, and its reminders are set."""
    session.state = SessionState.PLANNED
    session.version += 1
    remind(context, session)
    _tell_all(context, session, SessionPlanned(session.id))
    if session.proposed_start is not None:
        show_proposal(context, session)


def move(context: Context, session: DialogueSession, start: datetime, before: datetime | None) -> None:
    """Move the session from ``before`` to ``start``, with its reminders, and tell everybody.

    One that still seeks a facilitator goes on seeking.
    """
    session.starts_at = start
    if session.state is not SessionState.SEEKING:
        session.state = SessionState.PLANNED
    session.sequence += 1
    session.version += 1
    drop_proposal(context, session)
    remind(context, session)
    _tell_all(context, session, SessionMoved(session.id, before.isoformat() if before else ""))


def take_off(
    context: Context, session: DialogueSession, state: SessionState = SessionState.CANCELLED, but: int | None = None
) -> None:
    """The session does not happen: nothing reminds of it any more, and everybody who knew of it hears.

    Only the person ``but`` does not hear it from here: they are told in another message.
    """
    # A session that still seeks a facilitator may have a time, and people who count on it, all the same.
    known = session.state in (SessionState.PLANNED, SessionState.SEEKING) and session.starts_at is not None
    session.state = state
    session.sequence += 1
    session.version += 1
    drop_proposal(context, session)
    schedule.forget(context, session.id, *OF_SESSION)
    _prompt_after(context, session)
    if known:
        _tell_all(context, session, SessionCancelled(session.id), but=but)


def show_proposal(context: Context, session: DialogueSession) -> None:
    """Bring the message in which a facilitator asks the requester for another time up to date."""
    requester = context.uow.get(Request, session.request_id).requester_id
    tell(context, requester, MoveProposal(session.id, slot=f"move:{session.id}"), once=f"v{session.version}")


def drop_proposal(context: Context, session: DialogueSession) -> None:
    """Something else has happened to the session: the other time that was asked for, if any, is off the table."""
    if session.proposed_start is not None:
        session.proposed_start = session.proposed_by = None
        show_proposal(context, session)


def remind(context: Context, session: DialogueSession) -> None:
    """Set everything that is due around the session anew."""
    assert session.starts_at is not None
    schedule.forget(context, session.id, *OF_SESSION)
    once = f"v{session.version}"
    for kind, before in REMINDERS.items():
        if session.starts_at - before > context.now:
            until = session.starts_at - _USEFUL_UNTIL[kind]
            schedule.plan(context, kind, session.id, session.starts_at - before, until=until, once=once)
    end = session.starts_at + timedelta(minutes=session.minutes)
    until = end + REPORT_USEFUL_FOR
    schedule.plan(context, "report_over", session.id, until, once=once)
    schedule.plan(context, "report", session.id, end + REPORT_AFTER, until=until, once=once)
    schedule.plan(
        context,
        "report_again",
        session.id,
        context.rules.week.add(end + REPORT_AGAIN_AFTER, HOUR),
        until=until,
        once=once,
    )
    _prompt_before(context, session)
    _prompt_after(context, session)


def _prompt_before(context: Context, session: DialogueSession) -> None:
    earlier = [other for other in _in_series(context, session) if other.position < session.position]
    if earlier:
        _prompt(context, earlier[-1], session)


def _prompt_after(context: Context, session: DialogueSession) -> None:
    """The prompt before the next session comes halfway, so it moves with the session in front of it."""
    later = [other for other in _in_series(context, session) if other.position > session.position]
    if later:
        schedule.forget(context, later[0].id, "prompt")
        _prompt_before(context, later[0])


def _prompt(context: Context, earlier: DialogueSession, session: DialogueSession) -> None:
    if not (earlier.starts_at and session.starts_at) or earlier.starts_at >= session.starts_at:
        return
    at = halfway(earlier.starts_at, session.starts_at, context.rules.week)
    if at > context.now:
        once = f"{earlier.id}v{earlier.version}v{session.version}"
        schedule.plan(context, "prompt", session.id, at, until=session.starts_at, once=once)


def _in_series(context: Context, session: DialogueSession) -> list[DialogueSession]:
    if session.series_id is None:
        return []
    on = (SessionState.PLANNED, SessionState.HELD, SessionState.SEEKING)
    return [
        other
        for other in sessions.of_request(context.uow, session.request_id)
        if other.starts_at and (other.state in on) and other.series_id == session.series_id
    ]


def everybody(context: Context, session: DialogueSession) -> Iterable[int]:
    """The requester and everybody with a seat."""
    yield context.uow.get(Request, session.request_id).requester_id
    yield from sessions.facilitators(context.uow, session.id)


def _tell_all(context: Context, session: DialogueSession, told: Notification, but: int | None = None) -> None:
    for person_id in (one for one in everybody(context, session) if one != but):
        tell(context, person_id, told, once=f"v{session.version}")
