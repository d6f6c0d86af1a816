"""The main job in Telegram, from a command to a series, by long polling and behind a webhook."""

from tests.scenarios.asking import SERIES
from tests.scenarios.town import at
from tests.telegram.asking import ask, plan, question, walk_through
from tests.telegram.town import TelegramTown

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"


async def test_the_first_to_accept_wins_and_everybody_elses_offer_says_so(
    telegram_town_over_each: TelegramTown,
) -> None:
    town = telegram_town_over_each
    anna = await ask(town)
    asked = town.holding(FIRST_MOMENT)
    await asked[0].presses(FIRST_MOMENT)
    await town.settle()
    assert "Je hebt deze dialoog geaccepteerd" in asked[0].messages[0].text
    for other in asked[1:]:
        assert "Een collega leidt deze dialoog" in other.messages[0].text
        assert not any("Accepteer" in button for message in other.messages for button in message.buttons)
    assert asked[0].user.first_name in "\n".join(message.text for message in anna.messages)


async def test_an_answer_to_an_offer_stands_below_it_and_the_offer_changes_where_it_is(
    telegram_town: TelegramTown,
) -> None:
    await ask(telegram_town)
    asked = telegram_town.holding(FIRST_MOMENT)[0]
    offer = asked.last
    await asked.presses("Zeg nee", offer)
    await telegram_town.far.settled()
    assert asked.last.id != offer.id
    await asked.presses(asked.last.buttons[0], asked.last)
    await telegram_town.settle()
    assert not any("Accepteer" in button for button in asked.again(offer).buttons)


async def test_a_menu_changes_in_its_place(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await anna.says("menu")
    menu = await anna.sees("Menu")
    await anna.presses("Mijn aanvragen", menu)
    await telegram_town.far.settled()
    assert "Je hebt nog geen aanvragen" in anna.again(menu).text
    assert len(anna.messages) == 1


async def test_both_sides_get_the_calendar_file_and_reminders_come_in_time(telegram_town: TelegramTown) -> None:
    anna, winner = await plan(telegram_town)
    for who in (anna, winner):
        assert [message.document.name for message in who.messages if message.document] == ["dialoog.ics"]
    before = [len(one.messages) for one in (anna, winner)]
    await telegram_town.until(at("2026-12-08 13:30"))
    for one, seen in zip((anna, winner), before, strict=True):
        told = [message.text for message in one.messages[seen:]]
        for words in ("Over een week is de dialoog", "Morgen is de dialoog", "Over een uur begint de dialoog"):
            assert any(words in text for text in told)


async def test_a_series_is_proposed_agreed_to_held_and_reported(telegram_town: TelegramTown) -> None:
    anna, winner = await plan(telegram_town, **SERIES)
    await anna.presses("Akkoord, plan deze data")
    await telegram_town.settle()
    assert any("Deze reeks loopt" in message.text for message in anna.messages)
    await telegram_town.until(at("2026-12-08 16:15"))
    await winner.presses("Vertel hoe het ging")
    await telegram_town.far.settled()
    await walk_through(telegram_town, winner, "report")
    assert "Dank" in question(winner).text or "Dank" in winner.last.text


async def test_another_time_is_proposed_by_typing_it_and_taken_by_the_requester(telegram_town: TelegramTown) -> None:
    anna = await ask(telegram_town)
    asked = telegram_town.holding(FIRST_MOMENT)[0]
    await asked.presses("Stel een ander moment voor")
    await telegram_town.far.settled()
    await asked.says("woensdag 9 december om 10:00")
    await telegram_town.far.settled()
    await asked.presses("Ja, dit klopt", question(asked))
    await telegram_town.settle()
    await anna.presses("Ja, dat past")
    await telegram_town.settle()
    assert any("woensdag 9 december 2026 om 10:00" in message.text for message in asked.messages)


async def test_the_language_is_changed_by_a_command_and_everything_speaks_it(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await anna.says("/taal")
    await anna.presses("English", await anna.sees("In welke taal"))
    await telegram_town.far.settled()
    assert "Ask for a dialogue" in anna.last.buttons
    await anna.says("/dialogue")
    seen = await anna.sees("Part 1 of 5")
    assert "Stop for now" in seen.buttons


async def test_every_command_answers_in_both_languages(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    for command in ("/start", "/status", "/requests", "/sessies", "/sessions", "/help", "/link", "/onbekend"):
        before = len(anna.messages)
        await anna.says(command)
        await telegram_town.far.settled()
        assert len(anna.messages) == before + 1, command
        assert anna.last.buttons, command


async def test_what_was_said_while_the_bot_was_down_is_answered_with_an_excuse(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await telegram_town.telegram.stop()
    await anna.says("hallo")
    telegram_town.clock.set(at("2026-11-23 18:00"))
    await telegram_town.restart()
    await anna.sees("Ik was een tijd niet bereikbaar")
