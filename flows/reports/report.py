"""Afterwards: that a dialogue took place, how many came and which topics came up. Never what was said, or by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.engine import schedule
from flows.engine.context import Context, Turn
from flows.engine.events import SessionReported
from flows.engine.forms.definition import Answers
from flows.engine.notifications import Notification, close, is_told, tell
from flows.engine.views.action import Action
from flows.engine.views.refusals import NotPlanned
from flows.engine.views.view import View
from flows.people import permissions
from flows.sessions import calendar, request_state
from flows.sessions.session_news import Held, NotHeld, Unreported
from storage.dialogues import sessions
from storage.models import DialogueSession, Request, SessionState, SessionTopic


@dataclass(frozen=True)
class ReportAsked(Notification, kind="report"):
    """The question how a session went, to who led it."""


@dataclass(frozen=True)
class ReportAskedAgain(ReportAsked, kind="report_again"):
    """The same question for the second time."""


QUESTIONS: Mapping[str, type[ReportAsked]] = {one.kind: one for one in (ReportAsked, ReportAskedAgain)}


def report(turn: Turn, session_id: int, answers: Answers) -> View:
    """Afterwards: did it take place, how many came, which topics came up. Never who said what."""
    session = reportable(turn, session_id)
    _asked_no_more(turn.context, session)
    held = answers["held"] == "yes"
    session.state = SessionState.HELD if held else SessionState.NOT_HELD
    session.version += 1
    calendar.drop_proposal(turn.context, session)
    schedule.forget(turn.context, session_id, *calendar.OF_REPORT)
    session.attendees = int(answers["attendees"]) if held else None
    turn.uow.add_all(
        [SessionTopic(session_id=session_id, topic_id=int(topic)) for topic in answers.get("topics") or () if held]
    )
    turn.uow.flush()
    request = turn.uow.get(Request, session.request_id)
    told = Held(session_id) if held else NotHeld(session_id)
    tell(turn.context, request.requester_id, told, once=f"v{session.version}")
    turn.context.publish(SessionReported(session))
    request_state.settle(turn.context, request)
    return View(turn.t(f"report.thanks.{told.kind}"), title=turn.t("report.title"))


def give_up(context: Context, session: DialogueSession) -> None:
    """Mark as not held a session that was not reported on in two weeks, and tell the requester."""
    _asked_no_more(context, session)
    session.state, session.version = SessionState.NOT_HELD, session.version + 1
    calendar.drop_proposal(context, session)
    context.uow.flush()
    request = context.uow.get(Request, session.request_id)
    tell(context, request.requester_id, Unreported(session.id), once=f"v{session.version}")
    context.publish(SessionReported(session))
    request_state.settle(context, request)


def ask(context: Context, person_id: int, session: DialogueSession, kind: str, *, late: bool) -> None:
    """Ask who leads the session how it went; ``kind`` is "report", or "report_again" for the second time."""
    tell(context, person_id, replace(_question(session, kind), late=late), once=f"v{session.version}")


def _asked_no_more(context: Context, session: DialogueSession) -> None:
    for person_id in sessions.facilitators(context.uow, session.id):
        for told in (_question(session, kind) for kind in QUESTIONS):
            if is_told(context, person_id, told, once=f"v{session.version}"):
                close(context, person_id, told)


def _question(session: DialogueSession, kind: str) -> ReportAsked:
    return QUESTIONS[kind](session.id, slot=f"{kind}:{session.id}:{session.version}")


def reportable(turn: Turn, session_id: int) -> DialogueSession:
    """A session this person has a seat in, that has begun and is not reported on."""
    session, _ = permissions.session_of(turn, session_id)
    leads = turn.me in sessions.facilitators(turn.uow, session_id)
    begun = session.starts_at is not None and session.starts_at <= turn.now
    if session.state is not SessionState.PLANNED or not leads or not begun:
        raise NotPlanned(shows=Action("session.show", session_id))
    return session
