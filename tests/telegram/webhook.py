"""Webhooks: updates brought to the bot's own address, again until it takes them."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.telegram.refusal import bad
from tests.telegram.updates import Update, Updates

Json = dict[str, Any]

PATIENCE = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
CONNECTIONS = 40
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Delivery:
    """One try: ``status`` is 0 when nobody answered."""

    update: Update
    url: str
    status: int


class Webhook:
    """Brings updates about one chat one after another, about different chats side by side.

    ``pause`` is how many seconds pass before the first new try; each further one waits twice as long. ``balance`` puts
    a balancer in between: the set address is for show, and these are called in turn. ``copies``: each update is brought
    so many times at once, as by a balancer that lost patience.
    """

    def __init__(self, updates: Updates, clock: Callable[[], float]) -> None:
        self.url = self.secret = ""
        self.connections = CONNECTIONS
        self.patience, self.pause = PATIENCE, FIRST_PAUSE
        self.copies = 1
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        self.deliveries: list[Delivery] = []
        self._updates, self._clock = updates, clock
        self._behind: tuple[str, ...] = ()
        self._turn = 0
        self._error: tuple[int, str] | None = None
        self._lanes: dict[int, deque[Update]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._client: aiohttp.ClientSession | None = None
        updates.arrived.append(self._queue)

    def balance(self, *urls: str) -> None:
        """Deliver to these in turn from now on, instead of to the address that was set."""
        self._behind = urls

    def set(self, args: Json) -> bool:
        """setWebhook. An address on this machine may do without https, as with a Bot API server of one's own."""
        parts = urlsplit(args["url"])
        if not args["url"]:
            return self.delete(args)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        secret = args.get("secret_token", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad("secret token contains unallowed characters")
        if len(secret) > 256:
            raise bad("secret token is too long")
        if "allowed_updates" in args:
            self._updates.allowed = args["allowed_updates"] or None
        self._stop(drop=args.get("drop_pending_updates", False))
        self.url, self.secret, self._error = args["url"], secret, None
        self.connections = max(1, min(args.get("max_connections", CONNECTIONS), 100))
        self._room = asyncio.Semaphore(self.connections)
        for update in self._updates.waiting():
            self._queue(update)
        return True

    def delete(self, args: Json) -> bool:
        """deleteWebhook. What waits stays, unless it is to be dropped."""
        self._stop(drop=args.get("drop_pending_updates", False))
        self.url = self.secret = ""
        return True

    def info(self) -> Json:
        """getWebhookInfo."""
        found = {"url": self.url, "has_custom_certificate": False, "pending_update_count": len(self._updates.waiting())}
        if self._error is not None:
            found |= {"last_error_date": self._error[0], "last_error_message": self._error[1]}
        if self.url:
            found |= {"max_connections": self.connections, "ip_address": "127.0.0.1"}
        return found | ({"allowed_updates": self._updates.allowed} if self._updates.allowed else {})

    async def bring(self, update: Update, secret: str | None = None) -> int:
        """Bring an update once, out of turn, whether or not it was taken before; gives the status of the answer.

        ``secret`` stands in the header instead of the right one; an empty one leaves the header out.
        """
        return await self._post(update, self.secret if secret is None else secret)

    async def close(self) -> None:
        """Give up what is still on its way."""
        while self._running:
            # A request that ends just then can swallow the cancellation, and the next try would come first.
            self._stop(drop=False)
            await asyncio.wait(self._running, timeout=0.1)
        if self._client is not None:
            await self._client.close()

    def _stop(self, *, drop: bool) -> None:
        for task in self._running:
            task.cancel()
        self._lanes.clear()
        if drop:
            self._updates.drop()

    def _queue(self, update: Update) -> None:
        if not self.url:
            return
        if update.place in self._lanes:
            self._lanes[update.place].append(update)
            return
        lane = self._lanes[update.place] = deque([update])
        task = asyncio.ensure_future(self._drain(update.place, lane))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _drain(self, place: int, lane: deque[Update]) -> None:
        pause = self.pause
        while lane:
            update = lane[0]
            async with self._room:
                taken = not self._updates.has(update) or await self._brought(update)
            if taken:
                self._updates.confirm(update)
                lane.popleft()
                pause = self.pause
            else:
                await self.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        if self._lanes.get(place) is lane:
            del self._lanes[place]

    async def _brought(self, update: Update) -> bool:
        tries = (self._post(update, self.secret) for _ in range(self.copies))
        return any(200 <= status < 300 for status in await asyncio.gather(*tries))

    async def _post(self, update: Update, secret: str) -> int:
        if self._client is None:
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        url = self._behind[self._turn % len(self._behind)] if self._behind else self.url
        self._turn += 1
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        time = aiohttp.ClientTimeout(self.patience)
        status = 0
        try:
            async with self._client.post(url, json=update.as_json(), headers=headers, timeout=time) as response:
                status, reason = response.status, response.reason
            if not 200 <= status < 300:
                self._fault(f"Wrong response from the webhook: {status} {reason}")
        except TimeoutError:
            self._fault("Read timeout expired")
        except aiohttp.ClientError:
            self._fault("Connection refused")
        self.deliveries.append(Delivery(update, url, status))
        return status

    def _fault(self, words: str) -> None:
        self._error = int(self._clock()), words
