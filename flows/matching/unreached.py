"""What goes on without somebody whom a message could not reach."""

from collections.abc import Sequence

from flows.engine.context import Desk
from flows.engine.schedule import DueNote
from flows.matching import searches
from storage.dialogues import facilitator_load, requests
from storage.models import Offer, OfferState, Request, Search
from storage.people import people


def go_on(desk: Desk, kind: str, subject_id: int) -> None:
    """Close the offer whose message could not be delivered, and ask the next few.

    Does nothing for another ``kind`` of message.
    """
    request_id = requests.of_offer(desk.uow, subject_id) if kind == "offer" else None
    if request_id is not None:
        _pass_by(desk, subject_id, request_id)


def cut_off(desk: Desk, person_id: int) -> None:
    """Close the open offers of a person whom no channel reaches, and ask the next few.

    Does nothing where one of their addresses is reachable.
    """
    if any(row.reachable for row in people.addresses(desk.uow, person_id)):
        return
    for offer_id, request_id, _ in facilitator_load.offers_to(desk.uow, person_id, OfferState.OPEN):
        _pass_by(desk, offer_id, request_id)


def pass_by(desk: Desk, due: Sequence[DueNote]) -> None:
    """Close the open offers of those of these people whom no channel reaches any more."""
    for note in due:
        cut_off(desk, note.subject_id)


def _pass_by(desk: Desk, offer_id: int, request_id: int) -> None:
    desk.uow.lock(Request, request_id)
    offer = desk.uow.get(Offer, offer_id)
    if offer.state is OfferState.OPEN and requests.settle_offer(desk.uow, offer, OfferState.UNREACHED):
        searches.carry_on(desk, desk.uow.get(Search, offer.search_id))
