"""Two people turned out to be one: nobody is asked to lead what they asked for themselves."""

from flows.engine.context import Context
from flows.engine.events import PeopleMerged
from flows.matching import searches
from storage.dialogues import facilitator_load
from storage.models import Offer, OfferState, Request, Search


def withdraw_own(context: Context, event: PeopleMerged) -> None:
    """End the offers to this person for requests of their own, and have each search go on."""
    person_id = event.person_id
    for offer_id, request_id, requester in facilitator_load.offers_to(
        context.uow, person_id, OfferState.OPEN, OfferState.PROPOSED
    ):
        if requester == person_id:
            context.uow.lock(Request, request_id)
            made = context.uow.get(Offer, offer_id)
            searches.withdraw(context, made, OfferState.WITHDRAWN)
            searches.carry_on(context, context.uow.get(Search, made.search_id))
