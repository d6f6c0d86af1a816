"""What goes on without somebody whom a message could not reach."""

from collections.abc import Sequence

from flows.engine.context import Context
from flows.engine.events import MessageUndeliverable, PersonUnreachable
from flows.engine.schedule import DueNote
from flows.matching import searches
from flows.matching.open_offers import Offered
from storage.dialogues import facilitator_load, requests
from storage.models import Offer, OfferState, Request, Search
from storage.people import people


def go_on(context: Context, event: MessageUndeliverable) -> None:
    """Close the offer whose message could not be delivered, and ask the next few.

    Does nothing for another kind of message.
    """
    request_id = requests.of_offer(context.uow, event.subject_id) if event.kind == Offered.kind else None
    if request_id is not None:
        _pass_by(context, event.subject_id, request_id)


def cut_off(context: Context, event: PersonUnreachable) -> None:
    """Close the open offers of a person whom no channel reaches, and ask the next few.

    Does nothing where one of their addresses is reachable.
    """
    if any(row.reachable for row in people.addresses(context.uow, event.person_id)):
        return
    for offer_id, request_id, _ in facilitator_load.offers_to(context.uow, event.person_id, OfferState.OPEN):
        _pass_by(context, offer_id, request_id)


def pass_by(context: Context, due: Sequence[DueNote]) -> None:
    """Say that these people may be reached by no channel any more."""
    for note in due:
        context.publish(PersonUnreachable(note.subject_id))


def _pass_by(context: Context, offer_id: int, request_id: int) -> None:
    context.uow.lock(Request, request_id)
    offer = context.uow.get(Offer, offer_id)
    if offer.state is OfferState.OPEN and requests.settle_offer(context.uow, offer, OfferState.UNREACHED):
        searches.carry_on(context, context.uow.get(Search, offer.search_id))
