"""The bot as processes of the machine, which are killed over and over while people act; and what watches over that.

A process is held at a call of its own to Telegram, before the call has its effect or after it, and killed there: so a
death lies between any two steps of the work, however fast the machine is. Some are killed a moment later instead, in
whatever they are doing.
"""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

from bot.app import App
from bot.delivery.dispatcher import LEASE
from bot.schedule.clock import MovableClock
from flows.people import served_channels
from handlers.telegram.service import Access, Telegram
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from tests.scenarios.town import MONDAY, RULES, TEXTS
from tests.slack.town import Hurry
from tests.telegram.orders import Held
from tests.telegram.stand_in import TelegramStandIn
from tests.telegram.town import SECRET, Mode, TelegramTown

AGES = 120.0
"""Seconds that nothing takes, on the busiest machine too."""
MARKS = ("answerCallbackQuery", "editMessageText", "sendMessage", "sendDocument", "getUpdates")
"""The calls at which a process may die: those that tell people something, and the one that confirms updates."""
SHOWN = ("editMessageText", "sendMessage")
APART = 5
"""A process sees at most so many of these calls before the one that it dies at."""
MOMENT = 0.03
"""The longest moment, in seconds, after which a process dies that is not held."""


@dataclass(frozen=True)
class Place:
    """Where a process lives: its database, its Telegram, and how many seconds have passed there since Monday."""

    database: str
    token: str
    api_url: str
    mode: Mode
    passed: Any


def live(place: Place, awake: Connection) -> None:
    """One life of the bot, until it is killed. Tells through ``awake`` where its webhook is."""
    asyncio.run(_live(place, awake))


async def _live(place: Place, awake: Connection) -> None:
    store, hurry = Store(place.database), Hurry()
    clock = MovableClock(base=lambda: MONDAY + timedelta(seconds=place.passed.value))
    access = Access(place.token, place.api_url, place.mode, secret=SECRET if place.mode == "webhook" else "", port=0)
    telegram = Telegram(access, store, clock.now, TEXTS, RULES, seconds=hurry.now, sleep=hurry.sleep)
    app = App(store, clock, RULES, TEXTS, [telegram.channel])
    await telegram.start(app.router)
    with store.begin() as uow:
        served_channels.serve(uow, {"telegram": telegram.entrance}, clock.now())
    await app.start()
    awake.send(telegram.address)
    await asyncio.Event().wait()


class MortalTown(TelegramTown):
    """A town that is served by ``many`` processes.

    With each that dies so much time passes that the others may carry on the letters it had in its hands.
    """

    def __init__(
        self, url: str, far: TelegramStandIn, mode: Mode, clock: MovableClock, forks: ForkServerContext, many: int
    ) -> None:
        super().__init__(Store(url), far, mode, Hurry(), clock)
        self._url, self._forks = url, forks
        self._living: list[tuple[BaseProcess, str]] = []
        self._many = many
        # Without a lock, which somebody would take along when they die.
        self._passed = forks.Value("d", 0.0, lock=False)

    def move_in(self) -> None:
        """Give everybody Telegram, and all the patience in the world."""
        super().move_in()
        for who in self.everybody:
            who.patience = AGES

    async def start(self) -> str:
        """Bring all processes to life."""
        while len(self._living) < self._many:
            await self._be_born()
        return ""

    async def stop(self) -> None:
        """Kill all processes."""
        while self._living:
            await self._die()
        await super().stop()
        self.store.close()

    async def die(self) -> None:
        """Kill one of the processes; another comes to life in its place."""
        await self._die()
        self._pass(LEASE + timedelta(seconds=1))
        await self._be_born()

    async def settle(self) -> None:
        """Wait until everything that people did is done, and everything that must arrive has. Time passes."""
        await self.far.settled()
        async with asyncio.timeout(AGES):
            while await asyncio.to_thread(self._waits):
                # What was put off comes when it is time.
                self._pass(timedelta(seconds=0.1))
                await asyncio.sleep(0.02)
        await self.far.settled()

    def _pass(self, span: timedelta) -> None:
        self.clock.move(span)
        self._passed.value = self.clock.offset.total_seconds()

    def _waits(self) -> bool:
        with self.store.read() as uow:
            return outbox.earliest_ready(uow) is not None

    async def _be_born(self) -> None:
        here, there = self._forks.Pipe(duplex=False)
        place = Place(self._url, self.far.token, self.far.api_url, self.mode, self._passed)
        child = self._forks.Process(target=live, args=(place, there))
        child.start()
        there.close()
        with here:
            address = await asyncio.to_thread(here.recv)
        self._living.append((child, address))
        self._balance()

    async def _die(self) -> None:
        child, _ = self._living.pop(random.randrange(len(self._living)))
        child.kill()
        await asyncio.to_thread(child.join)
        assert child.exitcode == -signal.SIGKILL
        self._balance()

    def _balance(self) -> None:
        if self.mode == "webhook" and self._living:
            self.far.webhook.balance(*(address for _, address in self._living))


