"""What goes on without somebody whom a message could not reach."""

from flows import searches
from flows.desk import Desk
from storage import requests
from storage.models import Offer, OfferState, Request, Search


def go_on(desk: Desk, kind: str, subject_id: int) -> None:
    """A message of this kind was given up: whoever waits for its reader's answer waits no longer.

    An offer that nobody can read is over as if its time were, and the next few are asked at once.
    """
    request_id = requests.of_offer(desk.uow, subject_id) if kind == "offer" else None
    if request_id is None:
        return
    desk.uow.lock(Request, request_id)
    offer = desk.uow.get(Offer, subject_id)
    if offer.state is OfferState.OPEN and requests.settle_offer(desk.uow, offer, OfferState.EXPIRED):
        searches.carry_on(desk, desk.uow.get(Search, offer.search_id))
