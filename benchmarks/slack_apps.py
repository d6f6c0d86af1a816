"""Slack apps to press the buttons of, each run in a process of its own: ours, and three to hold it against.

``python -m benchmarks.slack_apps ours|bare|plain|least DATABASE_URL API_URL`` serves signed requests over HTTP until
its input ends, through the same server, Bolt's ``web_app`` on aiohttp. The first line it writes is its address.
"""

import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from sqlalchemy import sql
from sqlmodel import Session, create_engine, select

from benchmarks.workplace import NOW, RULES, TEXTS
from bot.app import App
from bot.config import logging_setup
from bot.processor import keep_to_one
from bot.running.shutdown import set_apart
from bot.schedule.clock import MovableClock
from handlers.slack.events.decode import sender
from handlers.slack.manifest import EVENTS_PATH
from handlers.slack.sending.api import ApiClient, web_client
from handlers.slack.sending.home_tab_publisher import FrontDoor
from handlers.slack.sending.rate_limits import RateLimiter
from handlers.slack.service import Access, Slack
from storage.database.bulk_statements import insert, table_of
from storage.database.engine import BUSY_SECONDS
from storage.database.unit_of_work import Store
from storage.models import Address, Inbox, Outbox, OutboxState, Person

SECRET = "geheim-van-de-afzender"
TOKEN = "xoxb-T0GREEKS001-bot"

Told = Callable[[str], Awaitable[None]]


async def ours(url: str, api_url: str) -> None:
    """The whole bot: Slack, the dispatcher and the ticker, put together as it does for real.

    "door SPEED PEOPLE" has these people look at their home tabs, kept by a second keeper whose pace has a clock that
    runs so much faster; "stir" tells that keeper that something changed for all of them.
    """
    keep_to_one()
    store, clock = Store(url), MovableClock(base=lambda: NOW)
    access = Access(TOKEN, "", SECRET, frozenset(), api_url, "http", "127.0.0.1", 0, "/dialoog")
    slack = Slack(access, store, clock.now, TEXTS, ZoneInfo("Europe/Amsterdam"))
    app = App(store, clock, RULES, TEXTS, [slack.channel])
    await slack.start(app.router)
    await app.start()
    async with ClientSession() as http:
        doors = _Doors(app, web_client(TOKEN, api_url, http))
        await _serve_until_told(slack.address, doors.told)
        await doors.stop()
    await slack.stop()
    await app.stop()
    store.close()


class _Doors:
    """A keeper of home tabs beside the bot's own, with the bot's own parts."""

    def __init__(self, app: App, client: AsyncWebClient) -> None:
        self._app, self._client = app, client
        self._door: FrontDoor | None = None
        self._looking: list[str] = []

    async def told(self, order: str) -> None:
        if order == "stir" and self._door is not None:
            self._door.stir(self._looking)
            return
        _, speed, *self._looking = order.split()
        pace = RateLimiter(quick(float(speed)), lambda seconds: asyncio.sleep(seconds / float(speed)))
        self._door = FrontDoor(ApiClient(self._client, pace), lambda user: self._app.router.front(sender(user)))
        for user in self._looking:
            await self._door.opened(user)

    async def stop(self) -> None:
        if self._door is not None:
            await self._door.stop()


def quick(speed: float) -> Callable[[], float]:
    """A clock whose seconds are ``speed`` times as short, for pace and stand-in alike."""
    return lambda: time.monotonic() * speed


async def bare(_url: str, api_url: str) -> None:
    """An app that only acknowledges."""

    async def press(ack: AsyncAck) -> None:
        await ack()

    await _serve(_bolt(api_url), press)


async def plain(url: str, api_url: str) -> None:
    """An app as its libraries' guides show it: four small things in a session a press, in a thread, and ``respond``."""
    engine, numbers = create_engine(url, connect_args={"timeout": BUSY_SECONDS}), count(1)

    def work(event: str, user: str, number: int) -> None:
        with Session(engine) as db:
            db.add(Inbox(channel="slack", event_id=event, seen_at=NOW))
            db.flush()
            reached = select(Person).join(Address).where(Address.channel == "slack", Address.address == user)
            person = db.exec(reached).one()
            person.zone = f"Europe/Amsterdam{number % 2}"
            db.add(person)
            db.add(Outbox(**_letter(person.id, event)))
            db.commit()

    async def press(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await asyncio.to_thread(work, body["trigger_id"], body["user"]["id"], next(numbers))
        await respond(**_ANSWER)
        await ack()

    await _serve(_bolt(api_url), press)
    engine.dispose()


async def least(url: str, api_url: str) -> None:
    """The least that an app can do that keeps what was pressed and answers: no rule, no view, no object, no question.

    Four statements in the expression language, in our own transaction, and one answer over a connection kept open; on
    one processor, as the bot.
    """
    keep_to_one()
    store, numbers = Store(url), count(1)
    people, reached, outbox = (table_of(model) for model in (Person, Address, Outbox))

    def work(event: str, user: str, number: int) -> None:
        with store.begin() as uow:
            uow.db.execute(insert(uow, Inbox), {"channel": "slack", "event_id": event, "seen_at": NOW})
            mine = sql.select(reached.c.person_id).where(reached.c.channel == "slack", reached.c.address == user)
            person_id = uow.db.execute(mine).scalar_one()
            zone = people.update().where(people.c.id == person_id).values(zone=f"Europe/Amsterdam{number % 2}")
            uow.db.execute(zone)
            uow.db.execute(outbox.insert(), _letter(person_id, event))

    async with ClientSession() as http:

        async def press(ack: AsyncAck, body: dict[str, Any]) -> None:
            await asyncio.to_thread(work, body["trigger_id"], body["user"]["id"], next(numbers))
            await AsyncWebhookClient(body["response_url"], session=http).send(**_ANSWER)
            await ack()

        await _serve(_bolt(api_url), press)
    store.close()


_ANSWER: dict[str, Any] = {
    "text": "Gedaan",
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Gedaan"}}],
}


def _letter(person_id: int, key: str) -> dict[str, Any]:
    return {
        "person_id": person_id, "kind": "bench", "subject_id": 1, "addressee_id": person_id, "once": key,
        "not_before": NOW, "created_at": NOW, "args": {}, "state": OutboxState.READY, "attempts": 0, "begun": 0,
        "outcome": "",
    }  # fmt: skip


def _bolt(api_url: str) -> AsyncApp:
    client = AsyncWebClient(TOKEN, api_url)
    return AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)


async def _serve(bolt: AsyncApp, press: Callable[..., Awaitable[None]]) -> None:
    bolt.action(re.compile("press:"))(press)
    runner = web.AppRunner(bolt.web_app(EVENTS_PATH), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    await _serve_until_told(f"http://{host}:{port}{EVENTS_PATH}")
    await runner.cleanup()


async def _deaf(_order: str) -> None:
    raise ValueError("this app takes no orders")


async def _serve_until_told(address: str, told: Told = _deaf) -> None:
    set_apart()
    print(address, flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        await told(line.decode().strip())


if __name__ == "__main__":
    logging_setup.configure("info")
    asyncio.run({"ours": ours, "bare": bare, "plain": plain, "least": least}[sys.argv[1]](*sys.argv[2:4]))
