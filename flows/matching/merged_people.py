"""Two people turned out to be one: nobody is asked to lead what they asked for themselves."""

from flows.engine.context import Desk
from flows.engine.events import PeopleMerged
from flows.matching import searches
from storage.dialogues import facilitator_load
from storage.models import Offer, OfferState, Request, Search


def withdraw_own(desk: Desk, event: PeopleMerged) -> None:
    """End the offers to this person for requests of their own, and have each search go on."""
    person_id = event.person_id
    for offer_id, request_id, requester in facilitator_load.offers_to(
        desk.uow, person_id, OfferState.OPEN, OfferState.PROPOSED
    ):
        if requester == person_id:
            desk.uow.lock(Request, request_id)
            made = desk.uow.get(Offer, offer_id)
            searches.withdraw(desk, made, OfferState.WITHDRAWN)
            searches.carry_on(desk, desk.uow.get(Search, made.search_id))
