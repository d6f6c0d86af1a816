"""The home tab in Slack: it shows and follows everything, and offers nothing that does not work."""

import re

import pytest

from storage.database.unit_of_work import Store
from tests.scenarios.asking import SERIES
from tests.scenarios.town import at
from tests.slack.asking import answer_page, ask, go_home, plan, plan_series, to_messages
from tests.slack.person import Person
from tests.slack.town import SlackTown, living

CHANGING = ("Switch to English", "Neem een pauze", "Akkoord, plan deze data", "Nee, plan deze data niet")
FIRST_MOMENT = "Accepteer: di 8 dec 14:00"


async def test_a_newcomer_reads_what_this_is_and_finds_one_big_button(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await go_home(slack_town, anna)
    assert anna.member.real_name in anna.home.text
    assert "Je hebt nog geen aanvragen. Een dialoog aanvragen duurt een paar minuten" in anna.home.text
    assert anna.home.buttons == ["Vraag een dialoog aan", "Menu", "Switch to English"]


async def test_it_follows_a_request_from_asking_to_held_without_being_opened_again(slack_town: SlackTown) -> None:
    anna = await ask(slack_town)
    await anna.close()
    await anna.sees("We vragen nu gespreksleiders")
    winner = slack_town.holding(FIRST_MOMENT)[0]
    await winner.press(FIRST_MOMENT)
    await slack_town.settle()
    await anna.sees("De volgende bijeenkomst staat vast: dinsdag 8 december 2026 om 14:00")
    await slack_town.until(at("2026-12-08 16:15"))
    await winner.press("Vertel hoe het ging")
    await answer_page(winner, "report", held="Ja")
    await answer_page(winner, "report", attendees=9)
    await slack_town.settle()
    home = await anna.sees("Deze aanvraag is klaar")
    assert "staat vast" not in home.text


async def test_every_button_on_everybodys_home_tab_opens_something(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town, **SERIES)
    await slack_town.until(at("2026-11-23 12:00"))
    for person in (anna, winner):
        await go_home(slack_town, person)
        for label in dict.fromkeys(person.home.buttons):
            if label in CHANGING:
                continue
            await person.press(label if label != "Bekijk" else re.compile("Bekijk"), on=person.home)
            assert "werkt niet meer" not in person.modal.text
            assert "iets mis" not in person.modal.text
            await person.close()


async def test_a_button_of_a_home_tab_that_was_drawn_before_gets_an_honest_sentence(slack_town: SlackTown) -> None:
    anna = await ask(slack_town)
    await to_messages(anna)
    first, second = slack_town.holding(FIRST_MOMENT)[:2]
    await go_home(slack_town, second)
    await second.press("Bekijk en antwoord")
    stale = second.modal
    await first.press(FIRST_MOMENT)
    await slack_town.settle()
    await second.press(FIRST_MOMENT, on=stale)
    assert "Een collega" in second.modal.text
    await second.close()
    await second.sees("Niets. Je hoeft nu niets te doen")


async def test_proposed_dates_wait_on_the_home_tab_and_are_agreed_to_there(slack_town: SlackTown) -> None:
    anna, _ = await plan(slack_town, **SERIES)
    await go_home(slack_town, anna)
    await anna.sees("Data voor jullie reeks")
    await anna.press("Akkoord, plan deze data")
    assert "De reeks is gepland" in anna.modal.text
    await anna.close()
    await slack_town.settle()
    await anna.sees("bijeenkomst 1 van 3")
    assert "Akkoord, plan deze data" not in anna.home.buttons
    assert not any("Akkoord, plan deze data" in message.buttons for message in anna.messages)


async def test_a_facilitator_pauses_and_joins_again_from_the_home_tab(slack_town: SlackTown) -> None:
    facilitator = await _facilitator(slack_town)
    await go_home(slack_town, facilitator)
    await facilitator.press("Neem een pauze")
    assert "Je hebt pauze" in facilitator.modal.text
    await facilitator.close()
    await facilitator.sees("Je hebt pauze. We vragen je niet")
    await facilitator.press("Doe weer mee")
    await facilitator.close()
    await facilitator.sees("Je doet mee")


async def test_days_away_are_given_in_a_window_and_stand_on_the_home_tab(slack_town: SlackTown) -> None:
    facilitator = await _facilitator(slack_town)
    await go_home(slack_town, facilitator)
    await facilitator.press("Geef dagen door")
    await answer_page(facilitator, "away", first_day="2026-12-07", last_day="2026-12-04")
    assert list(facilitator.modal.problems) == ["Wat is de laatste dag?"]
    await answer_page(facilitator, "away", last_day="2026-12-11")
    await facilitator.close()
    await facilitator.sees("7 december 2026")


async def test_a_builder_sees_the_open_requests_of_their_organisations_and_opens_one(slack_town: SlackTown) -> None:
    await ask(slack_town)
    await slack_town.until(at("2026-11-25 09:05"))
    builder = slack_town.holding("Vraag opnieuw rond")[0]
    await go_home(slack_town, builder)
    await builder.sees("Open aanvragen")
    assert "Bij de praktijkbouwer" in builder.home.text
    assert "Daar vragen we jouw hulp" in builder.home.text
    await builder.press("Bekijk", on=builder.home)
    assert "Vraag opnieuw rond" in builder.modal.buttons


async def test_a_whole_series_with_its_dates_is_a_press_away(slack_town: SlackTown) -> None:
    anna, _ = await plan_series(slack_town)
    await go_home(slack_town, anna)
    await anna.press("Menu")
    await anna.press("Mijn aanvragen")
    await anna.press("Bekijk")
    for day in ("8 december 2026", "29 december 2026", "19 januari 2027"):
        assert day in anna.modal.text


async def test_another_language_changes_the_form_the_messages_and_the_command_too(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await go_home(slack_town, anna)
    await anna.press("Switch to English")
    assert not anna.has_modal, "the tab itself is what changes"
    await anna.sees("Waiting for you")
    assert anna.home.buttons == ["Ask for a dialogue", "Menu", "Verder in het Nederlands"]
    assert anna.messages == []
    await anna.command("/dialoog")
    assert (anna.modal.submit, anna.modal.close) == ("Next", "Close")
    await anna.close()
    await anna.command("/dialoog", "help")
    assert "this explanation" in anna.ephemerals[-1].text
    await anna.dm("hi")
    assert "Ask for a dialogue" in anna.messages[-1].buttons


@pytest.mark.parametrize("locale", ["nl-NL", "en-GB"])
async def test_whoever_is_new_to_the_programme_is_welcomed_at_first_sight(slack_town: SlackTown, locale: str) -> None:
    visitor = slack_town.far.person("Nieuwe Collega", locale=locale)
    await go_home(slack_town, visitor)
    assert "Nieuwe Collega" in visitor.home.text
    assert visitor.troubles == []


async def _facilitator(town: SlackTown) -> Person:
    await ask(town)
    who = town.holding("Accepteer")[0]
    await to_messages(who)
    return who


async def test_while_the_programme_is_empty_it_says_who_has_to_do_what_and_nothing_can_be_begun(
    sqlite_store: Store,
) -> None:
    async with living(sqlite_store, "socket") as town:
        visitor = town.far.person("Eerste Bezoeker", locale="nl-NL")
        await go_home(town, visitor)
        assert "Je kunt nog geen dialoog aanvragen" in visitor.home.text
        assert "Vraag een dialoog aan" not in visitor.home.buttons
        await visitor.command("/dialoog")
        assert "Je kunt nog geen dialoog aanvragen" in visitor.modal.text
        assert visitor.modal.submit is None
        assert visitor.troubles == []
        town.untroubled()
