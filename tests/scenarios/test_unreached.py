"""Nobody waits for somebody whom the bot cannot reach."""

from pathlib import Path

from storage.models import Address, Offer, OfferState
from storage.unit_of_work import Store
from tests.scenarios.asking import ask
from tests.scenarios.town import Town
from tests.slack.town import renew


async def test_an_offer_nobody_can_receive_is_passed_by_and_the_others_are_asked(
    town: Town, town_store: Store, demo_file: Path
) -> None:
    await ask(town)
    usual = _open(town)
    assert len(usual) == 3
    town_store.close()
    renew(town_store, demo_file)
    same = Town(town_store)
    with same.store.begin() as uow:
        for row in same.rows(Address):
            if row.person_id in usual:
                uow.delete(uow.get(Address, row.id))
    await ask(same)
    assert len(_open(same)) == 3
    assert not _open(same) & usual


def _open(town: Town) -> set[int]:
    return {offer.facilitator_id for offer in town.rows(Offer) if offer.state is OfferState.OPEN}
