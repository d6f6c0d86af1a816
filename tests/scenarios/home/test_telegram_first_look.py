"""What people see of the bot in Telegram before they say anything to it."""

from tests.scenarios.town import DUTCH, ENGLISH
from tests.telegram.town import TelegramTown


async def test_who_opens_the_bot_reads_what_it_is_and_finds_its_commands(telegram_town: TelegramTown) -> None:
    eve, jan = (telegram_town.far.person(name, language_code=code) for name, code in (("Eve", "en"), ("Jan", "nl")))
    assert eve.about_bot() == ENGLISH("telegram.description")
    assert jan.about_bot("short_description") == DUTCH("telegram.description.short")
    assert eve.commands["dialogue"] == "ask for a dialogue"
    assert jan.commands["dialoog"] == "een dialoog aanvragen"
    assert eve.messages == [], "and the bot says nothing unasked"


async def test_every_command_of_the_menu_gets_an_answer(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    for command in anna.commands:
        before = len(anna.messages)
        await anna.says(f"/{command}")
        await telegram_town.far.settled()
        assert len(anna.messages) > before, command
        assert anna.last.buttons, command


async def test_a_bot_that_starts_again_sets_nothing_that_stands_already(telegram_town: TelegramTown) -> None:
    await telegram_town.restart()
    told = [call.method for call in telegram_town.far.calls.made if call.method.startswith(("setMy", "setChat"))]
    await telegram_town.restart()
    again = [call.method for call in telegram_town.far.calls.made if call.method.startswith(("setMy", "setChat"))]
    assert told
    assert again == told
