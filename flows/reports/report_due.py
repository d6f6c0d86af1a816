"""After a session: asking how it went, and giving up to know."""

from collections.abc import Sequence

from flows.engine.context import Context
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from flows.reports import report
from storage.dialogues import requests, sessions
from storage.models import DialogueSession, Person, SessionState


def ask_report(context: Context, due: Sequence[DueNote]) -> None:
    """After a session: ask its facilitators how it went, as long as nobody said."""
    for note in due:
        session = context.uow.find(DialogueSession, note.subject_id)
        if session is None or session.state is not SessionState.PLANNED:
            continue
        for person_id in sessions.facilitators(context.uow, session.id):
            report.ask(context, person_id, session, note.kind, late=note.late)


def report_over(context: Context, due: Sequence[DueNote]) -> None:
    """Mark as not held the sessions that were not reported on in time."""
    # Read only once they are held: whoever leads one may be telling at this very moment.
    requests.hold(context.uow, (requests.of_session(context.uow, note.subject_id) for note in due))
    for note in due:
        session = context.uow.find(DialogueSession, note.subject_id)
        if session is not None and session.state is SessionState.PLANNED:
            report.give_up(context, session)


def report_asked(context: Context, person: Person, told: report.ReportAsked) -> View | None:
    """The question to a facilitator how the session went, or that it is over; None where it is moot."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, told.subject_id)
    if told.over and session.starts_at is not None:
        return View(t("report.over", moment=t.moment(session.starts_at)), t("report.title"))
    if session.state is not SessionState.PLANNED or session.starts_at is None or session.starts_at > context.now:
        return None
    if person.id not in sessions.facilitators(context.uow, session.id):
        return None
    button = Button(t("session.report"), Action("session.report", session.id), Style.PRIMARY)
    return View(t(f"report.{told.kind}", moment=t.moment(session.starts_at)), t("report.title"), buttons=(button,))