class Deaths:
    """Kills processes of a town, so many in all, each at a marked call; ``count`` says how many so far."""

    def __init__(self, town: MortalTown, most: int) -> None:
        self.count = 0
        self._town, self._most = town, most
        self._confirmed = 0
        self._left = 0
        self._over = asyncio.Event()

    @asynccontextmanager
    async def reaping(self) -> AsyncIterator[None]:
        """Kill while the block goes on; then everybody lives."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._reap())
            yield
            self._over.set()

    async def _reap(self) -> None:
        while self.count < self._most:
            held = Held(after_effect=random.random() < 0.5, holds=random.random() < 0.75)
            if not await self._marked(held):
                return
            await self._town.die()
            # Where the other one had been held, it goes on.
            held.released.set()
            self.count += 1

    async def _marked(self, held: Held) -> bool:
        """Wait until a process is at the call that it dies at, or a moment past it; False where none comes there."""
        self._left = random.randint(0, APART)
        for method in MARKS:
            self._town.far.orders.give(method, held, where=self._is_it)
        waiting = [asyncio.ensure_future(event.wait()) for event in (held.reached, self._over)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        self._town.far.orders.withdraw()
        if held.reached.is_set() and not held.holds:
            await asyncio.sleep(random.uniform(0, MOMENT))
        return held.reached.is_set()

    def _is_it(self, args: dict[str, Any]) -> bool:
        if "allowed_updates" in args and not self._confirms(args):
            return False
        self._left -= 1
        return self._left < 0

    def _confirms(self, args: dict[str, Any]) -> bool:
        """Whether this call for updates tells Telegram to forget some."""
        known, self._confirmed = self._confirmed, max(self._confirmed, int(args.get("offset", 0)))
        return self._confirmed > known


async def killed_over(town: MortalTown, act: Awaitable[object], *, after_effect: bool = False) -> None:
    """Have a process die when it first shows what came of this act: before that stands in a chat, or just after it."""
    held = Held(after_effect=after_effect)
    for method in SHOWN:
        town.far.orders.give(method, held)
    await act
    await asyncio.wait_for(held.reached.wait(), AGES)
    town.far.orders.withdraw()
    await town.die()
    await town.far.settled()


@asynccontextmanager
async def mortal(url: str, mode: Mode, forks: ForkServerContext, *, many: int = 1) -> AsyncIterator[MortalTown]:
    """A town on the demo programme in this database, served by processes that can be killed."""
    clock = MovableClock(base=lambda: MONDAY)
    async with TelegramStandIn(clock=lambda: clock.now().timestamp(), keeps_limits=False) as far:
        # The clock goes on in leaps, and the person has not waited.
        far.queries.life, far.patience = float("inf"), AGES
        far.webhook.sleep = _again_soon
        town = MortalTown(url, far, mode, clock, forks, many)
        town.refusable |= {"answerCallbackQuery", "getUpdates"}
        town.move_in()
        try:
            await town.start()
            yield town
            town.untroubled()
        finally:
            await town.stop()


async def _again_soon(_seconds: float) -> None:
    await asyncio.sleep(0.02)
