"""How the stand-in gives updates to whoever asks, by long polling."""

import asyncio
import time

from telegram import Bot, Update
from telegram.error import Conflict

from tests.slack.conftest import Hands
from tests.telegram.echo import Echo
from tests.telegram.person import TelegramPerson
from tests.telegram.refusing import refused
from tests.telegram.stand_in import TelegramStandIn


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [one.message.text if one.message else None for one in updates]


async def test_a_poll_waits_for_the_next_update_and_no_longer(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    began = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert time.monotonic() - began >= 1
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.05)
    assert not poll.done()
    await anna.says("there")
    assert texts(await asyncio.wait_for(poll, 1)) == ["there"]


async def test_updates_come_again_until_a_later_one_is_asked_for(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    for words in ("one", "two", "three"):
        await anna.says(words)
    first = await bot.get_updates(limit=2)
    assert texts(first) == ["one", "two"]
    assert texts(await bot.get_updates()) == ["one", "two", "three"]
    assert (await bot.get_webhook_info()).pending_update_count == 3
    assert texts(await bot.get_updates(offset=first[1].update_id)) == ["two", "three"]
    assert texts(await bot.get_updates(offset=-1)) == ["three"]
    assert texts(await bot.get_updates()) == ["three"]
    assert texts(await bot.get_updates(offset=first[0].update_id + 3)) == []
    assert far.updates.idle
    await far.again(far.updates.made[-1])
    assert texts(await bot.get_updates(offset=first[0].update_id + 3)) == ["three"]


async def test_what_nobody_fetched_for_a_day_is_gone(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot, clock: Hands
) -> None:
    await anna.says("yesterday")
    clock.now += 23 * 3600
    await anna.says("today")
    clock.now += 2 * 3600
    assert texts(await bot.get_updates()) == ["today"]


async def test_the_bot_hears_of_the_kinds_that_it_asked_for(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await anna.says("unheard")
    await bot.get_updates()
    await anna.says("unheard still")
    await bot.get_updates(allowed_updates=[])
    await anna.says("heard")
    assert texts(await bot.get_updates()) == ["heard"]


async def test_of_two_pollers_the_one_that_waits_is_sent_away(far: TelegramStandIn, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await far.until(lambda: far.calls.of("getUpdates"))
    async with Bot(far.token, base_url=far.base_url) as other:
        second = asyncio.create_task(other.get_updates(timeout=1))
        gone = await refused(first, Conflict)
        assert gone.message.startswith("Conflict: terminated by other getUpdates request")
        assert await second == ()


async def test_polling_and_a_webhook_exclude_each_other(far: TelegramStandIn, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await far.until(lambda: far.calls.of("getUpdates"))
    await bot.set_webhook("https://example.org/telegram")
    assert (await refused(poll, Conflict)).message == "Conflict: terminated by setWebhook request"
    hooked = await refused(bot.get_updates(), Conflict)
    assert hooked.message.startswith("Conflict: can't use getUpdates method while webhook is active")
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_a_poller_that_died_loses_nothing(far: TelegramStandIn, anna: TelegramPerson, bot: Bot) -> None:
    async with Bot(far.token, base_url=far.base_url) as other:
        poll = asyncio.create_task(other.get_updates(timeout=20))
        await far.until(lambda: far.calls.of("getUpdates"))
        poll.cancel()
        await asyncio.wait([poll])
    await anna.says("is anybody there?")
    assert texts(await bot.get_updates(timeout=1)) == ["is anybody there?"]


async def test_a_backlog_is_worked_off_in_order(far: TelegramStandIn, anna: TelegramPerson) -> None:
    for number in range(120):
        await anna.says(f"{number}")
    async with Echo(far, "polling") as echo:
        await far.until(lambda: len(echo.seen) == 120, within=20)
        await far.settled()
    assert texts(tuple(echo.seen)) == [f"{number}" for number in range(120)]
