"""A facilitator who accepted cannot come after all: the seat is free again, and the search restarts in front."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.engine.context import Context, Turn
from flows.engine.events import PeopleMerged
from flows.engine.notifications import Notification, tell
from flows.engine.views.action import Action
from flows.engine.views.refusals import NotPlanned
from flows.engine.views.view import Button, View
from flows.matching import open_offers, searches
from flows.people.permissions import Role
from flows.sessions import calendar, calendar_invitation
from flows.sessions.sessions import planned
from storage.dialogues import facilitator_load, requests, sessions
from storage.models import DialogueSession, OfferState, Person, Request, SearchCause, SessionState

OWN = "own"
"""The reason of who turns out to have asked for the dialogue themselves, which no form offers."""


@dataclass(frozen=True)
class GivenBack(Notification, kind="given_back"):
    """A facilitator cannot come after all, for this ``reason``."""

    reason: str


def give_back(turn: Turn, session_id: int, reason: str, *, following: bool) -> View:
    """A facilitator cannot come after all: the search restarts in front of the queue, and the requester hears why."""
    session, role = planned(turn, session_id)
    if role is not Role.FACILITATOR:
        raise NotPlanned(shows=Action("session.show", session_id))
    _leave(turn.context, turn.me, sessions.following(turn.uow, session) if following else [session], reason)
    off_calendar = calendar_invitation.of_session(turn.context, turn.t, session, off=True)
    return View(turn.t("give.thanks"), title=turn.t("session.heading.give_thanks"), file=off_calendar)


def leave_own(context: Context, event: PeopleMerged) -> None:
    """Give back the person's seats in coming sessions of their own requests: a requester does not lead these."""
    person_id = event.person_id
    for request_id in facilitator_load.led_by_requester(context.uow, person_id):
        context.uow.lock(Request, request_id)
        ahead = [
            s for s in sessions.ahead_of_request(context.uow, request_id) if s.starts_at and s.starts_at > context.now
        ]
        led = [session for session in ahead if person_id in sessions.facilitators(context.uow, session.id)]
        for session in (session for session in led if session.state is SessionState.PROPOSED):
            _leave_seat(context, person_id, session)
        if standing := [session for session in led if session.state is not SessionState.PROPOSED]:
            _leave(context, person_id, standing, OWN)


def _leave(context: Context, person_id: int, leaving: Sequence[DialogueSession], reason: str) -> None:
    """Free the seats in these sessions: who takes that in the first may have them all, and the requester hears why."""
    session, *rest = leaving
    for other in leaving:
        _leave_seat(context, person_id, other)
    context.uow.flush()
    _mark_given_back(context, person_id, session)
    # Where one of two was found, somebody is still sought: one search for both seats takes its place.
    running = requests.searches_of_session(context.uow, session.id)
    for search in running:
        searches.give_up(context, search)
    for other in rest:
        if other.state is SessionState.PLANNED and not all(
            s.facilitator_id for s in sessions.seats(context.uow, other.id)
        ):
            other.state = SessionState.SEEKING
    covers_rest = bool(rest) or any(search.covers_rest for search in running)
    searches.start(context, session, SearchCause.GIVEN_BACK, covers_rest=covers_rest, left=person_id)
    requester = context.uow.get(Request, session.request_id).requester_id
    tell(context, requester, GivenBack(session.id, reason), once=f"v{session.version}:{person_id}")


def _leave_seat(context: Context, person_id: int, session: DialogueSession) -> None:
    for seat in sessions.seats(context.uow, session.id):
        if seat.facilitator_id == person_id:
            seat.facilitator_id = None
            # Who comes has changed, and calendars take a file only when its SEQUENCE has risen.
            session.version, session.sequence = session.version + 1, session.sequence + 1
            calendar.drop_proposal(context, session)


def _mark_given_back(context: Context, person_id: int, session: DialogueSession) -> None:
    for offer in facilitator_load.accepted_offers(context.uow, person_id, session.id):
        offer.state, offer.version = OfferState.GIVEN_BACK, offer.version + 1
        open_offers.show(context, offer)


def given_back(context: Context, person: Person, told: GivenBack) -> View | None:
    """The message to the requester that the facilitator cannot come, why, and that the search has begun again."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, told.subject_id)
    running = requests.searches_of_session(context.uow, session.id)
    if not running or session.starts_at is None:
        return None
    values = {"moment": t.moment(session.starts_at), "promised": t.moment(running[0].promised_by)}
    text = t("give.told", reason=t(f"give.reason.{told.reason}"), **values)
    see = Button(t("request.see"), Action("request.show", session.request_id))
    return View(text, title=t("session.heading.given_back"), buttons=(see,))
