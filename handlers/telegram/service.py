"""Telegram as a whole: built from its settings, started by polling or behind a webhook, stopped with nothing lost."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from telegram import User, WebhookInfo
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ApplicationBuilder
from telegram.request import HTTPXRequest

from flows.engine.capability import Registry
from flows.engine.context import Context
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.people import served_channels
from handlers.inbound.router import Router
from handlers.telegram.access import Access, StartRefused, silence
from handlers.telegram.bot_profile import introduce
from handlers.telegram.errors import translated
from handlers.telegram.interactions.groups import Groups
from handlers.telegram.interactions.interactions import Interactions
from handlers.telegram.interactions.listeners import App, Listeners
from handlers.telegram.interactions.open_question import Fronts
from handlers.telegram.interactions.presenter import Showing
from handlers.telegram.interactions.strangers import Strangers
from handlers.telegram.sending.api import AT_ONCE, CALL_SECONDS, ApiClient
from handlers.telegram.sending.channel import TelegramChannel
from handlers.telegram.sending.rate_limits import RateLimiter
from handlers.telegram.updates.backlog import Backlog
from handlers.telegram.updates.known_senders import Known
from handlers.telegram.updates.polling import Polling
from handlers.telegram.updates.redelivery import Redelivery
from handlers.telegram.updates.update_order import InTurn
from handlers.telegram.updates.update_parsing import HEARD, Reading
from handlers.telegram.updates.webhook import Webhook
from storage.database.unit_of_work import Store

log = logging.getLogger(__name__)

__all__ = ["Access", "StartRefused", "Telegram"]

LONGEST_CALL = CALL_SECONDS + 5.0
"""Seconds after which the library gives a call up. Ours is given up before that, so that both say the same of it."""
START_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between two tries to begin, at least. After them the start is given up, and says why."""
WEBHOOK_CONNECTIONS = 100
"""The most that Telegram opens."""

silence()

Told = TypeVar("Told")


