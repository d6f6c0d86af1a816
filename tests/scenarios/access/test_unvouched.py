"""Whom a practice builder proposes to invite is asked for nothing that this builder steers, until the team says yes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, delete, update

from bot.demo.simulated_person import SimulatedPerson
from flows.access import invitations as inviting
from flows.engine.views.view import View
from storage.models import (
    Address,
    Facilitator,
    InvitationProposal,
    Offer,
    OfferState,
    Person,
    PracticeBuilder,
    Search,
)
from storage.people import people
from tests.scenarios.asking import answer_page, ask, field, from_menu, press, withdraw
from tests.scenarios.town import Town, at, words

LATER: Mapping[str, Any] = {"moment1": "2027-01-12T14:00", "moment2": "2027-01-14T10:00"}


@pytest.fixture(params=["sqlite", "postgres"])
def town(request: pytest.FixtureRequest) -> Any:
    """The demo programme on each kind of database in turn."""
    return request.getfixturevalue("town" if request.param == "sqlite" else "postgres_town")


class Place:
    """An organisation, whoever builds it, and three who can lead there; ``new`` is one of them, in no channel yet."""

    def __init__(self, town: Town, leading: list[int]) -> None:
        self.town, self.new, self.leading = town, leading[0], frozenset(leading)
        self.builder = town.builders_of(town.requester)[0]
        with town.store.begin() as uow:
            self.name = uow.get(Person, self.new).name
            built = people.built_organisations(uow, int(self.builder.sender.address))[0]
            uow.get(Person, self.new).unit_id = built.id
            uow.db.exec(update(Facilitator).where(col(Facilitator.person_id).not_in(leading)).values(active=False))
            uow.db.exec(delete(Address).where(col(Address.person_id) == self.new))
        town.serve_both()

    async def propose(self) -> None:
        """The builder proposes to invite the new one."""
        who = self.builder
        await who.say("uitnodigen")
        await press(who, "Maak een uitnodiging")
        organisation = field(who, "organisation").choices[0].value
        await who.fill(whom="Voor één persoon", organisation=organisation)
        await who.fill(person=str(self.new))
        await self.town.settle()
        assert len(self.town.rows(InvitationProposal)) == 1

    async def asked(self, who: SimulatedPerson | None = None) -> set[int]:
        """Who is asked first for another dialogue of this requester."""
        before = {row.id for row in self.town.rows(Search)}
        await ask(self.town, who or self.town.requester, **LATER)
        (search,) = [row for row in self.town.rows(Search) if row.id not in before]
        found = {row.facilitator_id for row in self.town.rows(Offer) if row.search_id == search.id}
        await withdraw(self.town, who or self.town.requester)
        return found


@pytest.fixture
async def place(town: Town) -> Place:
    """The requester's organisation."""
    await ask(town, **LATER)
    usual = [row.facilitator_id for row in town.rows(Offer) if row.state is OfferState.OPEN]
    await withdraw(town, town.requester)
    assert len(usual) == 3
    return Place(town, usual)


async def test_whom_a_builder_proposes_is_not_asked_for_what_that_builder_steers(place: Place) -> None:
    assert await place.asked() == place.leading, "as anybody, before"
    await place.propose()
    assert await place.asked() == place.leading - {place.new}


async def test_whom_a_builder_proposes_is_asked_by_other_organisations_as_before(town: Town, place: Place) -> None:
    await place.propose()
    other = next(who for who in map(town.civil_servant, range(40)) if place.builder not in town.builders_of(who))
    assert await place.asked(other) == place.leading


@pytest.mark.parametrize("decided", ["Ja, maak de uitnodiging", "Nee"])
async def test_once_the_team_decided_whoever_was_proposed_is_asked_as_anybody(
    town: Town, place: Place, decided: str
) -> None:
    await place.propose()
    await press(town.team()[0], decided)
    await town.settle()
    assert await place.asked() == place.leading


async def test_once_it_is_taken_back_whoever_was_proposed_is_asked_as_anybody(place: Place) -> None:
    await place.propose()
    await place.builder.say("uitnodigen")
    await press(place.builder, f"{place.name}: trek voorstel in")
    assert await place.asked() == place.leading


async def test_once_nobody_decided_in_time_whoever_was_proposed_is_asked_as_anybody(town: Town, place: Place) -> None:
    await place.propose()
    await town.passes(inviting.SPAN - timedelta(seconds=1))
    assert await place.asked() == place.leading - {place.new}
    await town.passes(timedelta(seconds=1))
    assert await place.asked() == place.leading


@pytest.mark.parametrize("meanwhile", ["the new one came in", "the builder builds nothing", "the builder left"])
async def test_what_the_team_need_not_decide_any_more_keeps_nobody_from_being_asked(
    town: Town, place: Place, meanwhile: str
) -> None:
    await place.propose()
    builder = int(place.builder.sender.address)
    with town.store.begin() as uow:
        if meanwhile == "the new one came in":
            uow.add(Address(person_id=place.new, channel=town.elsewhere.name, address="T1", preferred=True))
        elif meanwhile == "the builder left":
            uow.get(Person, builder).active = False
        else:
            uow.db.exec(delete(PracticeBuilder).where(col(PracticeBuilder.person_id) == builder))
    assert await place.asked() == place.leading


async def test_whom_a_builder_proposes_cannot_be_chosen_by_hand_there_until_the_team_says_yes(
    town: Town, place: Place
) -> None:
    await place.propose()
    await ask(town, **LATER)
    await town.until(at("2026-11-25 09:05"))
    for steers in (place.builder, town.team()[0]):
        await _choose(steers)
        assert place.name not in words(steers.screen)
        before = town.rows(Offer)
        await answer_page(steers, facilitator=str(place.new))
        assert steers.form.page == "choose", "asked again"
        assert town.rows(Offer) == before
    team = town.team()[0]
    await team.say("uitnodigen")
    await press(team, f"{place.name}: beslis over voorstel")
    await press(team, "Ja, maak de uitnodiging")
    await _choose(place.builder)
    await answer_page(place.builder, facilitator=str(place.new))
    assert [row.state for row in town.rows(Offer)[-1:] if row.facilitator_id == place.new] == [OfferState.OPEN]


async def test_a_search_that_runs_asks_the_new_one_once_the_team_said_yes_and_says_until_then_why_not(
    town: Town, place: Place
) -> None:
    await place.propose()
    await ask(town, **LATER)
    await town.until(at("2026-11-25 09:05"))
    shown = words(await _steered(place.builder))
    assert f"{place.name}: wacht op het programmateam: de uitnodiging is pas voorgesteld" in shown
    await press(place.builder, "Vraag opnieuw rond")
    await town.settle()
    assert place.new not in _open(town)
    await press(town.team()[0], "Ja, maak de uitnodiging")
    await town.until(at("2026-11-26 09:10"))
    await _steered(place.builder)
    await press(place.builder, "Vraag opnieuw rond")
    assert place.new in _open(town)


async def _steered(who: SimulatedPerson) -> View | None:
    await from_menu(who, "Open aanvragen")
    return await press(who, who.screen.buttons[0].label) if who.screen else None


async def _choose(who: SimulatedPerson) -> None:
    await _steered(who)
    await press(who, "Kies zelf iemand")


def _open(town: Town) -> set[int]:
    return {row.facilitator_id for row in town.rows(Offer) if row.state is OfferState.OPEN}
