"""Afterwards: that a dialogue took place, how many came and which topics came up. Never what was said, or by whom."""

from flows.engine import schedule
from flows.engine.context import Desk, Turn
from flows.engine.events import SessionReported
from flows.engine.forms.definition import Answers
from flows.engine.notifications import Note, close, is_told, tell
from flows.engine.views.action import Action
from flows.engine.views.refusals import NotPlanned
from flows.engine.views.view import View
from flows.people import permissions
from flows.sessions import calendar, request_state
from storage.dialogues import sessions
from storage.models import DialogueSession, Request, SessionState, SessionTopic


def report(turn: Turn, session_id: int, answers: Answers) -> View:
    """Afterwards: did it take place, how many came, which topics came up. Never who said what."""
    session = reportable(turn, session_id)
    _asked_no_more(turn.desk, session)
    held = answers["held"] == "yes"
    session.state = SessionState.HELD if held else SessionState.NOT_HELD
    session.version += 1
    calendar.drop_proposal(turn.desk, session)
    schedule.forget(turn.desk, session_id, *calendar.OF_REPORT)
    session.attendees = int(answers["attendees"]) if held else None
    turn.uow.add_all(
        [SessionTopic(session_id=session_id, topic_id=int(topic)) for topic in answers.get("topics") or () if held]
    )
    turn.uow.flush()
    request = turn.uow.get(Request, session.request_id)
    kind = "held" if held else "not_held"
    tell(turn.desk, request.requester_id, Note(kind, session_id), once=f"v{session.version}")
    turn.desk.publish(SessionReported(session))
    request_state.settle(turn.desk, request)
    return View(turn.t(f"report.thanks.{kind}"), title=turn.t("report.title"))


def give_up(desk: Desk, session: DialogueSession) -> None:
    """Mark as not held a session that was not reported on in two weeks, and tell the requester."""
    _asked_no_more(desk, session)
    session.state, session.version = SessionState.NOT_HELD, session.version + 1
    calendar.drop_proposal(desk, session)
    desk.uow.flush()
    request = desk.uow.get(Request, session.request_id)
    tell(desk, request.requester_id, Note("unreported", session.id), once=f"v{session.version}")
    desk.publish(SessionReported(session))
    request_state.settle(desk, request)


def ask(desk: Desk, person_id: int, session: DialogueSession, kind: str, *, late: bool) -> None:
    """Ask who leads the session how it went; ``kind`` is "report", or "report_again" for the second time."""
    note = Note(kind, session.id, {"late": late})
    tell(desk, person_id, note, once=f"v{session.version}", slot=_slot(session, kind))


def _asked_no_more(desk: Desk, session: DialogueSession) -> None:
    for person_id in sessions.facilitators(desk.uow, session.id):
        for kind in calendar.OF_REPORT:
            note = Note(kind, session.id)
            if is_told(desk, person_id, note, once=f"v{session.version}"):
                close(desk, person_id, note, slot=_slot(session, kind))


def _slot(session: DialogueSession, kind: str) -> str:
    return f"{kind}:{session.id}:{session.version}"


def reportable(turn: Turn, session_id: int) -> DialogueSession:
    """A session this person has a seat in, that has begun and is not reported on."""
    session, _ = permissions.session_of(turn, session_id)
    leads = turn.me in sessions.facilitators(turn.uow, session_id)
    begun = session.starts_at is not None and session.starts_at <= turn.now
    if session.state is not SessionState.PLANNED or not leads or not begun:
        raise NotPlanned(shows=Action("session.show", session_id))
    return session
