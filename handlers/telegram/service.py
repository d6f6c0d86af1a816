"""Telegram as a whole: built from its settings, started by polling or behind a webhook, stopped with nothing lost."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from telegram import User
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder
from telegram.request import HTTPXRequest

from flows.desk import Desk
from flows.rules import Rules
from flows.texts import Texts
from handlers.router import Router
from handlers.telegram.access import Access, NotLetIn
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.fronts import Fronts
from handlers.telegram.groups import Groups
from handlers.telegram.introduction import introduce
from handlers.telegram.known import Known
from handlers.telegram.listeners import App, Listeners
from handlers.telegram.pace import Pace
from handlers.telegram.quiet import silence
from handlers.telegram.receiving import HEARD, InTurn, Polling, Webhook
from handlers.telegram.strangers import Strangers
from handlers.telegram.turns import Turns
from handlers.telegram.web import Web
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

__all__ = ["Access", "NotLetIn", "Telegram"]

CONNECTIONS = 64
"""To the Bot API at once: the messages of a second, and the answers to presses beside them."""
CALL_SECONDS = 10.0
WEBHOOK_CONNECTIONS = 100
"""The most that Telegram opens."""

silence()


class Telegram:
    """The bot in Telegram. ``channel`` is what the courier delivers to. To be made inside the event loop.

    ``seconds`` only go up and ``sleep`` waits so many: what keeps Telegram's limits counts by these.
    """

    def __init__(
        self,
        access: Access,
        store: Store,
        now: Callable[[], datetime],
        texts: Texts,
        rules: Rules,
        *,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._access, self._store, self._now, self._texts, self._rules = access, store, now, texts, rules
        self.app = _application(access)
        self.channel = TelegramChannel(Web(self.app.bot, Pace(seconds, sleep)), texts)
        self._listeners: Listeners | None = None
        self._polling: Polling | None = None
        self._webhook: Webhook | None = None

    @property
    def address(self) -> str:
        """Where Telegram's requests are listened for, behind a webhook; empty where they are not."""
        return self._webhook.address if self._webhook else ""

    @property
    def entrance(self) -> str:
        """The link with which newcomers come in, up to the token. Known after ``start``."""
        return f"https://t.me/{self.app.bot.username}?start="

    async def start(self, router: Router) -> str:
        """Begin to listen; gives one sentence for who started it. Raises NotLetIn where that cannot be."""
        me = await self._introduced()
        self._listeners = self._listening(router, me)
        self._listeners.listen()
        begin = self._poll if self._access.over == "polling" else self._be_brought
        try:
            told = await begin(self._listeners, me)
        except TelegramError as trouble:
            raise _not_let_in(trouble) from None
        await introduce(self.app.bot, self._texts)
        return told

    async def listen_no_more(self) -> None:
        """Take nothing new, and finish what was begun, within seconds. What is to be sent can still be sent."""
        if self._polling is not None:
            await self._polling.stop()
        if self._webhook is not None:
            await self._webhook.close()
        if self._listeners is not None:
            await self._listeners.stop()
        self._polling = self._webhook = self._listeners = None

    async def stop(self) -> None:
        """Listen no more, and send no more."""
        await self.listen_no_more()
        await self.app.shutdown()
        # Where it could not begin, the library leaves its connections open.
        await self.app.bot.shutdown()

    @contextmanager
    def _desk(self) -> Iterator[Desk]:
        with self._store.begin() as uow:
            yield Desk(uow, self._now(), self._rules, self._texts)

    async def _introduced(self) -> User:
        """Who we are, as Telegram says it."""
        try:
            await self.app.initialize()
        except TelegramError as trouble:
            raise _not_let_in(trouble) from None
        return self.app.bot.bot  # type: ignore[no-any-return]  # the library leaves the application's bot open

    async def _poll(self, listeners: Listeners, me: User) -> str:
        standing = await self.app.bot.get_webhook_info()
        if standing.url:
            # Telegram gives no updates while there is one. What waits for it is fetched instead.
            log.warning(
                "A webhook stood in the way of polling, and is taken away", extra={"action": "telegram.webhook"}
            )
            await self.app.bot.delete_webhook(drop_pending_updates=False)
        self._polling = Polling(self.app.bot, listeners.take)
        self._polling.start()
        return f"Telegram: @{me.username} fetches what people send (long polling)."

    async def _be_brought(self, listeners: Listeners, me: User) -> str:
        path = urlsplit(self._access.webhook_url).path or "/"
        self._webhook = Webhook(self.app.bot, listeners.take, self._access.secret, path)
        await self._webhook.open(self._access.host, self._access.port)
        await self.app.bot.set_webhook(
            self._access.webhook_url or self._webhook.address,
            secret_token=self._access.secret,
            allowed_updates=HEARD,
            max_connections=WEBHOOK_CONNECTIONS,
            drop_pending_updates=False,
        )
        return f"Telegram: @{me.username} takes requests at {self.address}."

    def _listening(self, router: Router, me: User) -> Listeners:
        fronts = Fronts(self._store, self._now)
        known = Known(self._store, self._now)
        turns = Turns(router, self.channel, fronts, self._texts, self._now, self._rules.zone)
        groups = Groups(self._store, self._now, self.channel, self._texts, str(me.username))
        self.channel.when_moved(groups.moved)
        strangers = Strangers(self._desk, router, turns)
        return Listeners(self.app, turns, groups, known, strangers, str(me.username))


def _application(access: Access) -> App:
    base = access.api_url.rstrip("/")
    builder = ApplicationBuilder().token(access.token).base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    builder = builder.request(_request(CONNECTIONS)).get_updates_request(_request(2)).concurrent_updates(InTurn())
    # Updates are fetched by ourselves (see receiving), and what is due is none of the library's business.
    return builder.updater(None).job_queue(None).build()


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=CALL_SECONDS,
        read_timeout=CALL_SECONDS,
        write_timeout=CALL_SECONDS,
        pool_timeout=CALL_SECONDS,
    )


def _not_let_in(trouble: TelegramError) -> NotLetIn:
    if isinstance(trouble, InvalidToken):
        return NotLetIn("Telegram refuses TELEGRAM_BOT_TOKEN; dialoogreeks check says what to do.")
    kind = type(trouble).__name__
    return NotLetIn(f"Telegram cannot be reached ({kind}); is TELEGRAM_API_URL right, and the network?")
