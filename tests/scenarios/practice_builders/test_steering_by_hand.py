"""People who steer read what is so, get the time to act, and can ask the requester for another moment."""

from typing import Any

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import Style
from storage.models import Search, SearchState
from tests.scenarios.asking import answer_page, ask, field, from_menu, press, withdraw
from tests.scenarios.town import Town, at, last_words, words

AT_NIGHT: dict[str, Any] = {"moment1": "2026-12-08T05:00", "moment2": None}


async def test_the_builder_asks_for_another_moment_once_and_the_requester_changes_the_request(town: Town) -> None:
    builder = await _nobody_fits(town)
    view = await press(builder, "Vraag om een ander moment")
    await town.settle()
    assert "De aanvrager krijgt de vraag om een ander moment te kiezen" in view.text
    assert "[Vraag om een ander moment]" not in words(view)
    letter = last_words(town.requester)
    assert "vraagt of de dialoog op een ander moment kan" in letter
    assert "een ander moment: " in letter
    assert builder.name not in letter
    await press(town.requester, "Wijzig de aanvraag")
    await press(town.requester, "Wijzig: Jullie momenten")
    await answer_page(town.requester, moment1="2026-12-08T14:00", moment2=None)
    await press(town.requester, "Verstuur de wijziging")
    await town.settle()
    assert town.asked()
    assert "de aanvrager heeft de aanvraag gewijzigd" in last_words(builder)


async def test_an_old_button_does_not_ask_for_another_moment_twice(town: Town) -> None:
    builder = await _nobody_fits(town)
    old = builder.button("Vraag om een ander moment")
    await builder.send_action(old.action.pack())
    await town.settle()
    before = len(town.requester.messages)
    assert "Er is intussen iets veranderd" in words(await builder.send_action(old.action.pack()))
    await town.settle()
    assert len(town.requester.messages) == before


async def test_asking_around_is_not_the_obvious_thing_when_nobody_fits_and_says_what_came_of_it(town: Town) -> None:
    builder = await _nobody_fits(town)
    assert builder.button("Vraag opnieuw rond").style is Style.PLAIN
    await town.until(at("2026-11-23 11:00"))
    view = await press(builder, "Vraag opnieuw rond")
    assert "We zochten net opnieuw en vonden nog niemand" in view.text
    assert "neemt het programmateam het over op dinsdag 24 november 2026 om 11:00" in view.text
    await town.settle()
    await town.until(at("2026-11-24 10:59"))
    assert _search(town).state is SearchState.WITH_BUILDER
    await town.until(at("2026-11-24 11:00"))
    assert _search(town).state is SearchState.WITH_DESK


async def test_a_builder_who_chose_somebody_has_the_time_to_see_the_answer(town: Town) -> None:
    builder = await _nobody_answered(town)
    await town.until(at("2026-11-25 16:00"))
    await _choose(builder)
    await town.until(at("2026-11-26 15:59"))
    assert _search(town).state is SearchState.WITH_BUILDER, "the chosen one may still answer"
    await town.until(at("2026-11-27 15:59"))
    assert _search(town).state is SearchState.WITH_BUILDER, "the answer can be acted on"
    await town.until(at("2026-11-27 16:00"))
    assert _search(town).state is SearchState.WITH_DESK


async def test_when_who_the_builder_chose_says_yes_as_one_of_two_the_builder_reads_so_and_keeps_it(town: Town) -> None:
    builder = await _nobody_answered(town, participants=20)
    await _choose(builder)
    await town.settle()
    [chosen] = town.asked()
    await town.until(at("2026-11-26 09:00"))
    await press(chosen, "Accepteer: di 8 dec 14:00")
    await town.settle()
    card = last_words(builder)
    assert "Eén gespreksleider zei ja. We hebben nog geen tweede" in card
    assert f"{chosen.name} (zei ja)" in card
    assert f"• {chosen.name}" not in card
    await town.until(at("2026-11-26 16:59"))
    assert _search(town).state is SearchState.WITH_BUILDER
    await builder.say("menu")
    view = await press(builder, "Vraag om een ander moment")
    await town.settle()
    assert "[Vraag om een ander moment]" not in words(view)
    assert "[Kies een ander moment]" in last_words(town.requester)


async def test_one_of_two_is_told_in_good_time_that_a_second_was_not_found(town: Town) -> None:
    builder = await _nobody_answered(town, participants=20)
    await _choose(builder)
    await town.settle()
    [chosen] = town.asked()
    await press(chosen, "Accepteer: di 8 dec 14:00")
    await town.until(at("2026-12-08 11:59"))
    assert "tweede hebben we nog niet" in last_words(town.requester)
    await town.until(at("2026-12-08 12:00"))
    assert "We vonden niet op tijd een tweede gespreksleider" in last_words(town.requester)
    assert "[Vraag een dialoog aan]" in last_words(town.requester)
    assert "gaat niet door" in last_words(chosen)
    assert "er is niet op tijd een tweede gespreksleider gevonden" in last_words(town.team()[0])


async def test_whoever_steers_reads_the_reason_why_looking_stopped(town: Town) -> None:
    builder = await _nobody_fits(town)
    await withdraw(town, town.requester)
    assert "de aanvraag is gestopt" in last_words(builder)
    assert "momenten" not in builder.last.text


async def test_after_a_lapse_the_team_reads_that_nobody_was_found_in_time(town: Town) -> None:
    await _nobody_fits(town)
    await town.until(at("2026-12-07 15:00"))
    for member in town.team():
        assert "er is niet op tijd een gespreksleider gevonden" in last_words(member)
        assert "gewijzigd" not in last_words(member)


async def _nobody_fits(town: Town) -> SimulatedPerson:
    await ask(town, **AT_NIGHT)
    return town.steering()[0]


async def _nobody_answered(town: Town, **changed: Any) -> SimulatedPerson:
    await ask(town, **changed)
    await town.until(at("2026-11-25 09:05"))
    return town.steering()[0]


async def _choose(builder: SimulatedPerson) -> None:
    await press(builder, "Kies zelf iemand")
    await answer_page(builder, facilitator=field(builder, "facilitator").choices[0].label)


def _search(town: Town) -> Search:
    return town.rows(Search)[-1]


async def test_a_builders_card_has_nothing_to_press_once_the_request_went_to_another_organisation(town: Town) -> None:
    builder = await _nobody_fits(town)
    own = town.person(town.requester).unit_id
    away = next(one for one in town.organisations({*range(1, 400)}) if one.parent_id == 1 and one.id != own)
    await from_menu(town.requester, "Mijn aanvragen")
    await press(town.requester, "Bekijk")
    await press(town.requester, "Wijzig de aanvraag")
    await press(town.requester, "Wijzig: Team en onderwerp")
    await answer_page(town.requester, organisation=str(away.id))
    await press(town.requester, "Verstuur de wijziging")
    await town.settle()
    assert not any(button.action.verb.startswith("steer.") for view in builder.messages for button in view.buttons)
    assert "ligt nu bij een ander" in "\n".join(words(view) for view in builder.messages)
