"""A session as a calendar file, for the calendars of those who are in it."""

from flows import facts
from flows.calendar_file import Meeting, invitation
from flows.desk import Desk
from flows.texts import Translator
from flows.view import Attachment
from storage import sessions
from storage.models import DialogueSession, Person, Request, SessionState

MIME = "text/calendar; charset=utf-8"


def of_session(desk: Desk, t: Translator, session: DialogueSession, *, off: bool = False) -> Attachment:
    """The calendar file of a session as it stands: a later one replaces it, by UID and SEQUENCE.

    ``off`` takes it out of the calendar of somebody who is not in it any more.

    Calendars are seen by colleagues and assistants, so the file names no topic and holds nothing of the context.
    """
    assert session.starts_at is not None
    request = desk.uow.get(Request, session.request_id)
    cancelled = session.state not in (SessionState.PLANNED, SessionState.HELD)
    meeting = Meeting(
        uid=f"{session.uid}@dialoogreeks",
        sequence=session.sequence,
        starts_at=session.starts_at,
        minutes=session.minutes,
        summary=t("calendar.summary"),
        description=t("calendar.description"),
        location=facts.where(t, session),
        organizer_name=t("calendar.organizer"),
        organizer_email=desk.rules.programme_email,
        attendees=_attendees(desk, session, request),
        cancelled=cancelled or off,
        stamp=desk.now,
    )
    return Attachment("dialoog.ics", MIME, invitation(meeting))


def _attendees(desk: Desk, session: DialogueSession, request: Request) -> tuple[tuple[str, str | None], ...]:
    ids = (request.requester_id, *sessions.facilitators(desk.uow, session.id))
    people = (desk.uow.get(Person, person_id) for person_id in ids)
    return tuple((person.name, person.email) for person in people)
