"""Without an answer the next few are asked, then the practice builder, then the programme team, all in working time."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.action import Action
from storage.models import (
    DialogueSession,
    Draft,
    Due,
    DueState,
    Offer,
    OfferState,
    Person,
    PracticeBuilder,
    Request,
    Search,
    SearchState,
    SessionState,
)
from storage.people import people
from tests.scenarios.asking import answer_page, ask, field, from_menu, plan, press, withdraw
from tests.scenarios.town import DUTCH, Town, at, last_words, words

FRIDAY_AFTERNOON = at("2026-11-27 16:00")
DAY_BEFORE_CHRISTMAS = at("2026-12-24 16:00")
IN_JANUARY: dict[str, Any] = {"moment1": "2027-01-12T14:00", "moment2": "2027-01-14T10:00"}


@pytest.mark.parametrize(
    ("asked_at", "until"),
    [
        ("2026-11-23 09:05", "dinsdag 24 november 2026 om 09:05"),
        ("2026-11-27 16:00", "maandag 30 november 2026 om 16:00"),
        ("2026-11-28 12:00", "maandag 30 november 2026 om 17:00"),
        ("2026-12-24 16:00", "maandag 28 december 2026 om 16:00"),
        ("2026-12-31 16:00", "maandag 4 januari 2027 om 16:00"),
    ],
)
async def test_an_offer_may_be_answered_for_eight_working_hours(town: Town, asked_at: str, until: str) -> None:
    await town.until(at(asked_at))
    await ask(town, **IN_JANUARY)
    assert f"Antwoord vóór {until}" in town.asked()[0].last.text


async def test_an_acute_question_gives_two_working_hours(town: Town) -> None:
    await ask(town, urgency="Acuut")
    assert "Antwoord vóór maandag 23 november 2026 om 11:05" in town.asked()[0].last.text


async def test_over_a_weekend_nobody_is_hurried_and_on_monday_the_next_few_are_asked(town: Town) -> None:
    await town.until(FRIDAY_AFTERNOON)
    await ask(town)
    first = town.asked()
    await town.until(at("2026-11-30 15:59"))
    assert town.asked() == first
    await town.until(at("2026-11-30 16:00"))
    second = town.asked()
    assert len(second) == 3
    assert not set(second) & set(first)
    for facilitator in first:
        assert "De tijd om te antwoorden is voorbij" in last_words(facilitator)
        assert "[" not in last_words(facilitator)
        assert len(facilitator.messages) == 1, "the message changed in its place; no second one was sent"


async def test_over_christmas_nobody_is_hurried(town: Town) -> None:
    await town.until(DAY_BEFORE_CHRISTMAS)
    await ask(town, **IN_JANUARY)
    first = town.asked()
    await town.until(at("2026-12-28 15:59"))
    assert town.asked() == first
    await town.until(at("2026-12-28 16:00"))
    assert not set(town.asked()) & set(first)


async def test_an_expired_round_goes_to_the_next_then_to_the_builder_then_to_the_team(town: Town) -> None:
    await ask(town)
    builders = town.builders_of(town.requester)
    await town.until(at("2026-11-25 09:04"))
    assert town.steering() == []
    await town.until(at("2026-11-25 09:05"))
    assert town.asked() == []
    assert town.steering() == builders
    assert _search(town).state is SearchState.WITH_BUILDER
    await town.until(at("2026-11-26 09:04"))
    assert town.steering() == builders
    await town.until(at("2026-11-26 09:05"))
    assert _search(town).state is SearchState.WITH_DESK
    assert set(town.team()) <= set(town.steering())
    view = await from_menu(town.requester, "Mijn aanvragen")
    assert "Het programmateam zoekt nu zelf een gespreksleider" in words(view)


async def test_the_builder_reads_who_was_asked_and_why_and_can_act(town: Town) -> None:
    builder = await _with_builder(town)
    card = builder.last
    assert "We hebben nog geen gespreksleider en vragen jouw hulp" in card.text
    assert "van de 400 gespreksleiders kunnen dit gesprek leiden" in card.text
    assert "Waarom de anderen niet" in card.text
    shown = dict(card.facts)
    assert shown["Aanvrager"] == town.requester.name
    assert shown["Wie er gevraagd is"].count("gaf geen antwoord") == 6
    assert [button.label for button in card.buttons] == [
        "Vraag opnieuw rond", "Kies zelf iemand", "Vraag om een ander moment", "Geef door aan programmateam"
    ]  # fmt: skip


async def test_when_nobody_fits_the_builder_reads_which_rule_emptied_the_list_and_what_would_help(town: Town) -> None:
    await ask(town, moment1="2026-12-08T05:00", moment2=None)
    builder = town.steering()[0]
    assert "Niemand van de 400 gespreksleiders kan dit gesprek leiden" in builder.last.text
    assert "Niemand die overbleef, kan op een van deze momenten" in builder.last.text
    assert "een ander moment: " in builder.last.text
    view = await from_menu(town.requester, "Mijn aanvragen")
    assert "De praktijkbouwer van je organisatie zoekt nu mee" in words(view)


async def test_the_builder_asks_around_again_and_somebody_accepts(town: Town) -> None:
    builder = await _with_builder(town)
    view = await press(builder, "Vraag opnieuw rond")
    await town.settle()
    assert "We vragen nu gespreksleiders" in view.text
    assert len(town.asked()) == 3
    await press(town.asked()[0], "Accepteer")
    await town.settle()
    assert "De dialoog is gepland" in last_words(town.requester)


async def test_a_press_on_the_card_draws_it_anew_and_is_answered_in_a_line(town: Town) -> None:
    builder = await _with_builder(town)
    view = await press(builder, "Geef door aan programmateam")
    await town.settle()
    assert (view.facts, [button.label for button in view.buttons]) == ((), ["Bekijk de aanvraag"])
    assert view.text == DUTCH("steer.passed_on")
    assert DUTCH("steer.is.with_desk")[:30] not in last_words(builder)


async def test_the_card_says_when_the_programme_team_takes_over(town: Town) -> None:
    builder = await _with_builder(town)
    assert "Doe je niets, dan neemt het programmateam het over op " in last_words(builder)


async def test_the_builder_chooses_by_hand_and_the_chosen_one_still_decides(town: Town) -> None:
    builder = await _with_builder(town)
    await press(builder, "Kies zelf iemand")
    names = [choice.label for choice in field(builder, "facilitator").choices]
    assert all(" · " in name for name in names), "each name is followed by why or why not"
    view = await answer_page(builder, facilitator=names[0])
    await town.settle()
    assert "nog geen antwoord" in last_words(builder)
    [chosen] = town.asked()
    assert names[0].startswith(chosen.name)
    assert view.text.startswith(f"{chosen.name} is gevraagd en antwoordt vóór ")
    assert _search(town).state is SearchState.WITH_BUILDER
    await press(chosen, "Accepteer")
    await town.settle()
    assert _search(town).state is SearchState.FOUND
    assert "Er is een gespreksleider gevonden" in words(builder.messages[0])
    assert town.steering() == []


async def test_when_the_chosen_one_says_no_the_builder_sees_it_and_can_go_on(town: Town) -> None:
    builder = await _with_builder(town)
    await press(builder, "Kies zelf iemand")
    await answer_page(builder, facilitator=field(builder, "facilitator").choices[0].label)
    await town.settle()
    [chosen] = town.asked()
    await press(chosen, "Zeg nee")
    await press(chosen, "Niet mijn onderwerp")
    await town.settle()
    assert f"{chosen.name} (zei nee: Niet mijn onderwerp)" in last_words(builder)
    await builder.say("menu")
    await press(builder, "Vraag opnieuw rond")
    await town.settle()
    assert chosen not in town.asked()
    assert len(town.asked()) == 3


async def test_the_builder_passes_it_on_to_the_programme_team(town: Town) -> None:
    builder = await _with_builder(town)
    view = await press(builder, "Geef door aan programmateam")
    await town.settle()
    assert "De aanvraag ligt nu bij het programmateam" in view.text
    assert set(town.team()) <= set(town.steering())
    member = town.team()[0]
    await press(member, "Vraag opnieuw rond")
    await town.settle()
    assert len(town.asked()) == 3


async def test_after_passing_it_on_the_old_message_speaks_of_no_button_it_does_not_have(town: Town) -> None:
    builder = await _with_builder(town)
    await press(builder, "Geef door aan programmateam")
    await town.settle()
    [card] = builder.messages
    assert "De aanvraag ligt nu bij het programmateam. Je hoeft niets meer te doen" in card.text
    assert "Vraag opnieuw rond" not in words(card)
    assert [button.label for button in card.buttons] == ["Bekijk de aanvraag"]
    view = await press(builder, "Bekijk de aanvraag")
    assert "[Kies zelf iemand]" in words(view), "they may still help"


async def test_a_request_of_the_only_one_in_the_programme_team_still_comes_to_somebody(town: Town) -> None:
    alone, *others = town.team()
    await _leave_the_team(town, others)
    await ask(town, alone, organisation=_unit(town), moment1="2026-12-08T05:00", moment2=None)
    await town.until(at("2026-11-25 09:05"))
    assert _search(town).state is SearchState.WITH_DESK
    assert "[Kies zelf iemand]" in words(alone.last), "there is nobody else who could look for a facilitator"
    view = await from_menu(alone, "Open aanvragen")
    answer = await alone.send_action(view.buttons[0].action.pack())
    assert "[Vraag opnieuw rond]" in words(answer)


async def test_with_colleagues_in_the_team_nobody_there_gets_their_own_request(town: Town) -> None:
    member, *colleagues = town.team()
    await ask(town, member, organisation=_unit(town), moment1="2026-12-08T05:00", moment2=None)
    await town.until(at("2026-11-25 09:05"))
    assert _search(town).state is SearchState.WITH_DESK
    assert member not in town.steering()
    assert set(colleagues) <= set(town.steering())


async def test_a_builders_own_request_goes_to_the_builder_of_the_organisation_above(town: Town) -> None:
    asker, *colleagues = town.builders_of(town.requester)
    above = town.civil_servant(3)
    with town.store.begin() as uow:
        [agency, *_] = people.built_organisations(uow, int(asker.sender.address))
        for colleague in colleagues:
            uow.get(Person, int(colleague.sender.address)).active = False
        parent = agency.parent_id
        assert parent is not None
        uow.add(PracticeBuilder(person_id=int(above.sender.address), organisation_id=parent))
    await ask(town, asker, organisation=str(agency.id), moment1="2026-12-08T05:00", moment2=None)
    assert above in town.steering()
    assert asker not in town.steering()


def _unit(town: Town) -> str:
    return str(town.person(town.requester).unit_id)


async def _leave_the_team(town: Town, members: list[SimulatedPerson]) -> None:
    with town.store.begin() as uow:
        for member in members:
            uow.get(Person, int(member.sender.address)).programme_team = False


async def test_a_button_of_a_card_that_changed_since_does_nothing_twice(town: Town) -> None:
    builder = await _with_builder(town)
    again = builder.button("Vraag opnieuw rond")
    await builder.send_action(again.action.pack())
    await town.settle()
    offers = len(town.rows(Offer))
    answer = await builder.send_action(again.action.pack())
    await town.settle()
    assert "Er is intussen iets veranderd" in words(answer)
    assert len(town.rows(Offer)) == offers


@pytest.mark.parametrize("verb", ["steer.show", "steer.again", "steer.choose", "steer.pass"])
async def test_a_builder_of_another_organisation_may_not_steer_nor_look(town: Town, verb: str) -> None:
    await _with_builder(town)
    stranger = _builder_elsewhere(town)
    search = _search(town)
    answer = await stranger.send_action(Action(verb, search.id, search.version).pack())
    assert "voor iemand anders bedoeld" in words(answer)
    assert town.requester.name not in words(answer)
    assert _search(town).state is SearchState.WITH_BUILDER
    view = await from_menu(stranger, "Open aanvragen")
    assert "geen aanvragen die op iemand wachten" in words(view)


def _builder_elsewhere(town: Town) -> SimulatedPerson:
    mine = set(town.builders_of(town.requester))
    everybody = (town.builders_of(town.civil_servant(number)) for number in range(1, 12))
    return next(builder for builders in everybody for builder in builders if builder not in mine)


async def test_nobody_steers_the_search_for_their_own_request(town: Town) -> None:
    builder = town.builders_of(town.requester)[0]
    await ask(town, builder, moment1="2026-12-08T05:00", moment2=None)
    search = _search(town)
    answer = await builder.send_action(Action("steer.show", search.id).pack())
    assert "voor iemand anders bedoeld" in words(answer)
    assert builder not in town.steering()


async def test_the_requester_hears_before_the_promised_time_passes_and_gets_a_new_one(town: Town) -> None:
    await ask(town)
    await town.until(at("2026-11-30 15:59"))
    requester = town.requester
    assert requester.messages == []
    await town.until(at("2026-11-30 16:00"))
    assert "Het zoeken duurt langer dan we beloofden" in last_words(requester)
    assert "Je hoort vóór woensdag 2 december 2026 om 17:00" in last_words(requester)
    assert "[Bekijk de aanvraag]" in last_words(requester)
    view = await press(requester, "Bekijk de aanvraag")
    assert "woensdag 2 december 2026 om 17:00" in view.text


async def test_an_acute_question_is_with_the_team_well_before_its_promise(town: Town) -> None:
    await ask(town, urgency="Acuut")
    await town.until(at("2026-11-23 17:00"))
    assert _search(town).state is SearchState.WITH_DESK
    await town.until(at("2026-11-24 16:00"))
    assert "Het zoeken duurt langer dan we beloofden" in last_words(town.requester)


async def test_nobody_found_before_the_last_moment_is_said_and_new_moments_start_anew(town: Town) -> None:
    await ask(town)
    requester = town.requester
    await town.until(at("2026-12-09 16:00"))
    assert "We vonden niet op tijd een gespreksleider" in last_words(requester)
    assert _search(town).state is SearchState.LAPSED
    assert town.asked() == []
    assert town.steering() == []
    view = await press(requester, "Bekijk de aanvraag")
    assert "Kies nieuwe momenten" in view.text
    await press(requester, "Wijzig de aanvraag")
    assert requester.form.page == "moments", "the moments that passed are asked at once"
    await answer_page(requester, moment1="2026-12-17T14:00", moment2=None)
    await press(requester, "Verstuur de wijziging")
    await town.settle()
    assert town.asked()


async def test_after_a_lapse_nothing_is_left_waiting(town: Town) -> None:
    await ask(town)
    await town.until(at("2026-12-10 10:00"))
    assert [row.kind for row in town.rows(Due) if row.state is DueState.WAITING] == []
    seen = town.seen
    await town.passes(timedelta(days=60))
    assert town.seen == seen


async def test_a_request_in_a_window_is_offered_at_moments_within_it(town: Town) -> None:
    await ask(town, when="Ergens in een periode")
    facilitator = town.asked()[0]
    await press(facilitator, "Accepteer")
    [session] = town.rows(DialogueSession)
    assert session.starts_at is not None
    assert at("2026-12-07 00:00") <= session.starts_at < at("2026-12-19 00:00")
    assert session.state is SessionState.PLANNED


async def test_a_steering_card_is_closed_when_the_requester_cancels(town: Town) -> None:
    builder = await _with_builder(town)
    await withdraw(town, town.requester)
    assert "We zoeken niet verder" in last_words(builder)
    assert town.steering() == []


async def test_a_search_that_found_somebody_cannot_be_steered_any_more(town: Town) -> None:
    await plan(town)
    builder = town.builders_of(town.requester)[0]
    search = _search(town)
    answer = await builder.send_action(Action("steer.choose", search.id).pack())
    assert "Er is een gespreksleider gevonden" in words(answer)
    assert town.rows(Draft) == []
    assert {offer.state for offer in town.rows(Offer)} == {OfferState.ACCEPTED, OfferState.TAKEN}


async def _with_builder(town: Town) -> SimulatedPerson:
    """A request nobody answered, now with its practice builder."""
    await ask(town)
    await town.until(at("2026-11-25 09:05"))
    assert town.steering() == town.builders_of(town.requester)
    return town.steering()[0]


def _search(town: Town) -> Search:
    [search] = town.rows(Search)[-1:]
    assert town.rows(Request)
    return search
