"""Updates as they come: each person's in order, different people's side by side, and none lost.

Telegram forgets an update when the next ones are asked for, or when its webhook is answered with 200. So neither
happens before the update had its effect. What could not be taken in is not confirmed, and comes again.
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web
from telegram import Bot, Update
from telegram.constants import UpdateType
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import BaseUpdateProcessor

from flows import faults
from handlers.telegram.access import NotLetIn

log = logging.getLogger(__name__)

HEARD = [UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER]
"""The kinds of update that the bot listens to."""
SIDE_BY_SIDE = 256
POLL_SECONDS = 30
"""How long Telegram holds a request for updates open while there are none."""
TRIES = 3
"""So often an update that cannot be taken in is tried; then it is given up, so that it holds up no others."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
GLANCE = 0.25
"""Seconds after which it is looked for new updates while earlier ones are worked on: buttons are to answer at once."""
STOP_SECONDS = 3.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header
MOST_BYTES = 4 * 1024**2

Take = Callable[[Update], Awaitable[bool]]
"""Takes an update in; gives whether that was done, so that Telegram may forget it."""


class InTurn(BaseUpdateProcessor):
    """The library's way to say in which order updates are worked on: one at a time for each chat."""

    def __init__(self) -> None:
        super().__init__(SIDE_BY_SIDE)
        self._turns: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the updates of the same chat that came before."""
        chat = update.effective_chat if isinstance(update, Update) else None
        key = chat.id if chat else 0
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with self._turns.setdefault(key, asyncio.Lock()):
                await coroutine
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._turns[key]

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is held."""


class Polling:
    """Fetches updates. ``sleep`` waits so many seconds.

    While something is worked on, it is fetched again and again with what is new: a turn that takes long holds up nobody
    else, and is not confirmed before it is done.
    """

    def __init__(self, bot: Bot, take: Take, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._bot, self._take, self._sleep = bot, take, sleep
        self._last = 0
        self._open: set[int] = set()
        self._done: set[int] = set()
        self._tried: dict[int, int] = {}
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._asking: asyncio.Task[Sequence[Update]] | None = None
        self._running: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to fetch."""
        self._running = asyncio.create_task(self._run(), name="telegram")

    async def stop(self) -> None:
        """Fetch no more; finish what was fetched, and have Telegram forget what was done."""
        self._stopping = True
        if self._asking is not None:
            self._asking.cancel()
        if self._running is None:
            return
        await _ended([self._running])
        await _ended([*self._under_way.values()])
        await self._confirm()

    @property
    def _next(self) -> int:
        """The first update that is not done: Telegram forgets those before it."""
        return min(self._open, default=self._last + 1 if self._last else 0)

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping:
            try:
                self._begin(await self._fetched())
                if self._under_way:
                    await asyncio.wait(self._under_way.values(), timeout=GLANCE)
                failed = self._open.difference(self._under_way)
                pause = await self._rest(pause) if failed else FIRST_PAUSE
            except asyncio.CancelledError:
                if not self._stopping:
                    raise
            except TelegramError as trouble:
                pause = await self._rest(self._told(trouble, pause))
            except Exception as error:  # noqa: BLE001  # The outermost loop: what is wrong may pass.
                faults.report(log, "Fetching updates failed", error)
                pause = await self._rest(pause)

    async def _fetched(self) -> Sequence[Update]:
        span = timedelta(seconds=0 if self._open else POLL_SECONDS)
        asked = self._bot.get_updates(offset=self._next, timeout=span, allowed_updates=HEARD, read_timeout=10)
        self._asking = asyncio.ensure_future(asked)
        try:
            return await self._asking
        finally:
            self._asking = None

    def _begin(self, updates: Sequence[Update]) -> None:
        """Begin with what is new of these, in their order."""
        for update in updates:
            number = update.update_id
            if number not in self._done and number not in self._under_way:
                self._open.add(number)
                self._under_way[number] = asyncio.create_task(self._worked_on(update))
            self._last = max(self._last, number)
        self._done = {number for number in self._done if number >= self._next}

    async def _worked_on(self, update: Update) -> None:
        number = update.update_id
        try:
            if await self._take(update) or self._given_up(number):
                self._open.discard(number)
                self._done.add(number)
                self._tried.pop(number, None)
        except Exception as error:  # noqa: BLE001  # Whatever it was: the update is not confirmed, and comes again.
            faults.report(log, "Working on an update failed", error, update=number)
        finally:
            del self._under_way[number]

    def _given_up(self, number: int) -> bool:
        self._tried[number] = self._tried.get(number, 0) + 1
        if self._tried[number] < TRIES:
            return False
        log.error("An update was given up", extra={"action": "telegram.given_up", "update": number})
        return True

    def _told(self, trouble: TelegramError, pause: float) -> float:
        extra = {"action": "telegram.poll", "outcome": type(trouble).__name__}
        if isinstance(trouble, Conflict | InvalidToken):
            log.error(
                "Telegram gives no updates: another bot with this token fetches them, or it is refused", extra=extra
            )
            return LONGEST_PAUSE
        log.warning("Telegram cannot be asked for updates: %s", type(trouble).__name__, extra=extra)
        if isinstance(trouble, RetryAfter):
            return max(pause, _seconds(trouble.retry_after))
        return pause

    async def _rest(self, pause: float) -> float:
        """Wait, and give how long to wait the next time."""
        await self._sleep(pause)
        return min(2 * pause, LONGEST_PAUSE)

    async def _confirm(self) -> None:
        try:
            await self._bot.get_updates(offset=self._next, limit=1, timeout=timedelta(0), allowed_updates=HEARD)
        except TelegramError:
            # They come again then, and each is known by its number.
            log.info("What was done is not confirmed to Telegram", extra={"action": "telegram.unconfirmed"})


class Webhook:
    """Takes the updates that Telegram brings. The ``address`` is known after ``open``."""

    def __init__(self, bot: Bot, take: Take, secret: str, path: str) -> None:
        self._bot, self._take, self._secret = bot, take, secret.encode()
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post(path, self._come_in)
        self._path = path
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
        self.address = ""

    async def open(self, host: str, port: int) -> None:
        """Begin to listen. Raises NotLetIn where the port is not free."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as why:
            told = why.strerror or type(why).__name__
            raise NotLetIn(f"Port {port} of {host} cannot be used ({told}); set another TELEGRAM_PORT.") from None
        at, number = self._runner.addresses[0][:2]
        self.address = f"http://{at}:{number}{self._path}"

    async def close(self) -> None:
        """Take nothing new, and let what came in finish, for a few seconds."""
        await self._runner.cleanup()

    async def _come_in(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(given, self._secret):
            log.info("A request came without Telegram's secret", extra={"action": "telegram.unsigned"})
            return web.Response(status=401)
        update = await self._read(request)
        if update is None:
            return web.Response(status=400)
        return web.Response(status=200 if await self._take(update) else 503)

    async def _read(self, request: web.Request) -> Update | None:
        try:
            update = Update.de_json(await request.json(), self._bot)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            log.warning("A request of Telegram could not be read", extra={"action": "telegram.unreadable"})
            return None
        return update


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait a while for these, and then have them stop."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _seconds(span: int | timedelta) -> float:
    return span.total_seconds() if isinstance(span, timedelta) else float(span)
