"""The bot in Telegram: the whole of it, in a demo programme, with a stand-in for Telegram in which its people chat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypeVar

from sqlmodel import SQLModel, select

from bot.app import App
from bot.demo.clock_control import Stage
from bot.schedule.clock import MovableClock
from flows.capabilities import CAPABILITIES
from flows.engine.capability import Registry
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.people import served_channels
from handlers.telegram.service import Access, Telegram
from storage.database.unit_of_work import Store
from storage.models import Address
from storage.models import Person as Row
from storage.people import people
from tests.scenarios.town import MONDAY, RULES, TEXTS
from tests.slack.town import Hurry, renew
from tests.telegram.person import TelegramPerson
from tests.telegram.stand_in import TelegramStandIn

Kind = TypeVar("Kind", bound=SQLModel)
Mode = Literal["polling", "webhook"]
SECRET = "geheim_van_de-haak"


class TelegramTown:
    """Everybody of the programme has Telegram, and came in long ago. ``hurry`` is the time that limits count by.

    ``refusable`` are the methods that a test lets Telegram refuse.
    """

    def __init__(
        self,
        store: Store,
        far: TelegramStandIn,
        mode: Mode,
        hurry: Hurry,
        clock: MovableClock,
        *,
        rules: Rules = RULES,
        texts: Texts = TEXTS,
        capabilities: Registry = CAPABILITIES,
    ) -> None:
        self.store, self.far, self.mode, self.clock = store, far, mode, clock
        self._hurry, self._rules, self._texts, self.capabilities = hurry, rules, texts, capabilities
        self.people: dict[int, TelegramPerson] = {}
        self.refusable: set[str] = set()
        self.telegram, self.app = self._made(texts)
        self._stage = Stage(self.app, self.clock)

    def _made(self, texts: Texts) -> tuple[Telegram, App]:
        access = Access(
            self.far.token, self.far.api_url, self.mode, secret=SECRET if self.mode == "webhook" else "", port=0
        )
        seconds, sleep = self._hurry.now, self._hurry.sleep
        telegram = Telegram(access, self.store, self.clock.now, texts, self._rules, seconds=seconds, sleep=sleep)
        return telegram, App(
            self.store, self.clock, self._rules, texts, [telegram.channel], capabilities=self.capabilities
        )

    async def start(self) -> str:
        """Start the channel; deliveries happen when the test says so."""
        sentence = await self.telegram.start(self.app.router)
        with self.store.begin() as uow:
            served_channels.serve(uow, {"telegram": self.telegram.entrance}, self.clock.now())
        return sentence

    async def stop(self) -> None:
        """Stop the channel, as the bot does."""
        await self.telegram.stop()

    async def restart(self) -> None:
        """Another process on the same database."""
        # Telegram ends the wait of the one that stops with a refusal that nobody reads.
        self.refusable.add("getUpdates")
        await self.stop()
        # A start takes longer than the second in which Telegram takes no other message for the same person.
        # What the one that stops had sent may still be on its way.
        sent = -1
        while len(self.far.calls.made) != sent:
            sent = len(self.far.calls.made)
            await asyncio.sleep(0.05)
        await self._hurry.sleep(1.0)
        self.telegram, self.app = self._made(self._texts)
        self._stage = Stage(self.app, self.clock)
        await self.start()

    def move_in(self) -> None:
        """Give everybody of the programme Telegram, which the bot knows."""
        with self.store.begin() as uow:
            for row in uow.db.exec(select(Row)).all():
                person = self.far.person(row.name, started=True, language_code="nl")
                self.people[row.id] = person
                uow.add(Address(person_id=row.id, channel="telegram", address=str(person.id)))

    @property
    def seconds(self) -> float:
        """The seconds that limits count by."""
        return self._hurry.now()

    @property
    def requester(self) -> TelegramPerson:
        """A civil servant without any role, who asks."""
        with self.store.read() as uow:
            return self.people[people.without_role(uow)[0].id]

    @property
    def everybody(self) -> list[TelegramPerson]:
        """Everybody of the programme."""
        return [*self.people.values()]

    def rows(self, model: type[Kind]) -> list[Kind]:
        """The rows of a table."""
        with self.store.read() as uow:
            return list(uow.db.exec(select(model)))

    def holding(self, label: str) -> list[TelegramPerson]:
        """Everybody with a message in front of them that has a button that begins so."""
        reached = (who for who in self.everybody if who.messages)
        return [who for who in reached if any(b.startswith(label) for m in who.messages for b in m.buttons)]

    def untroubled(self) -> None:
        """Assert that every button that was pressed worked, and that Telegram accepted every call."""
        assert {who.user.first_name: who.troubles for who in self.everybody if who.troubles} == {}
        refused = [
            (call.method, str(call.answer)) for call in self.far.calls.refused if call.method not in self.refusable
        ]
        # What is typed twice is not understood twice, and then nothing changes.
        trouble = [one for one in refused if "message is not modified" not in one[1]]
        assert trouble == [], trouble

    async def settle(self) -> None:
        """Everything that is due is done, and everything that is ready delivered."""
        await self.far.settled()
        await self.app.settle()
        await self.far.settled()

    async def until(self, moment: datetime) -> None:
        """Time passes, with everything on the way done when it is due."""
        await self._stage.until(moment)

    async def passes(self, span: timedelta) -> None:
        """``span`` passes by the clock."""
        await self._stage.move(span)


@asynccontextmanager
async def fresh(store: Store, demo_file: Path, mode: Mode) -> AsyncIterator[TelegramTown]:
    """A town on a new demo programme."""
    renew(store, demo_file)
    try:
        async with living(store, mode) as town:
            yield town
    finally:
        store.close()


@asynccontextmanager
async def living(store: Store, mode: Mode, hurry: Hurry | None = None) -> AsyncIterator[TelegramTown]:
    """A town that is up, in this mode, and down again at the end. ``hurry`` is the time that limits count by."""
    hurry, clock = hurry or Hurry(), MovableClock(base=lambda: MONDAY)
    async with TelegramStandIn(clock=lambda: clock.now().timestamp(), seconds=hurry.now) as far:
        town = TelegramTown(store, far, mode, hurry, clock)
        town.move_in()
        try:
            await town.start()
            yield town
        finally:
            await town.stop()
