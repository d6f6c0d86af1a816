"""After the bot was away for long, people are not answered as if no time had passed; after a moment, they are."""

from datetime import timedelta

import pytest

from handlers.telegram.updates.backlog import Backlog
from tests.scenarios.town import DUTCH
from tests.telegram.asking import asked, open_form, question, to_question
from tests.telegram.person import TelegramPerson
from tests.telegram.screen import Wanted
from tests.telegram.town import TelegramTown

EXCUSE = DUTCH("telegram.late")
LONG, A_MOMENT = timedelta(hours=3), timedelta(minutes=5)


async def _away(town: TelegramTown, span: timedelta, anna: TelegramPerson, wanted: Wanted) -> None:
    """The bot is down for so long, and at the beginning of it somebody presses a button."""
    await town.telegram.stop()
    message, button = anna.find_button(wanted)
    assert button.data is not None
    anna.press_later(button.data, message)
    # Telegram accepts no answer to a press that is hours old.
    town.refusable.add("answerCallbackQuery")
    town.clock.move(span)
    await town.restart()
    await town.far.settled()


@pytest.mark.parametrize(("span", "late"), [(LONG, True), (A_MOMENT, False)])
async def test_a_press_that_waited_long_is_answered_with_an_excuse(
    telegram_town_over_each: TelegramTown, span: timedelta, *, late: bool
) -> None:
    town = telegram_town_over_each
    anna = town.requester
    await anna.says("menu")
    await town.far.settled()
    await _away(town, span, anna, "Mijn aanvragen")
    assert "Mijn aanvragen" in anna.last.text
    assert (EXCUSE in anna.last.text) is late
    await anna.presses("Vraag een dialoog aan", anna.last)
    await town.far.settled()
    assert EXCUSE not in anna.last.text, "it is said once"


async def test_a_form_goes_on_with_an_excuse_where_its_answer_waited_long(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "occasion")
    await _away(telegram_town, LONG, anna, "Een teamdag")
    assert asked(question(anna)) == "urgency"
    assert EXCUSE in question(anna).text


async def test_words_that_waited_long_are_answered_with_an_excuse_in_a_form_too(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "participants")
    await telegram_town.telegram.stop()
    await anna.says("12")
    telegram_town.clock.move(LONG)
    await telegram_town.restart()
    await telegram_town.far.settled()
    assert asked(question(anna)) not in (None, "participants")
    assert EXCUSE in question(anna).text


def test_only_what_waited_when_the_bot_came_back_counts_as_late() -> None:
    backlog = Backlog()
    assert not backlog.had(11)
    backlog.came_back(LONG, 2)
    for update in (11, 13, 11, 12):
        backlog.comes(update)
    assert [backlog.had(update) for update in (10, 11, 12, 13)] == [False, True, True, False]


@pytest.mark.parametrize("away", [None, A_MOMENT])
def test_nothing_is_late_where_the_bot_was_never_there_or_hardly_away(away: timedelta | None) -> None:
    backlog = Backlog()
    backlog.came_back(away, 5)
    backlog.comes(1)
    assert not backlog.had(1)
