"""Everything that runs, put together: one place for the start order and the clean stop, for the tests as well."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.leader import LeaderElection
from bot.schedule.clock import Clock
from bot.schedule.ticker import Ticker
from flows.capabilities import CAPABILITIES
from flows.delivery.compose import compose
from flows.engine.capability import Registry
from flows.engine.context import Context
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from handlers.inbound.router import Router
from handlers.outbound.channel import Channel
from storage.database.leader_lock import Election
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import due, outbox


class App:
    """The bot on one database: events come in through ``router``, what is due or must arrive goes out by itself.

    Raises TextMissing where one of the ``capabilities`` needs a text that there is not.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: Rules,
        texts: Texts,
        channels: Sequence[Channel],
        *,
        capabilities: Registry = CAPABILITIES,
    ) -> None:
        texts.require(capabilities.text_keys())
        self.store, self.clock, self.rules, self.texts, self.capabilities = store, clock, rules, texts, capabilities
        self.router = Router(store, clock.now, rules, texts, self.wake, capabilities=capabilities)
        self.dispatcher = Dispatcher(self._contexts(store.begin), self._contexts(store.read), channels, compose, clock)
        self.election = LeaderElection(Election(store, "courier"), self.dispatcher.wake)
        self.ticker = Ticker(self._contexts(store.begin), capabilities.rules, clock, rules.zone, self.dispatcher.wake)
        self._tasks: list[asyncio.Task[None]] = []

    def _contexts(
        self, opened: Callable[[], AbstractContextManager[UnitOfWork]]
    ) -> Callable[[], AbstractContextManager[Context]]:
        @contextmanager
        def context() -> Iterator[Context]:
            with opened() as uow:
                yield Context(uow, self.clock.now(), self.rules, self.texts, self.capabilities)

        return context

    def wake(self) -> None:
        """There may be something to deliver, or something new to wait for. From any thread."""
        self.dispatcher.wake()
        self.ticker.wake()

    async def start(self) -> None:
        """Begin delivering, once no other process does, and working off what is due."""
        self._tasks = [
            asyncio.create_task(self.dispatcher.run(self.election.holds), name="dispatcher"),
            asyncio.create_task(self.election.run(), name="election"),
        ]
        await self.ticker.start()

    async def stop(self) -> None:
        """Stop within seconds, with nothing lost: what is not delivered waits in the database."""
        await self.ticker.stop()
        await self.dispatcher.stop()
        self.election.stop()
        await asyncio.gather(*self._tasks)

    async def settle(self) -> None:
        """Do all that is due by the clock and deliver all that is ready, until nothing of either is left."""
        while True:
            ticked = await self.ticker.catch_up()
            await self.dispatcher.drain()
            if not (ticked.done or ticked.dropped or ticked.failed):
                return

    async def next_due(self) -> datetime | None:
        """When the next thing is due or ready to be sent, or None when nothing waits."""
        return await asyncio.to_thread(self._next_due)

    def _next_due(self) -> datetime | None:
        with self.store.read() as uow:
            return min(filter(None, (due.earliest(uow), outbox.earliest_ready(uow))), default=None)
