"""Small words typed while a question stands in Telegram do what its buttons do; nobody's place is called "stop"."""

import pytest

from tests.scenarios.town import DUTCH
from tests.telegram.asking import asked, go_on, open_form, question, to_question
from tests.telegram.person import TelegramPerson
from tests.telegram.town import TelegramTown


async def _at(town: TelegramTown, name: str) -> TelegramPerson:
    await open_form(town.requester)
    await to_question(town, town.requester, name, where="Op locatie")
    return town.requester


async def _says(town: TelegramTown, words: str) -> None:
    await town.requester.says(words)
    await town.far.settled()


@pytest.mark.parametrize("words", ["stop", "Stop.", "annuleer", "cancel", "/stop"])
async def test_who_types_stop_leaves_the_form_and_finds_the_question_unanswered(
    telegram_town: TelegramTown, words: str
) -> None:
    anna = await _at(telegram_town, "place")
    await _says(telegram_town, words)
    assert DUTCH("form.kept") in anna.last.text
    assert sum(bool(message.buttons) for message in anna.messages) == 1
    await anna.presses(DUTCH("form.go_on"), anna.last)
    await telegram_town.far.settled()
    assert asked(question(anna)) == "place"


@pytest.mark.parametrize("words", ["terug", "back", "/terug"])
async def test_who_types_back_sees_the_question_before(telegram_town: TelegramTown, words: str) -> None:
    anna = await _at(telegram_town, "place")
    await _says(telegram_town, words)
    assert asked(question(anna)) == "where"
    await _says(telegram_town, words)
    assert asked(question(anna)) == "participants"


async def test_who_types_done_goes_on_with_what_is_ticked(telegram_town: TelegramTown) -> None:
    anna = await _at(telegram_town, "topics")
    await anna.presses("☐ Diversiteit", question(anna))
    await telegram_town.far.settled()
    await _says(telegram_town, "klaar")
    assert asked(question(anna)) == "form"
    last = await go_on(telegram_town, anna)
    assert "Onderwerpen: Diversiteit" in last.text


async def test_who_types_done_leaves_out_what_may_be_left_out_and_nothing_else(telegram_town: TelegramTown) -> None:
    anna = await _at(telegram_town, "place")
    await _says(telegram_town, "klaar")
    assert asked(question(anna)) == "place"
    assert DUTCH("form.required") in question(anna).text
    await to_question(telegram_town, anna, "context", place="Utrecht")
    await _says(telegram_town, "done")
    assert asked(question(anna)) == "follow_up"


@pytest.mark.parametrize("words", ["help", "hulp", "?", "/help"])
async def test_who_types_help_reads_what_can_be_typed_and_the_question_stays(
    telegram_town: TelegramTown, words: str
) -> None:
    anna = await _at(telegram_town, "place")
    await _says(telegram_town, words)
    assert DUTCH("asked.help") in question(anna).text
    assert asked(question(anna)) == "place"


async def test_who_types_start_over_is_asked_whether_they_are_sure(telegram_town: TelegramTown) -> None:
    anna = await _at(telegram_town, "place")
    await _says(telegram_town, "opnieuw")
    assert DUTCH("form.clear_sure") in anna.last.text


async def test_who_types_menu_sees_the_menu_with_the_form_in_it(telegram_town: TelegramTown) -> None:
    anna = await _at(telegram_town, "place")
    await _says(telegram_town, "menu")
    assert "Ga verder: Dialoog aanvragen" in anna.last.buttons


async def test_an_answer_that_only_begins_with_such_a_word_is_an_answer(telegram_town: TelegramTown) -> None:
    anna = await _at(telegram_town, "place")
    await _says(telegram_town, "Stopera, Amsterdam")
    assert asked(question(anna)) == "when"
