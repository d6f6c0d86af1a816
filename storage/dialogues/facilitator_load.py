"""What is asked of a facilitator, over all searches, and what they lead."""

from collections.abc import Sequence

from sqlmodel import col, select

from storage.database.unit_of_work import UnitOfWork
from storage.dialogues.sessions import AHEAD
from storage.models import DialogueSession, Offer, OfferState, Request, Search, Seat


def offers_to(uow: UnitOfWork, facilitator_id: int, *states: OfferState) -> Sequence[tuple[int, int, int]]:
    """The offers to this facilitator in these states: (offer id, request id, requester's person id), by request."""
    query = (
        select(Offer.id, Request.id, Request.requester_id)
        .join(Search, col(Search.id) == Offer.search_id)
        .join(DialogueSession, col(DialogueSession.id) == Search.session_id)
        .join(Request, col(Request.id) == DialogueSession.request_id)
        .where(Offer.facilitator_id == facilitator_id, col(Offer.state).in_(states))
    )
    return uow.db.exec(query.order_by(col(Request.id), col(Offer.id))).all()


def accepted_offers(uow: UnitOfWork, facilitator_id: int, session_id: int) -> Sequence[Offer]:
    """The offers with which this facilitator got a seat in the session."""
    of_session = select(Search.id).where(Search.session_id == session_id)
    query = select(Offer).where(
        Offer.facilitator_id == facilitator_id, Offer.state == OfferState.ACCEPTED, col(Offer.search_id).in_(of_session)
    )
    return uow.db.exec(query.order_by(col(Offer.id))).all()


def led_by_requester(uow: UnitOfWork, person_id: int) -> Sequence[int]:
    """The ids of this person's requests of which they have a seat in a session to come themselves, in order."""
    query = (
        select(Request.id)
        .join(DialogueSession, col(DialogueSession.request_id) == Request.id)
        .join(Seat, col(Seat.session_id) == DialogueSession.id)
        .where(Request.requester_id == person_id, Seat.facilitator_id == person_id)
        .where(col(DialogueSession.state).in_(AHEAD))
    )
    return uow.db.exec(query.distinct().order_by(col(Request.id))).all()
