"""What Telegram shows of the bot before anybody says anything, set only where it shows something else."""

import logging
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from telegram import Bot

from flows.capabilities import CAPABILITIES
from flows.engine.language.texts import LANGUAGES, Texts
from handlers.telegram import bot_profile
from handlers.telegram.bot_profile import IN_GROUPS, in_private, introduce
from handlers.telegram.interactions import commands
from tests.telegram.orders import Dropped, Fails, Slowly, TooMany
from tests.telegram.stand_in import TelegramStandIn

TEXTS = Texts("nl", ZoneInfo("Europe/Amsterdam"))
PRIVATE, GROUPS = {"type": "all_private_chats"}, {"type": "all_group_chats"}


@pytest.fixture
async def far() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def bot(far: TelegramStandIn) -> AsyncIterator[Bot]:
    async with Bot(far.token, base_url=far.base_url, base_file_url=far.base_file_url) as client:
        yield client


def changes(far: TelegramStandIn) -> list[str]:
    return [call.method for call in far.calls.made if call.method.startswith("set")]


async def test_a_new_bot_is_described_in_every_language_and_lists_its_commands(far: TelegramStandIn, bot: Bot) -> None:
    await introduce(bot, TEXTS, CAPABILITIES)
    profile = far.world.profile
    for language in LANGUAGES:
        t = TEXTS.into(language)
        assert profile.text("description", language) == t("telegram.description")
        assert profile.text("short_description", language) == t("telegram.description.short")
        private = profile.commands_for(1, language, private=True)
        assert [one["command"] for one in private] == [name[language] for _, name in in_private(CAPABILITIES)]
        group = profile.commands_for(-1, language, private=False)
        assert [one["command"] for one in group] == [name[language] for _, name in IN_GROUPS]
    assert far.calls.refused == []


async def test_who_has_another_language_reads_that_of_the_programme(far: TelegramStandIn, bot: Bot) -> None:
    await introduce(bot, Texts("en", ZoneInfo("Europe/Amsterdam")), CAPABILITIES)
    assert far.world.profile.text("description", "fr") == TEXTS.into("en")("telegram.description")
    assert far.world.profile.commands_for(1, "fr", private=True)[0]["command"] == "dialogue"
    assert far.world.profile.commands_for(1, "nl", private=True)[0]["command"] == "dialoog"


async def test_what_stands_there_already_is_not_set_again(far: TelegramStandIn, bot: Bot) -> None:
    await introduce(bot, TEXTS, CAPABILITIES)
    assert changes(far)
    far.calls.made.clear()
    await introduce(bot, TEXTS, CAPABILITIES)
    assert changes(far) == []


async def test_only_what_differs_is_set(far: TelegramStandIn, bot: Bot) -> None:
    await introduce(bot, TEXTS, CAPABILITIES)
    far.calls.made.clear()
    far.world.profile.set_text("short_description", "What somebody wrote at BotFather", "en")
    far.world.profile.set_commands([], GROUPS, "nl")
    await introduce(bot, TEXTS, CAPABILITIES)
    assert sorted(changes(far)) == ["setMyCommands", "setMyShortDescription"]


async def test_another_language_of_the_programme_changes_nothing_for_who_has_one_of_both(
    far: TelegramStandIn, bot: Bot
) -> None:
    await introduce(bot, TEXTS, CAPABILITIES)
    await introduce(bot, Texts("en", ZoneInfo("Europe/Amsterdam")), CAPABILITIES)
    assert far.world.profile.text("description", "") == TEXTS.into("en")("telegram.description")
    assert far.world.profile.text("description", "nl") == TEXTS.into("nl")("telegram.description")


async def test_a_menu_button_that_was_taken_for_something_else_shows_the_commands_again(
    far: TelegramStandIn, bot: Bot
) -> None:
    far.world.profile.set_button(None, {"type": "default"})
    await introduce(bot, TEXTS, CAPABILITIES)
    assert far.world.profile.button(None) == {"type": "commands"}


@pytest.mark.parametrize(
    "trouble", [TooMany(60), Fails("Bad Request: BOT_COMMAND_INVALID"), Fails("Forbidden: not now"), Dropped()]
)
async def test_a_bot_that_cannot_introduce_itself_goes_on_with_a_warning(
    far: TelegramStandIn, bot: Bot, trouble: TooMany | Fails | Dropped, caplog: pytest.LogCaptureFixture
) -> None:
    far.orders.give("setMyCommands", trouble)
    with caplog.at_level(logging.WARNING, "handlers"):
        await introduce(bot, TEXTS, CAPABILITIES)
    (line,) = [record for record in caplog.records if record.name == "handlers.telegram.bot_profile"]
    assert vars(line)["action"] == "telegram.introduction"
    assert far.token not in line.getMessage()


async def test_a_telegram_that_is_slow_holds_the_start_up_for_some_seconds_only(
    far: TelegramStandIn, bot: Bot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bot_profile, "SECONDS", 0.2)
    far.orders.give("getMyDescription", Slowly(1.0))
    with caplog.at_level(logging.WARNING, "handlers"):
        await introduce(bot, TEXTS, CAPABILITIES)
    assert [vars(record)["outcome"] for record in caplog.records] == ["TimeoutError"]
    assert changes(far) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_in_the_menu_is_understood(language: str) -> None:
    for names in (in_private(CAPABILITIES), IN_GROUPS):
        for name in (one[language] for _, one in names):
            own = name in commands.HELP | commands.LANGUAGE
            assert own or commands.action_for(CAPABILITIES, name, "") is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_descriptions_fit_where_telegram_shows_them(language: str) -> None:
    t = TEXTS.into(language)
    assert len(t("telegram.description")) <= 512
    assert len(t("telegram.description.short")) <= 120
    assert all(len(one.description) <= 40 for one in bot_profile.commands(in_private(CAPABILITIES), t)), (
        "cut off on a phone"
    )
