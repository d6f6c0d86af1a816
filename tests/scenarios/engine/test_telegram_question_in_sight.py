"""What stands in a chat with the bot says what it is: the question is where it is seen, and nothing pressed is dead."""

import pytest

from tests.scenarios.town import DUTCH
from tests.telegram.asking import ON, asked, open_form, question, to_question, walk_through
from tests.telegram.person import TelegramPerson
from tests.telegram.town import TelegramTown


async def _steerer(town: TelegramTown) -> TelegramPerson:
    for person in town.everybody:
        await person.says("invite")
        await town.far.settled()
        if any(button == DUTCH("invite.new") for button in person.last.buttons):
            return person
    raise AssertionError("nobody steers")


async def test_a_question_with_a_later_message_of_the_bot_below_it_is_asked_below_that(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    first = await to_question(telegram_town, anna, "participants")
    await anna.says("/status")
    await telegram_town.far.settled()
    await anna.presses(DUTCH("form.back"), anna.again(first))
    await telegram_town.far.settled()
    await anna.presses("Gewoon", anna.again(first))
    await telegram_town.far.settled()
    await anna.says("veel")
    await telegram_town.far.settled()
    assert question(anna).id == anna.conversation[-1].id, "the question stands below what was typed"
    assert asked(question(anna)) == "participants"
    assert anna.again(first).text == DUTCH("asked.below")


async def test_an_answer_with_a_file_takes_the_place_of_the_last_question_and_leaves_no_dead_buttons(
    telegram_town: TelegramTown,
) -> None:
    steerer = await _steerer(telegram_town)
    await steerer.presses(DUTCH("invite.new"), steerer.last)
    await telegram_town.far.settled()
    await walk_through(telegram_town, steerer, "invite")
    assert steerer.conversation[-1].photo is not None
    assert not any(DUTCH("form.stop") in message.buttons for message in steerer.messages)


@pytest.mark.parametrize(
    ("name", "pressed", "told"),
    [
        ("topics", "1 van 4", "asked.heading.sheet"),
        ("moment1", "november 2026", "asked.heading.month"),
        ("moment1", "·", "asked.heading.empty"),
    ],
)
async def test_a_button_that_is_a_heading_says_what_it_is(
    telegram_town: TelegramTown, name: str, pressed: str, told: str
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    message = await to_question(telegram_town, anna, name)
    key = next(key for key in message.keys if key.label == pressed)
    toast = await anna.sends_data(key.data or "", message)
    assert toast is not None
    assert toast.text == DUTCH(told)
    assert asked(question(anna)) == name


async def test_a_day_of_the_week_says_its_whole_name(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    message = await to_question(telegram_town, anna, "moment1")
    toast = await anna.presses("wo", message)
    assert toast is not None
    assert "woensdag" in (toast.text or "")


@pytest.mark.parametrize("words", ["/status", "/sessies"])
async def test_whatever_shows_how_things_stand_has_a_way_to_the_menu(telegram_town: TelegramTown, words: str) -> None:
    anna = telegram_town.requester
    await anna.says(words)
    await telegram_town.far.settled()
    assert DUTCH("menu.title") in anna.last.buttons


async def test_after_stopping_there_is_a_way_to_the_menu(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await anna.presses(DUTCH("form.stop"), question(anna))
    await telegram_town.far.settled()
    assert DUTCH("menu.title") in anna.last.buttons


async def test_what_is_not_among_a_few_choices_leaves_all_of_them_standing(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "urgency")
    before = question(anna).buttons
    await anna.says("zo snel mogelijk")
    await telegram_town.far.settled()
    assert question(anna).buttons == before
    assert "zo snel mogelijk" in question(anna).text


async def test_what_was_found_stays_when_a_sticker_or_an_edit_comes_between(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "topics")
    typed = await anna.says("tegensprak")
    await telegram_town.far.settled()
    found = question(anna).buttons
    await anna.sends_sticker()
    await telegram_town.far.settled()
    assert question(anna).buttons == found
    await anna.edits(typed, "tegenspraak")
    await telegram_town.far.settled()
    assert question(anna).buttons == found


async def test_topics_ticked_on_another_sheet_are_named(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "topics")
    await anna.presses("☐ Diversiteit", question(anna))
    await telegram_town.far.settled()
    await anna.presses(ON, question(anna))
    await telegram_town.far.settled()
    assert "Gekozen: Diversiteit" in question(anna).text


async def test_a_chosen_moment_is_shown_with_the_next_question_which_opens_at_its_month(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "moment2")
    assert "✓ dinsdag 8 december 2026 om 14:00" in question(anna).text
    assert "december 2026" in question(anna).buttons


async def test_who_has_no_second_moment_is_not_asked_for_a_third(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "moment2")
    await anna.presses(DUTCH("asked.skip"), question(anna))
    await telegram_town.far.settled()
    assert asked(question(anna)) == "origin"


async def test_a_day_that_is_not_right_is_shown_as_a_day(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "window_from", when="Ergens in een periode")
    for typed in ("22 december", "21 december"):
        await anna.says(typed)
        await telegram_town.far.settled()
        await anna.presses(DUTCH("asked.yes"), question(anna))
        await telegram_town.far.settled()
    assert asked(question(anna)) == "window_until"
    assert "Je koos: maandag 21 december 2026" in question(anna).text


async def test_no_button_stands_beside_the_one_that_begins_anew(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    message = await to_question(telegram_town, anna, "occasion")
    assert message.labels[-2:] == [["Terug", "Stop voor nu"], ["Begin opnieuw"]]
