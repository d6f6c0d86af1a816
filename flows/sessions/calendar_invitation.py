"""A session as a calendar file, for the calendars of those who are in it."""

from collections.abc import Iterable

from flows.engine.calendars.ics import Meeting, invitation, publication
from flows.engine.context import Context
from flows.engine.language.markup import unmarked
from flows.engine.language.texts import Translator
from flows.engine.views.view import Attachment
from flows.sessions import facts
from storage.dialogues import sessions
from storage.models import DialogueSession, Person, Request, SessionState

MIME = "text/calendar; charset=utf-8"


def of_session(context: Context, t: Translator, session: DialogueSession, *, off: bool = False) -> Attachment:
    """The calendar file of a session as it stands: a later one replaces it, by UID and SEQUENCE.

    ``off`` takes it out of the calendar of somebody who is not in it any more.
    """
    return Attachment("dialoog.ics", MIME, invitation(_meeting(context, t, session, off=off)))


def of_series(context: Context, t: Translator, planned: Iterable[DialogueSession]) -> Attachment | None:
    """The planned sessions of a series in one calendar file, or None where none is planned."""
    meetings = [_meeting(context, t, session) for session in planned]
    return Attachment("dialoogreeks.ics", MIME, publication(meetings)) if meetings else None


def _meeting(context: Context, t: Translator, session: DialogueSession, *, off: bool = False) -> Meeting:
    """Calendars are seen by colleagues and assistants, so this names no topic and holds nothing of the context."""
    assert session.starts_at is not None
    cancelled = session.state not in (SessionState.PLANNED, SessionState.HELD)
    return Meeting(
        uid=f"{session.uid}@dialoogreeks",
        sequence=session.sequence,
        starts_at=session.starts_at,
        minutes=session.minutes,
        summary=t("calendar.summary"),
        description=t("calendar.description"),
        location=unmarked(facts.where(t, session)),
        organizer_name=t("calendar.organizer"),
        organizer_email=context.rules.programme_email,
        attendees=_attendees(context, session, context.uow.get(Request, session.request_id)),
        cancelled=cancelled or off,
        stamp=context.now,
    )


def _attendees(context: Context, session: DialogueSession, request: Request) -> tuple[tuple[str, str | None], ...]:
    ids = (request.requester_id, *sessions.facilitators(context.uow, session.id))
    people = (context.uow.get(Person, person_id) for person_id in ids)
    return tuple((person.name, person.email) for person in people)
