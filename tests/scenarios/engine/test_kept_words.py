"""What the bot says will happen does happen, and what is over is in nobody's way."""

from typing import Any

from bot.demo.simulated_person import SimulatedPerson
from storage.models import (
    DialogueSession,
    Facilitator,
    Offer,
    OfferState,
    Outbox,
    OutboxState,
    Person,
    Search,
    SearchState,
)
from tests.scenarios.asking import SERIES, answer_page, ask, field, from_menu, plan, plan_series, press, withdraw
from tests.scenarios.home.test_front_door import look, section
from tests.scenarios.town import Town, at, last_words, words
from tests.scenarios.waiting import proposed_another_time


async def _with_builder(town: Town, **changed: Any) -> SimulatedPerson:
    """A request nobody answered, now with its practice builder."""
    await ask(town, **changed)
    await town.until(at("2026-11-25 09:05"))
    return town.steering()[0]


async def _chosen(town: Town, **changed: Any) -> tuple[SimulatedPerson, SimulatedPerson]:
    """The builder, and whom they chose by hand."""
    builder = await _with_builder(town, **changed)
    await press(builder, "Kies zelf iemand")
    await answer_page(builder, facilitator=field(builder, "facilitator").choices[0].label)
    await town.settle()
    [chosen] = town.asked()
    return builder, chosen


def _offer(town: Town, facilitator: SimulatedPerson) -> Offer:
    [found] = [one for one in town.rows(Offer) if one.facilitator_id == int(facilitator.sender.address)]
    return found


async def test_whoever_chose_somebody_hears_of_the_no_in_a_message_of_its_own(town: Town) -> None:
    builder, chosen = await _chosen(town)
    await press(chosen, "Zeg nee")
    await press(chosen, "Niet mijn onderwerp")
    await town.settle()
    first, *_, last = builder.messages
    assert "Er is een nieuwer bericht over deze aanvraag" in first.text
    assert last.text.startswith("Er is nieuws van wie gevraagd is.")
    assert f"{chosen.name} (zei nee: Niet mijn onderwerp)" in words(last)
    await press(builder, "Kies zelf iemand")


async def test_whoever_chose_somebody_hears_that_no_answer_came(town: Town) -> None:
    builder, chosen = await _chosen(town)
    await town.until(_offer(town, chosen).expires_at)
    assert builder.last.text.startswith("Er is nieuws van wie gevraagd is.")
    assert f"{chosen.name} (gaf geen antwoord)" in last_words(builder)


async def test_an_answer_is_news_once_and_not_again_when_its_time_would_have_been_over(town: Town) -> None:
    builder, chosen = await _chosen(town)
    until = _offer(town, chosen).expires_at
    await town.until(at("2026-11-25 12:00"))
    await press(chosen, "Zeg nee")
    await press(chosen, "Niet mijn onderwerp")
    await town.settle()
    told = len(town.arrived(builder))
    await town.until(until)
    assert town.rows(Search)[0].state is SearchState.WITH_BUILDER
    assert len(town.arrived(builder)) == told


async def test_another_place_is_no_news_of_who_was_asked(town: Town) -> None:
    builder, chosen = await _chosen(town, participants=20)
    await press(chosen, "Accepteer: di 8 dec 14:00")
    await town.settle()
    messages = len(builder.messages)
    await from_menu(town.requester, "Mijn aanvragen")
    await press(town.requester, "Bekijk: Tegenspraak")
    await press(town.requester, "Bekijk: di 8 dec")
    await press(town.requester, "Toch op een locatie")
    await answer_page(town.requester, where="Op locatie")
    await answer_page(town.requester, place="Utrecht, Moreelsepark 1")
    await town.settle()
    assert len(builder.messages) == messages


async def test_who_left_the_programme_cannot_be_chosen_by_hand(town: Town) -> None:
    builder = await _with_builder(town)
    await press(builder, "Kies zelf iemand")
    there = {choice.value for choice in field(builder, "facilitator").choices}
    gone = next(one.person_id for one in town.rows(Facilitator) if str(one.person_id) in there)
    with town.store.begin() as uow:
        uow.get(Person, gone).active = False
    await builder.say("menu")
    await press(builder, "Kies zelf iemand")
    assert str(gone) not in {choice.value for choice in field(builder, "facilitator").choices}


async def test_a_builder_who_left_the_programme_is_written_to_no_more(town: Town) -> None:
    builder = await _with_builder(town)
    with town.store.begin() as uow:
        uow.get(Person, int(builder.sender.address)).active = False
    await withdraw(town, town.requester)
    assert [letter for letter in town.rows(Outbox) if letter.state is OutboxState.DEAD] == []


async def test_what_lies_with_a_builder_who_is_in_the_programme_team_too_is_said_to_be_needed(town: Town) -> None:
    builder = await _with_builder(town)
    with town.store.begin() as uow:
        uow.get(Person, int(builder.sender.address)).programme_team = True
    shown = section(look(town, builder), "front.waiting")
    assert shown.entries == ()
    assert shown.empty != section(look(town, town.requester), "front.waiting").empty


async def test_another_time_that_the_facilitator_has_no_room_for_any_more_is_off(town: Town) -> None:
    requester, facilitator = await proposed_another_time(town)
    await town.settle()
    take = requester.button("Ja, dat past")
    with town.store.begin() as uow:
        uow.get(Facilitator, int(facilitator.sender.address)).capacity = 0
    answer = await requester.send_action(take.action.pack())
    assert "Dit voorstel geldt niet meer" in words(answer)
    await town.settle()
    assert not any("[Ja, dat past]" in words(message) for message in requester.messages)
    assert _offer(town, facilitator).state is OfferState.WITHDRAWN
    assert "het plan is veranderd" in last_words(facilitator)
    assert town.rows(DialogueSession)[0].starts_at is None


async def test_another_rhythm_left_half_done_is_not_offered_any_more_once_the_dates_are_agreed_to(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    agree = requester.button("Akkoord, plan deze data").action.pack()
    await press(requester, "Kies een ander ritme")
    change = requester.form.draft_id
    await answer_page(requester, rhythm="Elke 2 weken")
    assert "Ga verder" in words(await requester.say("menu"))
    await requester.send_action(agree)
    assert "Ga verder" not in words(await requester.say("menu"))
    view = await requester.send_action(f"form.resume:{change}:0")
    assert "Je antwoorden zijn weggegooid. Er is niets verstuurd." in words(view)


async def test_nobody_fills_in_another_rhythm_for_a_series_that_runs(town: Town) -> None:
    requester, _ = await plan_series(town)
    request_id = town.rows(DialogueSession)[0].request_id
    view = await requester.send_action(f"series.change:{request_id}:0")
    assert view is not None
    assert view.form is None
    assert "Er is intussen iets veranderd" in view.text
