"""The words that stand for a button do the same wherever they are typed; anything else is said not to be understood."""

import re

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.capabilities import CAPABILITIES
from flows.engine.language.texts import LANGUAGES, Translator
from flows.engine.views.view import View
from flows.home.capability import HELP
from handlers.inbound.typed_commands import said
from storage.programme import demo
from tests.scenarios.asking import ask
from tests.scenarios.town import DUTCH, ENGLISH, Town
from tests.slack.asking import go_home
from tests.slack.town import SlackTown

NOT_READ = "Ik kan vrije tekst niet lezen"


@pytest.mark.parametrize("word", ["status", "Status ", "AANVRAGEN", "requests", "/status"])
async def test_a_word_in_a_message_does_what_its_button_does(town: Town, word: str) -> None:
    await ask(town)
    view = await _says(town.requester, word)
    assert view.title == "Mijn aanvragen"
    assert "Bekijk: Tegenspraak en je uitspreken" in [button.label for button in view.buttons]


@pytest.mark.parametrize(
    ("word", "title"),
    [("sessies", "Mijn bijeenkomsten"), ("aanvraag", "Team en onderwerp"), ("menu", "Menu"), ("en", "Menu")],
)
async def test_each_word_leads_to_what_it_names(town: Town, word: str, title: str) -> None:
    assert (await _says(town.requester, word)).title == title


async def test_a_word_for_somebody_elses_affairs_is_refused_as_its_button_is(town: Town) -> None:
    assert "voor iemand anders bedoeld" in (await _says(town.requester, "profiel")).text


@pytest.mark.parametrize("word", ["help", "Hulp!", "?"])
async def test_help_tells_the_words_there_are_and_shows_the_menu(town: Town, word: str) -> None:
    view = await _says(town.requester, word)
    assert view.title == "Menu"
    assert "Je kunt ook typen wat je wilt: “aanvraag”, “status”" in view.text
    assert NOT_READ not in view.text


@pytest.mark.parametrize("text", ["wat is de status van mijn aanvraag", "xyzzy", "sessies graag"])
async def test_anything_else_gets_the_menu_and_is_said_not_to_be_understood(town: Town, text: str) -> None:
    view = await _says(town.requester, text)
    assert view.title == "Menu"
    assert NOT_READ in view.text
    assert "Typ “help”" in view.text


@pytest.mark.parametrize("text", ["", "  ", "/", "hallo"])
async def test_saying_nothing_or_hello_begins_no_request(town: Town, text: str) -> None:
    view = await _says(town.requester, text)
    assert (view.title, view.form) == ("Menu", None)
    assert NOT_READ not in view.text


@pytest.mark.parametrize("t", [DUTCH, ENGLISH])
async def test_the_words_that_help_tells_are_words_that_work(town: Town, t: Translator) -> None:
    with town.store.begin() as uow:
        demo.all_speak(uow, t.language)
    [told] = [part for part in (await _says(town.requester, "help")).text.split("\n\n") if t("form.stop") in part]
    *words, button = re.findall("“(.+?)”", told)
    assert button == t("form.stop")
    assert len(words) == 9
    assert all(said(CAPABILITIES, word) or word in HELP for word in words)
    assert {said(CAPABILITIES, word) for word in words if word not in HELP} <= {
        action.pack() for action in CAPABILITIES.words.values()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_help_tells_for_a_button_is_that_button(language: str) -> None:
    for command in CAPABILITIES.commands:
        if command.behind is not None:
            assert CAPABILITIES.action_for(command.behind[language]) == command.action


async def test_in_slack_a_word_in_a_direct_message_answers_as_behind_the_command(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await go_home(slack_town, anna)
    await anna.dm("status")
    assert "Je hebt nog geen aanvragen" in anna.messages[-1].text
    await anna.command("/dialoog", "status")
    assert "Je hebt nog geen aanvragen" in anna.ephemerals[-1].text
    await anna.dm("aanvraag")
    await anna.press(anna.messages[-1].buttons[0], on=anna.messages[-1])
    assert anna.modal.title == "Team en onderwerp"


async def _says(actor: SimulatedPerson, text: str) -> View:
    view = await actor.say(text)
    assert view is not None
    return view
