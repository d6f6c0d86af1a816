"""Days and times in Telegram: chosen from a month and its hours, or typed, and never guessed in silence."""

import pytest

from tests.scenarios.town import DUTCH
from tests.telegram.asking import YES, asked, go_on, open_form, question, to_question
from tests.telegram.town import TelegramTown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("di 8 dec 14:00", "dinsdag 8 december 2026 om 14:00"),
        ("over drie weken om half drie", "maandag 14 december 2026 om 14:30"),
        ("Tuesday 8 December at 2pm", "dinsdag 8 december 2026 om 14:00"),
    ],
)
async def test_a_typed_moment_is_shown_back_in_full_before_it_counts(
    telegram_town: TelegramTown, typed: str, shown: str
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "moment1")
    await anna.says(typed)
    await telegram_town.far.settled()
    assert f"Bedoel je dit: {shown}?" in question(anna).text
    await anna.presses(YES, question(anna))
    await telegram_town.far.settled()
    assert asked(question(anna)) == "moment2"
    await go_on(telegram_town, anna, moment2=None)
    assert shown in question(anna).text


async def test_a_typed_moment_that_is_not_meant_is_asked_again_and_nothing_of_it_stays(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "moment1")
    await anna.says("8 dec 14:00")
    await telegram_town.far.settled()
    await anna.presses(DUTCH("asked.no"), question(anna))
    await telegram_town.far.settled()
    assert asked(question(anna)) == "moment1"
    assert "8 december" not in question(anna).text.replace(DUTCH("asked.moment"), "")


async def test_words_with_several_meanings_get_a_button_for_each(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "moment1")
    await anna.says("next Tuesday at 2pm")
    await telegram_town.far.settled()
    meanings = [button for button in question(anna).buttons if button.endswith("2026 om 14:00")]
    assert meanings == ["dinsdag 24 november 2026 om 14:00", "dinsdag 1 december 2026 om 14:00"]
    await anna.presses(meanings[1], question(anna))
    await telegram_town.far.settled()
    assert asked(question(anna)) == "moment2"


async def test_a_typed_day_is_asked_for_its_time_which_can_be_typed_too(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "moment1")
    await anna.says("dinsdag 8 december")
    await telegram_town.far.settled()
    assert "dinsdag 8 december 2026: hoe laat?" in question(anna).text
    await anna.says("half drie")
    await telegram_town.far.settled()
    meant = [button for button in question(anna).buttons if "14:30" in button]
    assert meant or "om 14:30" in question(anna).text


async def test_another_week_named_where_a_time_is_asked_leads_back_to_the_day(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "moment1")
    for typed in ("8 december", "eind volgende week"):
        await anna.says(typed)
        await telegram_town.far.settled()
    assert "Ik zie nog geen dag" in question(anna).text
    assert "hoe laat" not in question(anna).text
    assert asked(question(anna)) == "moment1"


async def test_a_weekday_typed_where_a_time_is_asked_is_offered_and_never_taken_in_silence(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "moment1")
    for typed in ("14 december", "woensdag"):
        await anna.says(typed)
        await telegram_town.far.settled()
    days = [button for button in question(anna).buttons if button.startswith("woensdag")]
    assert days == ["woensdag 25 november 2026", "woensdag 16 december 2026"]
    await anna.presses(days[1], question(anna))
    await telegram_town.far.settled()
    assert "woensdag 16 december 2026: hoe laat?" in question(anna).text


@pytest.mark.parametrize("typed", ["gisteren om 14:00", "31 februari 14:00", "zodra het kan", "?"])
async def test_what_is_no_moment_is_answered_with_what_to_type_instead(telegram_town: TelegramTown, typed: str) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    before = await to_question(telegram_town, anna, "moment1")
    await anna.says(typed)
    await telegram_town.far.settled()
    assert asked(question(anna)) == "moment1"
    assert question(anna).text != before.text
    assert question(anna).labels == before.labels
