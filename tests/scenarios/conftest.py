"""A demo programme to play in: a copy of one made once, on SQLite and, where a test asks for it, on PostgreSQL."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.actor import Actor
from bot.app import App
from bot.clock import MovableClock
from flows.rules import Rules
from flows.texts import Texts
from handlers.memory import MemoryChannel
from storage import demo
from storage.models import DueState, Outbox, OutboxState, Person
from storage.unit_of_work import Store
from tests.conftest import PostgresServer, make_schema

MONDAY = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
"""Monday 23 November 2026, 09:05 in The Hague."""


class Town:
    """The bot at work in a demo programme, with a clock to move and people to act."""

    def __init__(self, store: Store, *, now: datetime = MONDAY, rules: Rules | None = None) -> None:
        self.store = store
        self.clock = MovableClock(base=lambda: now)
        self.rules = rules or Rules()
        self.channel = MemoryChannel(self.clock.now)
        self.app = App(store, self.clock, self.rules, Texts("nl", self.rules.zone), [self.channel])

    def actor(self, person_id: int) -> Actor:
        """Somebody of the programme."""
        with self.store.read() as uow:
            name = uow.get(Person, person_id).name
        return Actor(name, str(person_id), self.app.router, self.channel)

    async def until(self, moment: datetime) -> None:
        """Time passes, with everything on the way done when it is due."""
        while (due := await self.app.next_due()) is not None and due <= moment:
            self.clock.set(max(due, self.clock.now()))
            await self.app.settle()
        self.clock.set(max(moment, self.clock.now()))
        await self.app.settle()

    async def passes(self, span: timedelta) -> None:
        """``span`` passes by the clock."""
        await self.until(self.clock.now() + span)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the demo programme in it, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    store = Store(f"sqlite:///{path}")
    make_schema(store)
    _invent(store)
    store.close()
    return path


def _invent(store: Store) -> None:
    with store.begin() as uow:
        demo.invent(uow, seed=2021, today=MONDAY.date(), folder=demo.PROGRAMME)


@pytest.fixture
def town(demo_file: Path, tmp_path: Path) -> Iterator[Town]:
    """A fresh demo programme on SQLite."""
    path = tmp_path / "town.db"
    shutil.copy(demo_file, path)
    store = Store(f"sqlite:///{path}")
    yield Town(store)
    store.close()


@pytest.fixture
def postgres_town(postgres: PostgresServer, postgres_url: str) -> Iterator[Town]:
    """A fresh demo programme on PostgreSQL."""
    store = Store(postgres_url)
    _invent(store)
    yield Town(store)
    store.close()


__all__ = ["DueState", "Outbox", "OutboxState", "Town"]
