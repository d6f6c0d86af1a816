"""Nobody waits for somebody whom the bot cannot reach."""

from storage.models import Address, Offer, OfferState
from tests.scenarios.asking import ask
from tests.scenarios.town import Town


async def test_an_offer_nobody_can_receive_is_passed_by_and_the_others_are_asked(town: Town) -> None:
    await ask(town)
    first = town.rows(Offer)
    for actor in list(town.asked()):
        with town.store.begin() as uow:
            for row in town.rows(Address):
                if row.person_id == int(actor.sender.address):
                    uow.delete(uow.get(Address, row.id))
    await ask(town, town.civil_servant(1))
    gone = {offer.facilitator_id for offer in first}
    again = [offer for offer in town.rows(Offer) if offer.id not in {one.id for one in first}]
    assert all(offer.state is OfferState.EXPIRED for offer in again if offer.facilitator_id in gone)
    assert [offer for offer in again if offer.facilitator_id not in gone and offer.state is OfferState.OPEN]
