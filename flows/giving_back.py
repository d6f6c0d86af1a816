"""A facilitator who accepted cannot come after all: the seat is free again, and the search restarts in front."""

from flows import invitation, open_offers, planning, searches
from flows.actions import Action
from flows.desk import Desk, Turn
from flows.errors import NotPlanned
from flows.notices import Note, tell
from flows.roles import Role
from flows.sessions import planned
from flows.view import Button, View
from storage import requests, sessions
from storage.models import DialogueSession, OfferState, Person, Request, SearchCause, SessionState


def give_back(turn: Turn, session_id: int, reason: str, *, following: bool) -> View:
    """A facilitator cannot come after all: the search restarts in front of the queue, and the requester hears why."""
    session, role = planned(turn, session_id)
    if role is not Role.FACILITATOR:
        raise NotPlanned(shows=Action("session.show", session_id))
    request = turn.uow.get(Request, session.request_id)
    rest = sessions.following(turn.uow, session) if following else [session]
    for other in rest:
        _leave_seat(turn, other)
    turn.uow.flush()
    _mark_given_back(turn, session)
    # Where one of two was found, somebody is still sought: one search for both seats takes its place.
    running = requests.searches_of_session(turn.uow, session.id)
    for search in running:
        searches.give_up(turn.desk, search)
    for other in rest[1:]:
        if other.state is SessionState.PLANNED and not all(
            s.facilitator_id for s in sessions.seats(turn.uow, other.id)
        ):
            other.state = SessionState.SEEKING
    covers_rest = len(rest) > 1 or any(search.covers_rest for search in running)
    searches.start(turn.desk, session, SearchCause.GIVEN_BACK, covers_rest=covers_rest, left=turn.me)
    note = Note("given_back", session.id, {"reason": reason})
    tell(turn.desk, request.requester_id, note, once=f"v{session.version}:{turn.me}")
    off_calendar = invitation.of_session(turn.desk, turn.t, session, off=True)
    return View(turn.t("give.thanks"), title=turn.t("session.heading.give_thanks"), file=off_calendar)


def _leave_seat(turn: Turn, session: DialogueSession) -> None:
    for seat in sessions.seats(turn.uow, session.id):
        if seat.facilitator_id == turn.me:
            seat.facilitator_id = None
            # Who comes has changed, and calendars take a file only when its SEQUENCE has risen.
            session.version, session.sequence = session.version + 1, session.sequence + 1
            planning.drop_proposal(turn.desk, session)


def _mark_given_back(turn: Turn, session: DialogueSession) -> None:
    for offer in requests.accepted_offers(turn.uow, turn.me, session.id):
        offer.state, offer.version = OfferState.GIVEN_BACK, offer.version + 1
        open_offers.show(turn.desk, offer)


def given_back(desk: Desk, person: Person, note: Note) -> View | None:
    """To the requester: the facilitator cannot come, why, and that the search has begun again."""
    t, session = desk.words_for(person), desk.uow.get(DialogueSession, note.subject_id)
    running = requests.searches_of_session(desk.uow, session.id)
    if not running or session.starts_at is None:
        return None
    values = {"moment": t.moment(session.starts_at), "promised": t.moment(running[0].promised_by)}
    text = t("give.told", reason=t(f"give.reason.{note.args['reason']}"), **values)
    see = Button(t("request.see"), Action("request.show", session.request_id))
    return View(text, title=t("session.heading.given_back"), buttons=(see,))
