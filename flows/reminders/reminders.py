"""Reminders before a session, and halfway two of them a question to reflect on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.engine.context import Context
from flows.engine.events import SessionsReminded
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification, letter, tell
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from flows.sessions import facts
from flows.sessions.sessions import lacks_link, link_button
from storage.delivery import outbox
from storage.dialogues import sessions
from storage.models import DialogueSession, Person, Request, SessionState
from storage.programme import catalogue


@dataclass(frozen=True)
class Reminder(Notification):
    """A reminder of a session, with the version that it had when this was written."""

    version: int


@dataclass(frozen=True)
class InAWeek(Reminder, kind="remind_week"):
    """The reminder a week before a session."""


@dataclass(frozen=True)
class InADay(Reminder, kind="remind_day"):
    """The reminder a day before a session."""


@dataclass(frozen=True)
class InAnHour(Reminder, kind="remind_hour"):
    """The reminder an hour before a session."""


@dataclass(frozen=True)
class Prompt(Notification, kind="prompt"):
    """The question to reflect on, halfway two sessions of a series; it is about the later one."""


REMINDERS: Mapping[str, type[Reminder]] = {one.kind: one for one in (InAWeek, InADay, InAnHour)}


def remind(context: Context, due: Sequence[DueNote]) -> None:
    """A reminder to everybody in each session, written in bulk: everybody's fall on the same minutes of a morning."""
    everybody = sessions.people_in(context.uow, [note.subject_id for note in due])
    letters = [
        letter(person_id, _reminder(note, version), f"v{version}")
        for note in due
        for person_id, version in everybody.get(note.subject_id, ())
    ]
    outbox.put_many(context.uow, letters, now=context.now)
    context.publish(SessionsReminded(due))


def _reminder(note: DueNote, version: int) -> Reminder:
    return REMINDERS[note.kind](note.subject_id, version, late=note.late)


def reminder(context: Context, person: Person, told: Reminder) -> View | None:
    """The words of a reminder; none for a session that is off, moved, or not this person's any more."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, told.subject_id)
    if session.state is not SessionState.PLANNED or session.starts_at is None or session.starts_at <= context.now:
        return None
    leads = person.id in sessions.facilitators(context.uow, session.id)
    asks = context.uow.get(Request, session.request_id).requester_id == person.id
    if not (leads or asks) or session.version != told.version:
        return None
    found = facts.of_session(context, t, session, for_facilitator=leads)
    link = (link_button(t, session),) if asks and lacks_link(session) else ()
    buttons = (*link, Button(t("session.open"), Action("session.show", session.id)))
    # "Tomorrow" and "in an hour" are only true on time.
    kind = "late" if told.late else told.kind
    heading, text = t(f"remind.{kind}.heading"), t(f"remind.{kind}", moment=t.moment(session.starts_at))
    return View(text, heading, found, buttons)


def prompt(context: Context, due: Sequence[DueNote]) -> None:
    """Halfway two sessions: a question to reflect on."""
    for note in due:
        session = context.uow.find(DialogueSession, note.subject_id)
        if session is not None and session.state in (SessionState.PLANNED, SessionState.SEEKING):
            requester = context.uow.get(Request, session.request_id).requester_id
            tell(context, requester, Prompt(session.id, late=note.late), once=f"v{session.version}")


def reflection(context: Context, person: Person, told: Prompt) -> View | None:
    """The question that goes with the session before this one, to share with the team."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, told.subject_id)
    if session.state not in (SessionState.PLANNED, SessionState.SEEKING) or session.starts_at is None:
        return None
    return View(
        t("prompt.text", question=_question(context, t, session), moment=t.moment(session.starts_at)),
        title=t("prompt.title"),
        buttons=(Button(t("session.open"), Action("session.show", session.id)),),
    )


def _question(context: Context, t: Translator, session: DialogueSession) -> str:
    mine = sessions.series_of(context.uow, session.request_id)
    found = catalogue.template_session(context.uow, mine.template_id if mine else None, session.position - 1)
    return found.prompt(t.language) if found else t("prompt.any")
