"""An offer: what it shows and keeps to itself, and what becomes of a yes, a no and a "yes, but later"."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.language.markup import unmarked
from flows.engine.views.action import Action
from storage.models import (
    DeclineReason,
    DialogueSession,
    Facilitator,
    Offer,
    OfferState,
    Organisation,
    Search,
    SearchState,
    SessionState,
)
from tests.scenarios.asking import SERIES, answer_page, ask, field, from_menu, plan, press, press_twice
from tests.scenarios.town import Town, at, last_words, words

SECRET = "Vorige week viel er een besluit dat drie mensen niet konden uitleggen."


async def test_an_offer_shows_what_is_needed_to_decide(town: Town) -> None:
    await ask(town, **SERIES, where="Op locatie")
    shown = dict(town.asked()[0].last.facts)
    assert "dinsdag 8 december 2026 om 14:00 tot 16:00" in unmarked(shown["Momenten"])
    assert shown["Organisatie"] == "Sociale Verzekeringsbank"
    assert shown["Onderwerpen"] == "Tegenspraak en je uitspreken"
    assert shown["Gespreksvorm"] == "Moreel beraad"
    assert shown["Groep"] == "10 mensen"
    assert shown["Waar"] == "Den Haag"
    assert shown["Duur"] == "120 minuten"
    assert shown["Reeks"] == "Ja: Reflectiereeks, 3 keer. Elke 3 weken"
    assert "Antwoord vóór dinsdag 24 november 2026 om 09:05" in town.asked()[0].last.text


async def test_who_proposes_another_moment_reads_which_dialogue_when_and_how_long(town: Town) -> None:
    await ask(town)
    view = await press(town.asked()[0], "Stel een ander moment voor")
    assert "Dialoog: Tegenspraak en je uitspreken. Gevraagd: dinsdag 8 december 2026 om 14:00 tot 16:00" in view.text
    assert "Duur: 120 minuten" in view.text


async def test_a_no_is_thanked_for_in_a_line(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    await press(facilitator, "Zeg nee")
    view = await press(facilitator, "Ik heb geen tijd")
    assert view.text == "Genoteerd. Dank je wel voor je antwoord."
    await town.settle()
    assert "Je hebt nee gezegd" in facilitator.messages[0].text


async def test_who_asks_and_why_is_known_to_nobody_but_who_accepts(town: Town) -> None:
    await ask(town, context=SECRET)
    asker, (winner, *others) = town.requester, town.asked()
    unit = _unit(town, asker)
    for facilitator in (winner, *others):
        await _looks_everywhere(facilitator)
        assert not _heard(town, facilitator) & {asker.name, unit, SECRET}
    await press(winner, "Accepteer")
    await town.settle()
    for facilitator in others:
        await _looks_everywhere(facilitator)
        assert not _heard(town, facilitator) & {asker.name, unit, SECRET}
    assert _heard(town, winner) == {asker.name, unit, SECRET}
    assert SECRET not in "".join(words(d.view) for d in town.arrived(asker)), "even to the requester it is not repeated"


async def test_the_context_reaches_neither_practice_builder_nor_programme_team(town: Town) -> None:
    await ask(town, context=SECRET)
    await town.until(at("2026-12-02 17:00"))
    steering = [*town.builders_of(town.requester), *town.team()]
    assert all(town.arrived(person) for person in steering)
    for person in steering:
        await _looks_everywhere(person)
        await from_menu(person, "Open aanvragen")
        await press(person, "Sociale Verzekeringsbank")
        assert SECRET not in words(person.screen)
        assert _heard(town, person) == {town.requester.name, _unit(town, town.requester)}


async def _looks_everywhere(actor: SimulatedPerson) -> None:
    for door in ("Mijn bijeenkomsten", "Mijn aanvragen"):
        view = await from_menu(actor, door)
        assert SECRET not in words(view)


def _unit(town: Town, actor: SimulatedPerson) -> str:
    with town.store.read() as uow:
        return uow.get(Organisation, town.person(actor).unit_id).name_nl


def _heard(town: Town, actor: SimulatedPerson) -> set[str]:
    secrets = {town.requester.name, _unit(town, town.requester), SECRET}
    said = "\n".join([words(delivery.view) for delivery in town.arrived(actor)] + [words(actor.screen)])
    return {secret for secret in secrets if secret in said}


async def test_accepting_a_moment_plans_the_session_and_thanks(town: Town) -> None:
    requester, facilitator = await plan(town)
    assert "Jij leidt de dialoog op dinsdag 8 december 2026 om 14:00" in words(facilitator.screen)
    [session] = town.rows(DialogueSession)
    assert session.state is SessionState.PLANNED
    assert session.starts_at == at("2026-12-08 14:00")
    assert "De dialoog is gepland" in last_words(requester)


async def test_the_second_moment_can_be_chosen_just_as_well(town: Town) -> None:
    await ask(town)
    facilitator = next(f for f in town.asked() if "do 10 dec" in last_words(f))
    await press(facilitator, "Accepteer: do 10 dec 10:00")
    assert town.rows(DialogueSession)[0].starts_at == at("2026-12-10 10:00")


async def test_losing_is_kind_and_the_card_changes(town: Town) -> None:
    await ask(town)
    winner, second, third = town.asked()
    late = second.button("Accepteer")
    await press(winner, "Accepteer")
    answer = await second.send_action(late.action.pack())
    assert "Een collega was net iets eerder. Dank je wel dat je ja zei" in words(answer)
    await town.settle()
    for loser in (second, third):
        card, *later = loser.messages
        assert "Een collega leidt deze dialoog" in card.text
        assert card.buttons == ()
        assert "Dank je wel dat we het je mochten vragen" in later[-1].text
    assert [offer.state for offer in town.rows(Offer)].count(OfferState.ACCEPTED) == 1


async def test_accepting_twice_accepts_once(town: Town) -> None:
    await ask(town)
    answer = await press_twice(town, town.asked()[0], "Accepteer")
    assert "Hier kun je niet meer op antwoorden" in words(answer)
    assert "Je hebt deze dialoog geaccepteerd" in words(answer)


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Ik heb geen tijd", DeclineReason.BUSY),
        ("Niet mijn onderwerp", DeclineReason.TOPIC),
        ("Het komt te dichtbij", DeclineReason.CLOSE),
        ("Een andere reden", DeclineReason.OTHER),
    ],
)
async def test_saying_no_takes_two_presses_and_keeps_the_reason(town: Town, label: str, reason: DeclineReason) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    view = await press(facilitator, "Zeg nee")
    assert "De aanvrager ziet je reden niet" in view.text
    assert len(town.asked()) == 3, "asking why is not yet a no"
    view = await press(facilitator, label)
    await town.settle()
    assert "Dank je wel voor je antwoord" in view.text
    assert len(town.asked()) == 2
    assert [offer.decline_reason for offer in town.rows(Offer) if offer.decline_reason] == [reason]
    assert label not in "".join(words(delivery.view) for delivery in town.arrived(town.requester))


async def test_going_back_from_the_reasons_leaves_the_offer_open(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    await press(facilitator, "Zeg nee")
    view = await press(facilitator, "Terug")
    assert "Wil jij deze dialoog leiden?" in view.text
    await press(facilitator, "Accepteer")
    assert town.rows(Search)[0].state is SearchState.FOUND


async def test_when_nobody_is_left_who_could_say_yes_the_next_few_are_asked_at_once(town: Town) -> None:
    await ask(town)
    first = town.asked()
    for facilitator in first[:2]:
        await _decline(facilitator)
    await town.settle()
    assert town.asked() == first[2:]
    await _decline(first[2])
    await town.settle()
    assert len(town.asked()) == 3
    assert not set(town.asked()) & set(first)


async def _decline(facilitator: SimulatedPerson) -> None:
    await press(facilitator, "Zeg nee")
    await press(facilitator, "Ik heb geen tijd")


async def test_another_time_goes_to_the_requester_who_takes_it(town: Town) -> None:
    proposer, others = await _proposed(town)
    requester = town.requester
    asked = requester.last
    assert "Een gespreksleider kan niet op jullie momenten, maar wel op woensdag 9 december 2026 om 10:00" in asked.text
    assert proposer.name not in words(asked)
    await press(requester, "Ja, dat past")
    await town.settle()
    assert town.rows(DialogueSession)[0].starts_at == at("2026-12-09 10:00")
    assert proposer.name in last_words(requester)
    assert "woensdag 9 december 2026 om 10:00" in last_words(proposer)
    assert all("Een collega" in last_words(other) for other in others)


async def test_another_time_that_is_left_is_told_and_the_search_goes_on(town: Town) -> None:
    proposer, others = await _proposed(town)
    view = await press(town.requester, "Nee, zoek verder")
    await town.settle()
    assert "We zoeken verder" in view.text
    assert "Het andere moment past de aanvrager niet" in last_words(proposer)
    assert town.asked() == others
    await press(others[0], "Accepteer")
    assert town.rows(Search)[0].state is SearchState.FOUND


async def test_an_acceptance_overtakes_a_proposal_and_both_sides_see_it(town: Town) -> None:
    proposer, others = await _proposed(town)
    take = town.requester.button("Ja, dat past")
    await press(others[0], "Accepteer")
    await town.settle()
    assert any("Dit voorstel geldt niet meer" in message.text for message in town.requester.messages)
    assert "Een collega heeft deze dialoog net geaccepteerd" in last_words(proposer)
    answer = await town.requester.send_action(take.action.pack())
    assert "Hier kun je niet meer op antwoorden" in words(answer)
    assert "De volgende bijeenkomst staat vast" in words(answer)


async def test_when_all_who_were_asked_propose_another_time_others_are_asked_meanwhile(town: Town) -> None:
    await ask(town)
    first = town.asked()
    for hour, facilitator in enumerate(first, start=9):
        await _propose(facilitator, f"2026-12-09T{hour:02}:00")
    await town.settle()
    assert len(town.asked()) == 3
    assert not set(town.asked()) & set(first)
    assert sum("maar wel op" in message.text for message in town.requester.messages) == 3


async def test_another_time_that_passed_before_the_answer_is_not_taken(town: Town) -> None:
    await ask(town)
    await _propose(town.asked()[0], "2026-11-24T08:30")
    await town.settle()
    take = town.requester.button("Ja, dat past")
    await town.until(at("2026-11-25 09:00"))
    answer = await town.requester.send_action(take.action.pack())
    assert "Dank" not in words(answer)
    assert town.rows(DialogueSession)[0].starts_at is None


async def test_a_moment_that_passed_while_the_offer_stood_cannot_be_accepted_but_the_other_can(town: Town) -> None:
    await ask(town, moment1="2026-11-23T13:00", moment2="2026-12-10T10:00")
    facilitator = next(f for f in town.asked() if "ma 23 nov" in last_words(f) and "do 10 dec" in last_words(f))
    early = facilitator.button("Accepteer: ma 23 nov 13:00")
    await town.until(at("2026-11-23 14:00"))
    answer = await facilitator.send_action(early.action.pack())
    assert "Er is intussen iets veranderd" in words(answer)
    assert "[Accepteer: ma 23 nov 13:00]" not in words(answer)
    await press(facilitator, "Accepteer: do 10 dec 10:00")
    assert town.rows(DialogueSession)[0].starts_at == at("2026-12-10 10:00")


async def _proposed(town: Town) -> tuple[SimulatedPerson, list[SimulatedPerson]]:
    await ask(town)
    proposer, *others = town.asked()
    await _propose(proposer, "2026-12-09T10:00")
    await town.settle()
    return proposer, others


async def _propose(facilitator: SimulatedPerson, moment: str) -> None:
    await press(facilitator, "Stel een ander moment voor")
    await facilitator.fill(moment=moment)


async def test_proposing_a_moment_in_the_past_is_told_at_the_field(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    await _propose(facilitator, "2026-11-01T10:00")
    assert "al voorbij" in field(facilitator, "moment").error
    assert town.rows(Offer)[0].state is OfferState.OPEN


async def test_a_full_month_is_explained_to_the_facilitator_and_changes_nothing(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    yes = facilitator.button("Accepteer")
    with town.store.begin() as uow:
        uow.get(Facilitator, int(facilitator.sender.address)).capacity = 0
    answer = await facilitator.send_action(yes.action.pack())
    assert "en die maand is al vol. Er is niets veranderd" in words(answer)
    assert "Wil jij deze dialoog leiden?" in words(answer)
    assert "[Zeg nee]" in words(answer)
    assert town.rows(Offer)[0].state is OfferState.OPEN


async def test_two_dialogues_at_one_time_are_refused_with_a_way_on(town: Town) -> None:
    _, facilitator = await plan(town)
    await ask(town, town.civil_servant(1), moment2=None)
    with town.store.begin() as uow:
        offer = uow.get(Offer, len(town.rows(Offer)))
        offer.facilitator_id = int(facilitator.sender.address)
    packed = Action("offer.accept", offer.id, offer.version, "0").pack()
    answer = await facilitator.send_action(packed)
    assert "Je leidt dan al een andere bijeenkomst" in words(answer)
    assert "[Zeg nee]" in words(answer)


async def test_an_offer_answered_after_its_time_is_over(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    yes = facilitator.button("Accepteer")
    town.clock.move(timedelta(days=1, minutes=1))
    answer = await facilitator.send_action(yes.action.pack())
    assert "de tijd is voorbij" in words(answer)
    assert town.rows(Search)[0].state is SearchState.ASKING


@pytest.mark.parametrize("verb", ["offer.show", "offer.accept", "offer.decline", "offer.no", "offer.other"])
async def test_somebody_elses_offer_can_be_neither_read_nor_answered(town: Town, verb: str) -> None:
    await ask(town)
    mine, theirs = town.rows(Offer)[:2]
    other = town.actor(theirs.facilitator_id)
    answer = await other.send_action(Action(verb, mine.id, mine.version, "0").pack())
    assert "voor iemand anders bedoeld" in words(answer)
    assert "Tegenspraak" not in words(answer)
    assert {offer.state for offer in town.rows(Offer)} == {OfferState.OPEN}


async def test_the_menu_of_a_facilitator_shows_what_waits_for_an_answer(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    view = await from_menu(facilitator, "Beantwoord: Tegenspraak")
    assert "Wil jij deze dialoog leiden?" in view.text
    await _decline(facilitator)
    view_now = await facilitator.say("menu")
    assert "Beantwoord" not in words(view_now)


async def test_a_facilitator_who_takes_a_pause_is_not_asked(town: Town) -> None:
    await ask(town)
    asked = town.asked()[0]
    view = await from_menu(asked, "Mijn beschikbaarheid")
    await press(asked, "Neem een pauze")
    assert "We vragen je niet" in words(asked.screen)
    assert view.facts[0] == ("Deze maand", f"0 van {_capacity(town, asked)} bijeenkomsten")
    await ask(town, town.civil_servant(1))
    assert len([d for d in town.arrived(asked) if "Wil jij deze dialoog" in d.view.text]) == 1
    await press(asked, "Doe weer mee")
    assert "Je doet mee" in words(asked.screen)


async def test_a_facilitator_says_how_often_a_month_they_can_be_asked(town: Town) -> None:
    await ask(town)
    asked = town.asked()[0]
    await from_menu(asked, "Mijn beschikbaarheid")
    await press(asked, "Hoe vaak per maand")
    assert field(asked, "most").value == _capacity(town, asked)
    view = await answer_page(asked, most=7)
    assert dict(view.facts)["Deze maand"] == "0 van 7 bijeenkomsten"
    assert _capacity(town, asked) == 7


async def test_a_facilitator_who_is_away_at_the_moments_is_not_asked(town: Town) -> None:
    await ask(town)
    asked = town.asked()[0]
    await from_menu(asked, "Mijn beschikbaarheid")
    await press(asked, "Geef dagen door")
    await answer_page(asked, first_day="2026-12-07", last_day="2026-12-01")
    assert "voor de eerste dag" in field(asked, "last_day").error
    view = await answer_page(asked, first_day="2026-12-07", last_day="2026-12-11")
    assert "van maandag 7 december 2026 tot en met vrijdag 11 december 2026" in words(view)
    await ask(town, town.civil_servant(1))
    assert len([d for d in town.arrived(asked) if "Wil jij deze dialoog" in d.view.text]) == 1


def _capacity(town: Town, actor: SimulatedPerson) -> int:
    return _only(row for row in town.rows(Facilitator) if str(row.person_id) == actor.sender.address).capacity


def _only(rows: Iterator[Facilitator]) -> Facilitator:
    [row] = rows
    return row


async def test_a_time_the_team_gave_already_is_not_proposed_to_it(town: Town) -> None:
    await ask(town)
    asked = town.asked()[0]
    await press(asked, "Stel een ander moment voor")
    first = next(button for button in asked.messages[0].buttons if button.label.startswith("Accepteer"))
    moment = "2026-12-08T14:00" if "8 dec" in first.label else "2026-12-10T10:00"
    answer = words(await asked.fill(moment=moment))
    assert "Dat moment staat al in de aanvraag" in answer
    assert "[Accepteer" in answer
    await town.settle()
    assert not any("ander moment" in words(view) for view in town.requester.messages)
