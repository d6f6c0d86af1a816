"""The bot in Slack: the whole of it, in a demo programme, with a stand-in for Slack in which its people work."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlmodel import select

from bot.app import App
from bot.demo.clock_control import Stage
from bot.schedule.clock import MovableClock
from flows.capabilities import CAPABILITIES
from flows.engine.capability import Registry
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from handlers.slack.scopes import BOT_SCOPES
from handlers.slack.service import Access, Slack
from storage.database.unit_of_work import Store
from storage.models import Person as Row
from storage.people import people
from tests.scenarios.town import MONDAY, RULES, TEXTS
from tests.slack.person import Person
from tests.slack.stand_in import SlackStandIn

Mode = Literal["socket", "http"]


class Hurry:
    """Seconds in which nobody waits: whoever sleeps moves them on."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds that only go up."""
        return time.monotonic() + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Move on by so many seconds, and wait at most two milliseconds."""
        self._ahead += seconds
        await asyncio.sleep(min(seconds, 0.002))


class RealTime(Hurry):
    """Seconds in which everybody waits."""

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        await asyncio.sleep(seconds)


class SlackTown:
    """Everybody of the programme has an account in the workspace, with the e-mail address they were imported with."""

    def __init__(
        self,
        store: Store,
        slack: SlackStandIn,
        mode: Mode,
        *,
        rules: Rules = RULES,
        texts: Texts = TEXTS,
        also_serve: Iterable[str] = (),
        capabilities: Registry = CAPABILITIES,
    ) -> None:
        self.store, self.far, self.mode = store, slack, mode
        self.clock = MovableClock(base=lambda: MONDAY)
        hurry = Hurry()
        access = replace(_access(slack, mode), also_serve=frozenset(also_serve))
        self.slack = Slack(access, store, self.clock.now, texts, rules.zone, seconds=hurry.now, sleep=hurry.sleep)
        self.app = App(store, self.clock, rules, texts, [self.slack.channel], capabilities=capabilities)
        self._stage = Stage(self.app, self.clock)
        self._people: dict[str, Person] = {}

    async def start(self) -> str:
        """Start the channel; deliveries happen when the test says so."""
        for email, name, language in self._everybody():
            locale = "nl-NL" if language == "nl" else "en-GB"
            self._people[email] = self.far.person(name, email=email, locale=locale)
        sentence = await self.slack.start(self.app.router)
        if self.mode == "http":
            self.far.listen_at(self.slack.address)
        return sentence

    async def stop(self) -> None:
        """Stop the channel, as the bot does."""
        await self.slack.stop()

    def person(self, person_id: int) -> Person:
        """Somebody of the programme, at their Slack."""
        with self.store.read() as uow:
            email = uow.get(Row, person_id).email
        assert email is not None
        return self._people[email]

    @property
    def requester(self) -> Person:
        """A civil servant without any role, who asks."""
        with self.store.read() as uow:
            return self.person(people.without_role(uow)[0].id)

    @property
    def reached(self) -> list[Person]:
        """Everybody to whom the bot said something, in the order of their ids."""
        return [person for person in self._people.values() if person.messages]

    @property
    def everybody(self) -> list[Person]:
        """Everybody in the workspace whom the programme knows."""
        return [*self._people.values()]

    def untroubled(self) -> None:
        """Assert that every button that was pressed worked, and that Slack accepted every call."""
        assert {who.member.real_name: who.troubles for who in self.everybody if who.troubles} == {}
        assert [(call.method, call.answer) for call in self.far.calls.refused] == []

    def holding(self, label: str) -> list[Person]:
        """Everybody with a message in front of them that has a button that begins so."""
        return [who for who in self.reached if any(b.startswith(label) for m in who.messages for b in m.buttons)]

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

    def _everybody(self) -> list[tuple[str, str, str | None]]:
        with self.store.read() as uow:
            rows = uow.db.exec(select(Row)).all()
            return [(row.email, row.name, row.language) for row in rows if row.email]


def _access(slack: SlackStandIn, mode: Mode) -> Access:
    return Access(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        signing_secret=slack.signing_secret,
        team_ids=frozenset(),
        api_url=slack.api_url,
        over=mode,
        host="127.0.0.1",
        port=0,
        command="/dialoog",
    )


def renew(store: Store, demo_file: Path) -> None:
    """Put a fresh copy of this database in the place of the store's own, with nothing of the former left beside it."""
    assert store.engine.url.database
    for kept in ("", "-wal", "-shm"):
        Path(f"{store.engine.url.database}{kept}").unlink(missing_ok=True)
    shutil.copy(demo_file, store.engine.url.database)


@asynccontextmanager
async def fresh(store: Store, demo_file: Path, mode: Mode, also_serve: Iterable[str] = ()) -> AsyncIterator[SlackTown]:
    """A town on a new demo programme."""
    renew(store, demo_file)
    async with living(store, mode, also_serve) as town:
        yield town
    store.close()


@asynccontextmanager
async def living(store: Store, mode: Mode, also_serve: Iterable[str] = ()) -> AsyncIterator[SlackTown]:
    """A town that is up, over this mode, and down again at the end."""
    async with SlackStandIn(clock=lambda: datetime.now(UTC).timestamp(), scopes=" ".join(BOT_SCOPES)) as far:
        town = SlackTown(store, far, mode, also_serve=also_serve)
        try:
            await town.start()
            yield town
        finally:
            await town.stop()
