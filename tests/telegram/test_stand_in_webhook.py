"""How the stand-in brings updates to the bot's own address."""

import asyncio

from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest

from handlers.inbound.http_server import HttpServer
from tests.telegram.echo import Echo
from tests.telegram.person import TelegramPerson
from tests.telegram.refusing import refused
from tests.telegram.stand_in import TelegramStandIn


async def test_the_address_and_the_secret_are_checked(far: TelegramStandIn, bot: Bot) -> None:
    open_air = await refused(bot.set_webhook("http://example.org/telegram"), BadRequest)
    assert open_air.message == "Bad webhook: an https url must be provided for webhook"
    odd = await refused(bot.set_webhook("https://example.org/", secret_token="a b"), BadRequest)
    assert odd.message == "Secret token contains unallowed characters"
    long = await refused(bot.set_webhook("https://example.org/", secret_token="a" * 257), BadRequest)
    assert long.message == "Secret token is too long"
    await bot.set_webhook("https://example.org/", allowed_updates=["message"], max_connections=7)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("https://example.org/", 7)
    assert info.allowed_updates == ("message",)
    await bot.set_webhook("")
    assert (await bot.get_webhook_info()).url == ""


async def test_an_update_that_is_not_taken_comes_again_and_holds_up_only_its_own_chat(far: TelegramStandIn) -> None:
    anna, bram = far.person("Anna"), far.person("Bram")
    far.webhook.pause = 0.1
    async with Echo(far, "webhook") as echo:
        echo.deaf = 2
        await anna.start("first")
        await anna.says("second")
        await far.until(lambda: echo.deaf == 0)
        await bram.start("third")
        await bram.sees("Welcome third")
        assert anna.messages == []
        info = await echo.app.bot.get_webhook_info()
        assert (info.pending_update_count, info.last_error_message) == (
            2,
            "Wrong response from the webhook: 503 Service Unavailable",
        )
        await anna.sees("You said second")
        assert [one.text for one in anna.messages] == ["Welcome first", "You said second"]
        await far.settled()
    statuses = [one.status for one in far.webhook.deliveries if one.update.place == anna.id]
    assert statuses == [503, 503, 200, 200]


async def test_what_came_before_the_webhook_is_brought_unless_it_is_dropped(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    await anna.says("kept")
    async with Echo(far, "webhook") as echo:
        await anna.sees("You said kept")
        echo.deaf = 1_000
        await anna.says("dropped")
        await far.until(lambda: echo.deaf < 1_000)
        await bot.delete_webhook(drop_pending_updates=True)
        assert (await bot.get_webhook_info()).pending_update_count == 0
        assert far.updates.idle


async def test_the_very_same_update_can_be_brought_twice_and_with_a_wrong_secret(
    far: TelegramStandIn, anna: TelegramPerson
) -> None:
    async with Echo(far, "webhook") as echo:
        await anna.says("once")
        await anna.sees("You said once")
        await far.again(far.updates.made[-1])
        await far.until(lambda: len(echo.seen) == 2)
        assert echo.seen[0].update_id == echo.seen[1].update_id
        for secret in ("", "wrong"):
            assert await far.webhook.bring(far.updates.made[-1], secret) == 403
        assert echo.turned_away == 2


async def test_no_more_connections_than_allowed_and_one_at_a_time_for_a_chat(far: TelegramStandIn, bot: Bot) -> None:
    people = [far.person(name) for name in ("Anna", "Bram", "Carla", "Dirk")]
    now: list[int] = []
    peaks: list[tuple[int, int]] = []

    async def slowly(request: web.Request) -> web.Response:
        place = (await request.json())["message"]["chat"]["id"]
        now.append(place)
        peaks.append((len(now), now.count(place)))
        await asyncio.sleep(0.02)
        now.remove(place)
        return web.Response()

    app = web.Application()
    app.router.add_post("/{name}", slowly)
    server = HttpServer(app, stop_seconds=1)
    address = await server.open("127.0.0.1", 0)
    await bot.set_webhook("https://example.org/bot", max_connections=2)
    far.webhook.balance(f"{address}/one", f"{address}/two")
    for person in people:
        await person.start()
        await person.says("again")
    await far.settled()
    assert (max(peaks), len(peaks)) == ((2, 1), 8)
    assert {one.url for one in far.webhook.deliveries} == {f"{address}/one", f"{address}/two"}
    await server.close()


async def test_an_absent_bot_is_noticed_and_waited_for(far: TelegramStandIn, anna: TelegramPerson, bot: Bot) -> None:
    far.webhook.pause = 0.01
    await bot.set_webhook("http://127.0.0.1:9/telegram")
    await anna.says("hello?")
    await far.until(lambda: len(far.webhook.deliveries) > 1)
    info = await bot.get_webhook_info()
    assert (info.last_error_message, info.pending_update_count) == ("Connection refused", 1)
    assert far.webhook.deliveries[0].status == 0
    async with Echo(far, "webhook"):
        await anna.sees("You said hello?")


async def test_a_bot_that_takes_an_update_too_slowly_gets_it_again(far: TelegramStandIn, anna: TelegramPerson) -> None:
    far.webhook.pause, far.webhook.patience = 0.01, 0.05
    async with Echo(far, "webhook") as echo:
        echo.pause = 0.2
        await anna.says("hello?")
        await far.until(lambda: len(echo.seen) > 1)
        assert echo.seen[0].update_id == echo.seen[1].update_id
        info = await echo.app.bot.get_webhook_info()
        assert info.last_error_message == "Read timeout expired"
        echo.pause = 0.0
        await far.settled()
