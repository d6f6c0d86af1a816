"""From Slack to the app: events, interactions and commands, over HTTP or Socket Mode, again when nobody answered."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.slack.answer import Answer, Delivery, Kind
from tests.slack.signed import SignedHttp
from tests.slack.sockets import Sockets

Json = dict[str, Any]

PATIENCE = 3.0
"""Seconds within which the app must answer."""
RETRIES = (0.0, 60.0, 300.0)
"""Seconds until each new try of an event: at once, after a minute, after five (Slack's page on the Events API)."""


class Outward:
    """Delivers, and keeps what was delivered. Events are tried again; interactions and commands are not."""

    def __init__(self, http: SignedHttp, sockets: Sockets) -> None:
        self.http, self.sockets = http, sockets
        self.patience = PATIENCE
        self.retries: tuple[float, ...] = RETRIES
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        self.deliveries: list[Delivery] = []
        self._copies: dict[Kind, list[tuple[int, bool]]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def repeat(self, kind: Kind, copies: int = 2, times: int = 1, *, together: bool = False) -> None:
        """Order the next ``times`` deliveries of a kind to reach the app so often, one by one or all at once.

        The first answer counts.
        """
        self._copies.setdefault(kind, []).extend([(copies, together)] * times)

    async def deliver(self, kind: Kind, payload: Json) -> Answer:
        """Bring something to the app once, or as often as was ordered; gives the first answer."""
        return await self._deliver(Delivery(kind, payload))

    async def _deliver(self, delivery: Delivery) -> Answer:
        self.deliveries.append(delivery)
        waiting = self._copies.get(delivery.kind)
        copies, together = waiting.pop(0) if waiting else (1, False)
        tries = [self._try(delivery, None) for _ in range(copies)]
        answers = await asyncio.gather(*tries) if together else [await one for one in tries]
        return answers[0]

    async def announce(self, payload: Json) -> Answer:
        """Bring an event to the app; gives the first answer. Further tries, if needed, happen later."""
        delivery = Delivery("events_api", payload)
        answer = await self._deliver(delivery)
        if not answer.ok and not answer.no_retry:
            self._later(self._again(delivery, answer))
        return answer

    def announce_later(self, payload: Json) -> None:
        """Bring an event to the app without waiting for it."""
        self._later(self._announce(payload))

    async def _announce(self, payload: Json) -> None:
        await self.announce(payload)

    async def replay(self, delivery: Delivery) -> Answer:
        """Bring the very same thing once more."""
        return await self._try(delivery, None)

    async def _again(self, delivery: Delivery, answer: Answer) -> None:
        for number, delay in enumerate(self.retries, 1):
            await self.sleep(delay)
            answer = await self._try(delivery, (number, answer.reason))
            if answer.ok or answer.no_retry:
                return

    async def _try(self, delivery: Delivery, retry: tuple[int, str] | None) -> Answer:
        if self.http.urls:
            answer = await self.http.send(delivery.kind, delivery.payload, self.patience, retry)
        else:
            answer = await self.sockets.send(delivery.kind, delivery.payload, self.patience)
        delivery.answers.append(answer)
        return answer

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        """Wait until nothing is on its way any more."""
        while self._running:
            await asyncio.gather(*self._running)

    async def close(self) -> None:
        """Give up what is still on its way."""
        while self._running:
            # A request that ends just then can swallow the cancellation, and the next try would wait for minutes.
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running, timeout=0.1)
        await self.http.close()
        await self.sockets.close()
