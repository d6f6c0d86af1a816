"""Asking for a dialogue in Slack: every way in, and a form in which nothing that was typed is ever lost."""

from collections.abc import Awaitable, Callable

import pytest

from handlers.slack.manifest import ASK, ASK_ABOUT
from tests.scenarios.asking import SERIES
from tests.scenarios.town import DUTCH
from tests.slack.asking import SEND, answer_page, ask, fill_in, go_home, go_on, label, open_form
from tests.slack.person import Person
from tests.slack.screen import NotThere
from tests.slack.town import SlackTown

ORGANISATION, TOPICS = label("request", "organisation"), label("request", "topics")
PARTICIPANTS, CONTEXT = label("request", "participants"), label("request", "context")
DIALOGUE, FIRST_PAGE = DUTCH("request.page.shape"), DUTCH("request.page.about")
SAID = "Wij twijfelen of dit zo kan. *Wie* weet raad?"


async def _by_words(person: Person) -> None:
    await person.dm("hallo")
    await person.press("Vraag een dialoog aan", on=person.messages[-1])


WAYS: dict[str, Callable[[Person], Awaitable[None]]] = {
    "the command": lambda person: person.command("/dialoog"),
    "the command with a word": lambda person: person.command("/dialoog", "Aanvraag"),
    "the shortcut": lambda person: person.global_shortcut(ASK),
    "a direct message": _by_words,
}


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_in_opens_the_form_at_once(slack_town: SlackTown, way: str) -> None:
    anna = slack_town.requester
    await WAYS[way](anna)
    assert anna.modal.title == FIRST_PAGE
    assert "Deel 1 van 5" in anna.modal.text
    await go_on(anna)
    assert anna.modal.submit == SEND


@pytest.mark.parametrize("ticked", [False, True])
async def test_of_a_message_the_place_goes_along_and_its_text_only_when_ticked(
    slack_town: SlackTown, *, ticked: bool
) -> None:
    anna, ben = slack_town.everybody[0], slack_town.everybody[1]
    team = slack_town.far.channel("team", anna, ben)
    message = await ben.says(team, SAID)
    await anna.message_shortcut(ASK_ABOUT, message)
    assert SAID not in anna.modal.text
    if ticked:
        await anna.tick("De tekst van het bericht")
    await anna.submit()
    assert anna.modal.title == FIRST_PAGE
    while CONTEXT not in anna.modal.fields:
        await answer_page(anna)
    context = anna.modal.fields[CONTEXT].value
    assert f"archives/{team.id}/p{message.ts.replace('.', '')}" in context
    assert (SAID in context) is ticked


async def test_any_words_are_answered_with_what_the_bot_can_do_and_with_the_draft_there_is(
    slack_town: SlackTown,
) -> None:
    anna = slack_town.requester
    await anna.dm("kunnen jullie ons helpen met een lastig gesprek?")
    assert "Ik kan vrije tekst niet lezen" in anna.messages[-1].text
    assert "Vraag een dialoog aan" in anna.messages[-1].buttons
    await anna.press("Vraag een dialoog aan")
    await answer_page(anna)
    await anna.close()
    await anna.dm("hoi")
    await anna.press("Ga verder: Dialoog aanvragen", on=anna.messages[-1])
    assert anna.modal.title == DIALOGUE
    assert "Je was hier al aan begonnen" in anna.modal.text


async def test_a_mention_in_a_channel_is_answered_to_that_person_only(slack_town: SlackTown) -> None:
    anna, ben = slack_town.everybody[0], slack_town.everybody[1]
    team = slack_town.far.channel("team", anna, ben, with_bot=True)
    await anna.mention(team, "help")
    assert "Vraag een dialoog aan" in anna.ephemerals[-1].buttons
    assert ben.ephemerals == []
    assert [message.post.user for message in ben.messages_in(team)] == [anna.id]
    await anna.press("Vraag een dialoog aan", on=anna.ephemerals[-1])
    assert anna.modal.title == FIRST_PAGE