class Telegram:
    """The bot in Telegram. ``channel`` is what the dispatcher delivers to. To be made inside the event loop.

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
        self._reading = _request(Reading, 2)
        self.app = _application(access, self._reading)
        self.channel = TelegramChannel(ApiClient(self.app.bot, RateLimiter(seconds, sleep), sleep=sleep), texts)
        self._backlog, self._sleep = Backlog(), sleep
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
        """Begin to listen; gives one sentence for who started it. Raises StartRefused where that cannot be."""
        me = await self._introduced()
        self._listeners = self._listening(router, me)
        self._listeners.listen()
        begin = self._poll if self._access.over == "polling" else self._be_brought
        try:
            told = await begin(self._listeners, me)
        except TelegramError as trouble:
            raise _not_let_in(trouble) from None
        await introduce(self.app.bot, self._texts, router.capabilities)
        return told

    async def listen_no_more(self) -> None:
        """Take nothing new, and finish what was begun, within seconds. What is to be sent can still be sent."""
        if self._polling is not None:
            await self._polling.stop()
        if self._webhook is not None:
            await self._webhook.close()
        if self._listeners is not None:
            await self._listeners.stop()
        if self._polling is not None:
            await self._polling.confirm()
        self._polling = self._webhook = self._listeners = None

    async def stop(self) -> None:
        """Listen no more, and send no more."""
        await self.listen_no_more()
        await self.app.shutdown()
        # Where it could not begin, the library leaves its connections open.
        await self.app.bot.shutdown()

    @contextmanager
    def _context(self, capabilities: Registry) -> Iterator[Context]:
        with self._store.begin() as uow:
            yield Context(uow, self._now(), self._rules, self._texts, capabilities)

    @contextmanager
    def _looking(self, capabilities: Registry) -> Iterator[Context]:
        with self._store.read() as uow:
            yield Context(uow, self._now(), self._rules, self._texts, capabilities)

    async def _patiently(self, call: Callable[[], Awaitable[Told]]) -> Told:
        """What a call at the start gives; made again where Telegram is away for a moment, or asks to wait."""
        for pause in START_PAUSES:
            try:
                return await call()
            except TelegramError as trouble:
                if not _passes(trouble):
                    raise
                asked = translated(trouble)
                kind = type(trouble).__name__
                log.warning("Telegram is asked once more: %s", kind, extra={"action": "telegram.start"})
                await self._sleep(max(pause, getattr(asked, "wait", 0.0)))
        return await call()

    async def _introduced(self) -> User:
        """Who we are, as Telegram says it."""
        try:
            await self._patiently(self.app.initialize)
        except TelegramError as trouble:
            raise _not_let_in(trouble) from None
        return self.app.bot.bot  # type: ignore[no-any-return]  # the library leaves the application's bot open

    async def _standing(self) -> WebhookInfo:
        """How updates are to come as yet, after a look at what waits."""
        standing: WebhookInfo = await self._patiently(self.app.bot.get_webhook_info)
        self._backlog.came_back(await asyncio.to_thread(self._away), standing.pending_update_count)
        return standing

    def _away(self) -> timedelta | None:
        """How long no process served Telegram, at least; None where none ever did."""
        with self._store.read() as uow:
            last = served_channels.last_served(uow, self.channel.name)
        return self._now() - last - served_channels.AGAIN if last else None

    async def _poll(self, listeners: Listeners, me: User) -> str:
        standing = await self._standing()
        if standing.url:
            # Telegram gives no updates while there is one. What waits for it is fetched instead.
            log.warning(
                "A webhook stood in the way of polling, and is taken away", extra={"action": "telegram.webhook"}
            )
            await self._patiently(partial(self.app.bot.delete_webhook, drop_pending_updates=False))
        self._polling = Polling(self.app.bot, self._reading, listeners)
        self._polling.start()
        return f"Telegram: @{me.username} fetches what people send (long polling)."

    async def _be_brought(self, listeners: Listeners, me: User) -> str:
        await self._standing()
        path = urlsplit(self._access.webhook_url).path or "/"
        self._webhook = Webhook(self.app.bot, listeners, self._access.secret, path)
        await self._webhook.open(self._access.host, self._access.port)
        hook = partial(
            self.app.bot.set_webhook,
            self._access.webhook_url or self._webhook.address,
            secret_token=self._access.secret,
            allowed_updates=HEARD,
            max_connections=WEBHOOK_CONNECTIONS,
            drop_pending_updates=False,
        )
        await self._patiently(hook)
        return f"Telegram: @{me.username} takes requests at {self.address}."

    def _behind(self, chat_id: int) -> int:
        """How many updates of a chat wait here; a webhook brings one after the other."""
        return self._polling.behind(chat_id) if self._polling else 0

    def _listening(self, router: Router, me: User) -> Listeners:
        fronts = Fronts(self._store, self._now)
        known = Known(self._store, self._now)
        alone = self._access.over == "polling" or not self._store.is_shared
        retelling = Redelivery(router, self._store, self._now, alone=alone)
        zone = self._rules.zone
        showing = Showing(self.channel, fronts, self._texts, self._now, zone, retelling, self._behind)
        turns = Interactions(router, self.channel, fronts, self._texts, self._now, retelling, showing)
        groups = Groups(self._store, self._now, self.channel, self._texts, str(me.username), router.wake)
        self.channel.when_moved(groups.moved)
        writing, looking = partial(self._context, router.capabilities), partial(self._looking, router.capabilities)
        strangers = Strangers(writing, looking, retelling, turns)
        return Listeners(self.app, turns, groups, known, strangers, self._backlog, str(me.username))


def _application(access: Access, reading: Reading) -> App:
    base = access.api_url.rstrip("/")
    builder = ApplicationBuilder().token(access.token).base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    builder = builder.request(_request(HTTPXRequest, AT_ONCE)).get_updates_request(reading)
    # Updates are fetched by ourselves (see polling), and what is due is none of the library's business.
    return builder.concurrent_updates(InTurn()).updater(None).job_queue(None).build()


Request = TypeVar("Request", bound=HTTPXRequest)


def _request(kind: type[Request], connections: int) -> Request:
    return kind(
        connection_pool_size=connections,
        connect_timeout=LONGEST_CALL,
        read_timeout=LONGEST_CALL,
        write_timeout=LONGEST_CALL,
        pool_timeout=LONGEST_CALL,
    )


def _passes(trouble: TelegramError) -> bool:
    """Whether the same may work a moment later. The library calls a refusal a kind of network error."""
    return isinstance(trouble, RetryAfter | NetworkError) and not isinstance(trouble, BadRequest)


def _not_let_in(trouble: TelegramError) -> StartRefused:
    if isinstance(trouble, InvalidToken):
        return StartRefused("Telegram refuses TELEGRAM_BOT_TOKEN; dialoogreeks check says what to do.")
    kind = type(trouble).__name__
    return StartRefused(f"Telegram cannot be reached ({kind}); is TELEGRAM_API_URL right, and the network?")
