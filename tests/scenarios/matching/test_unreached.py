"""A search goes on without facilitators whom the bot cannot reach."""

from pathlib import Path

from flows.people import served_channels
from storage.database.unit_of_work import Store
from storage.models import Address, Facilitator, Offer, OfferState, Outbox, OutboxState
from tests.scenarios.asking import ask, from_menu, press
from tests.scenarios.town import Town, last_words, words
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


async def test_who_came_in_nowhere_is_not_asked_where_people_come_in_by_invitation_only(town: Town) -> None:
    with town.store.begin() as uow:
        served_channels.serve(uow, {"telegram": "https://t.me/dialoog_bot?start="}, town.now)
    await ask(town)
    assert town.rows(Offer) == []
    card = last_words(town.builders_of(town.requester)[0])
    assert "Niemand van de 400 gespreksleiders kan dit gesprek leiden" in card
    assert "zijn niet te bereiken" in card


async def test_who_could_not_be_reached_is_told_of_as_such_and_never_as_silent(town: Town) -> None:
    await _ask_with_nobody_reached(town)
    card = last_words(town.builders_of(town.requester)[0])
    assert "(niet te bereiken)" in card
    assert "gaf geen antwoord" not in card


async def test_an_offer_that_is_over_is_nobodys_first_letter_when_it_is_sent_again(town: Town) -> None:
    lost = await _ask_with_nobody_reached(town)
    with town.store.begin() as uow:
        for one in lost:
            uow.add(Address(person_id=one, channel=town.channel.name, address=str(one), preferred=True))
    member = town.team()[0]
    await from_menu(member, "Niet aangekomen")
    await press(member, "Stuur alles opnieuw")
    await town.settle()
    assert [words(view) for one in lost for view in town.actor(one).messages] == []
    assert {row.state for row in town.rows(Outbox) if row.kind == "offer"} == {OutboxState.MOOT}


async def _ask_with_nobody_reached(town: Town) -> set[int]:
    """A request for which nobody who is asked can be told so; gives who they are."""
    with town.store.begin() as uow:
        leading = {offered.person_id for offered in town.rows(Facilitator)}
        for row in town.rows(Address):
            if row.person_id in leading:
                uow.delete(uow.get(Address, row.id))
    await ask(town)
    return {offer.facilitator_id for offer in town.rows(Offer) if offer.state is OfferState.UNREACHED}


def _open(town: Town) -> set[int]:
    return {offer.facilitator_id for offer in town.rows(Offer) if offer.state is OfferState.OPEN}