@pytest.mark.parametrize(
    ("typed", "found"),
    [("BZK", "Binnenlandse Zaken"), ("SZW", "Sociale Zaken"), ("svb", "SVB"), ("binnenlandse zakne", "Binnenlandse")],
)
async def test_organisations_are_found_by_name_abbreviation_and_with_a_typing_error(
    slack_town: SlackTown, typed: str, found: str
) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    assert found in (await anna.search(ORGANISATION, typed))[0]


async def test_what_was_found_by_searching_stands_there_by_its_name_afterwards(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    [found, *_] = await anna.search(ORGANISATION, "BZK")
    await answer_page(anna, organisation=found)
    await anna.press("Terug")
    assert anna.modal.fields[ORGANISATION].value == found


async def test_what_is_not_right_is_told_at_its_field_and_nothing_else_is_lost(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    while label("request", "moment1") not in anna.modal.fields:
        await answer_page(anna)
    await answer_page(anna, moment1="2026-11-20T14:00", moment2="2026-12-10T10:00")
    assert anna.modal.title == DUTCH("request.page.moments")
    assert anna.modal.problems == {label("request", "moment1"): DUTCH("form.moment_past")}
    await answer_page(anna, moment1="2026-12-08T14:00")
    await go_on(anna)
    assert "donderdag 10 december 2026 om 10:00" in anna.modal.text


async def test_what_slack_itself_finds_missing_never_leaves_the_window(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    await anna.submit()
    assert anna.modal.title == FIRST_PAGE
    assert set(anna.modal.problems) >= {TOPICS}


async def test_back_keeps_everything_also_what_was_typed_on_the_page_that_was_left(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    await answer_page(anna)
    await anna.type(PARTICIPANTS, "14")
    await anna.choose(label("request", "occasion"), "Een teamdag")
    await anna.press("Terug")
    assert anna.modal.title == FIRST_PAGE
    assert anna.modal.fields[TOPICS].value == ["Tegenspraak en je uitspreken · Beroepsethiek"]
    await anna.submit()
    assert anna.modal.title == DIALOGUE
    values = {shown: field.value for shown, field in anna.modal.fields.items()}
    assert (values[PARTICIPANTS], values[label("request", "occasion")]) == ("14", "Een teamdag")


async def test_closing_keeps_the_draft_and_says_so_with_a_button_that_goes_on(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    await answer_page(anna)
    await anna.type(PARTICIPANTS, "14")
    await anna.close()
    await slack_town.settle()
    kept = anna.messages[-1]
    assert "Je antwoorden zijn bewaard. Er is nog niets verstuurd" in kept.text
    assert kept.buttons == ["Ga verder", "Gooi antwoorden weg"]
    await go_home(slack_town, anna)
    await anna.sees("Dit heb je nog niet verstuurd")
    await anna.press("Ga verder", on=kept)
    assert anna.modal.title == DIALOGUE
    assert anna.modal.fields[PARTICIPANTS].value == "14"


async def test_closing_a_form_in_which_nothing_was_done_says_nothing_and_leaves_nothing(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    await anna.close()
    assert anna.messages == []
    await go_home(slack_town, anna)
    await slack_town.far.until(lambda: "Ga verder" not in anna.home.buttons)
    await anna.press("Vraag een dialoog aan")
    assert "Je was hier al aan begonnen" not in anna.modal.text


async def test_starting_over_begins_with_an_empty_first_page(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    await answer_page(anna)
    await anna.press("Begin opnieuw")
    assert "Weet je het zeker?" in anna.modal.text
    await anna.press("Ja, wis alles")
    assert anna.modal.title == FIRST_PAGE
    assert anna.modal.fields[TOPICS].value == []


async def test_stopping_says_that_all_is_kept_and_throwing_away_that_nothing_was_sent(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    await answer_page(anna)
    await anna.press("Stop voor nu")
    assert "Je antwoorden zijn bewaard" in anna.modal.text
    await anna.press("Gooi antwoorden weg")
    await anna.press("Ja, wis alles")
    assert "Je antwoorden zijn weggegooid. Er is niets verstuurd" in anna.modal.text
    await anna.close()
    await anna.dm("menu")
    assert not [button for button in anna.messages[-1].buttons if button.startswith("Ga verder")]


async def test_from_the_summary_every_answer_can_be_changed_and_is_then_shown_changed(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await fill_in(slack_town, anna, **SERIES)
    menu = "Wijzig een antwoord"
    for option in anna.modal.fields[menu].options:
        await anna.choose(menu, option)
        assert option == f"Wijzig: {anna.modal.title}"
        await anna.submit()
        assert anna.modal.submit == SEND
    await anna.choose(menu, f"Wijzig: {DIALOGUE}")
    await answer_page(anna, participants=8)
    assert "Groep\n8" in anna.modal.text


async def test_the_command_explains_itself_and_opens_what_is_asked_for(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await anna.command("/dialoog", "help")
    assert "/dialoog status" in anna.ephemerals[-1].text
    await anna.command("/dialoog", "iets anders")
    assert "/dialoog status" in anna.ephemerals[-1].text
    await anna.command("/dialoog", "status")
    assert "Je hebt nog geen aanvragen" in anna.ephemerals[-1].text
    await anna.command("/dialoog", "en")
    assert "Ask for a dialogue" in anna.ephemerals[-1].buttons


async def test_the_command_answers_in_a_channel_to_nobody_else(slack_town: SlackTown) -> None:
    anna, ben = slack_town.everybody[0], slack_town.everybody[1]
    team = slack_town.far.channel("team", anna, ben)
    await anna.command("/dialoog", "status", channel=team)
    assert "Je hebt nog geen aanvragen" in anna.ephemerals[-1].text
    assert ben.ephemerals == []
    assert ben.messages_in(team) == []


async def test_an_old_button_of_a_form_that_was_sent_gets_an_honest_sentence(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await open_form(slack_town, anna)
    await answer_page(anna)
    await anna.close()
    await slack_town.settle()
    old = anna.messages[-1]
    await anna.press("Ga verder", on=old)
    await go_on(anna)
    await anna.submit()
    await anna.close()
    await anna.press("Ga verder", on=old)
    seen = await anna.sees("Deze vragen zijn al verstuurd of weggegooid. Er is nu niets veranderd")
    assert "Menu" in seen.buttons


async def test_a_request_is_changed_and_withdrawn_in_its_window(slack_town: SlackTown) -> None:
    anna = await ask(slack_town)
    await anna.press("Wijzig de aanvraag")
    await anna.choose("Wijzig een antwoord", f"Wijzig: {DIALOGUE}")
    await answer_page(anna, participants=9)
    await anna.submit()
    assert "We hebben je wijziging" in anna.modal.text
    await slack_town.settle()
    [offer, *_] = [one.messages[0] for one in slack_town.holding("Accepteer")]
    assert "9 mensen" in offer.text
    await anna.press("Trek de aanvraag in")
    assert "Weet je het zeker?" in anna.modal.text
    await anna.press("Ja, trek in")
    assert "Deze aanvraag is gestopt" in anna.modal.text
    await slack_town.settle()
    assert slack_town.holding("Accepteer") == []


async def test_words_typed_with_signs_of_slack_stand_there_as_typed_and_call_nobody(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    hostile = "<!channel> <@U0GREEKSBOT> *vet* https://kwaad.example & `code`"
    await fill_in(slack_town, anna, context=hostile)
    assert "<!channel>" in anna.modal.text.replace("\u2060", "")
    assert anna.modal.live_mentions == []
    assert anna.modal.live_links == []


async def test_a_press_in_an_old_message_of_a_closed_window_is_no_dead_end(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await anna.dm("menu")
    with pytest.raises(NotThere):
        await anna.press("Wijzig een antwoord", on=anna.messages[-1])
    await anna.press("Mijn aanvragen", on=anna.messages[-1])
    assert "Je hebt nog geen aanvragen" in anna.messages[-1].text
    assert len(anna.messages) == 1, "the answer takes the place of the menu"
    await anna.press("Vraag een dialoog aan", on=anna.messages[-1])
    assert anna.modal.title == FIRST_PAGE
