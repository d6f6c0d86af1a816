"""Telegram's Bot API, on loopback, with the people on the other side.

async with TelegramStandIn() as far:
    # Start the bot with far.token and far.api_url; python-telegram-bot takes far.base_url and far.base_file_url.
    anna = far.person("Anna", language_code="nl")
    await anna.start("uitnodiging-1")
    await anna.sees("Welkom")
    toast = await anna.presses("Vraag een dialoog aan")
    await anna.says("12")
    assert anna.troubles == []
    assert far.calls.refused == []
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from handlers.inbound.http_server import HttpServer
from tests.telegram import record
from tests.telegram.bot_api import BotApi
from tests.telegram.group import Group
from tests.telegram.limits import Limits
from tests.telegram.person import TelegramPerson
from tests.telegram.updates import Update
from tests.telegram.world import World

UPLOAD = 51 * 1024**2


class TelegramStandIn:
    """One bot's Telegram. Use it with ``async with``.

    ``clock`` gives unix seconds: it dates messages and decides what is too old. ``seconds`` only goes up: the limits
    are kept, and answers timed, by it. ``keeps_limits`` off lets too many messages pass, and still notes them.
    ``privacy`` off lets the bot hear everything in groups.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        seconds: Callable[[], float] = time.monotonic,
        keeps_limits: bool = True,
        privacy: bool = True,
    ) -> None:
        self.limits = Limits(seconds, kept=keeps_limits)
        self.world = World(clock, seconds, self.limits)
        self.world.privacy = privacy
        self.api = BotApi(self.world)
        self.calls, self.orders = self.api.calls, self.api.orders
        self.webhook, self.updates, self.queries = self.api.webhook, self.world.updates, self.world.queries
        self.token, self.username = self.world.token, str(self.world.bot.username)
        self.people: dict[int, TelegramPerson] = {}
        self.api_url = ""
        self.patience = 10.0
        self._server: HttpServer | None = None

    @property
    def base_url(self) -> str:
        """For ``Bot(base_url=…)``, which puts the token behind it."""
        return f"{self.api_url}/bot"

    @property
    def base_file_url(self) -> str:
        """For ``Bot(base_file_url=…)``."""
        return f"{self.api_url}/file/bot"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=UPLOAD)
        app.router.add_route("*", "/bot{token}/{method}", self.api.handle)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._server = HttpServer(app, stop_seconds=0.1)
        self.api_url = await self._server.open("127.0.0.1", 0)
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.webhook.close()
        if self._server is not None:
            await self._server.close()

    def person(self, first_name: str, *, started: bool = False, **about: Any) -> TelegramPerson:
        """A new person (``last_name``, ``username``, ``language_code``), whom the bot has never met.

        ``started``: they pressed start some day before, of which the bot hears no more. ``people`` keeps all, by id.
        """
        person = TelegramPerson(self.world.move_in(first_name, **about), self.world)
        person.chat.started = started
        self.people[person.id] = person
        return person

    def group(self, title: str, *people: TelegramPerson, supergroup: bool = False) -> Group:
        """A new group with these people in it, the first of them its owner; the bot is brought in by somebody."""
        group = Group(self.world, self.world.found(title, supergroup=supergroup))
        for person in people:
            group.join(person.user, "creator" if person is people[0] else "member")
        return group

    async def until(self, true: Callable[[], Any], within: float = 5.0) -> Any:
        """Wait until something is so, looking every 5 ms; gives what it gave. Fails when it takes too long."""
        end = time.monotonic() + within
        while not (found := true()):
            if time.monotonic() > end:
                raise AssertionError(f"not within {within} s")
            await asyncio.sleep(0.005)
        return found

    async def settled(self, quiet: float = 0.05, within: float | None = None) -> None:
        """Wait until the bot took every update, and then called nothing for ``quiet`` seconds (real ones).

        ``patience`` seconds at most, unless told otherwise.
        """
        await self.until(lambda: self.updates.idle and self._quiet_for() >= quiet, within or self.patience)

    def _quiet_for(self) -> float:
        last = max(self.api.last, self.updates.added)
        return 0.0 if self.api.busy else time.monotonic() - last

    async def again(self, update: Update) -> None:
        """Give the bot the very same update once more, as after a crash before it was confirmed."""
        if self.webhook.url:
            await self.webhook.bring(update)
        else:
            self.updates.repeat(update)

    def write_calls(self, path: Path) -> None:
        """Write all calls as JSON lines: ``{"method": …, "params": {…}}``."""
        record.write(path, self.calls.made)

    async def _file(self, request: web.Request) -> web.Response:
        stored = self.world.files.at(request.match_info["path"])
        if stored is None or request.match_info["token"] != self.token:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=stored.content)
