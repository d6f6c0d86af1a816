"""A demo programme to play in: a copy of one made once, on SQLite and, where a test asks for it, on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.demo.simulated_person import SimulatedPerson
from bot.schedule.clock import MovableClock
from storage.database.unit_of_work import Store
from tests.conftest import PostgresServer
from tests.scenarios.doorway import SLACK, TELEGRAM, Doorway
from tests.scenarios.far_side import NOW, Recorder
from tests.scenarios.town import Town, invent, invent_at
from tests.slack.mishaps import unhurried
from tests.slack.town import SlackTown, fresh
from tests.telegram.town import TelegramTown
from tests.telegram.town import fresh as fresh_in_telegram


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands still until it is moved."""
    return MovableClock(base=lambda: NOW)


@pytest.fixture
def slack() -> Recorder:
    """The far side of a delivery over Slack."""
    return Recorder("slack")


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the demo programme in it, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    invent_at(path)
    return path


@pytest.fixture(scope="session")
def town_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The one database that all towns live in, one after another: what SQLAlchemy compiled is not compiled again."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('town') / 'town.db'}")
    yield store
    store.close()


@pytest.fixture
def town(demo_file: Path, town_store: Store) -> Iterator[Town]:
    """A fresh demo programme on SQLite."""
    assert town_store.engine.url.database
    shutil.copy(demo_file, town_store.engine.url.database)
    yield Town(town_store)
    town_store.close()


@pytest.fixture
async def slack_town(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack, over Socket Mode, in which nothing may go wrong unseen."""
    async with fresh(town_store, demo_file, "socket") as town:
        yield town
        town.untroubled()


@pytest.fixture(params=["socket", "http"])
async def slack_town_over_each(
    request: pytest.FixtureRequest, demo_file: Path, town_store: Store
) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack, over Socket Mode and over HTTP in turn."""
    async with fresh(town_store, demo_file, request.param) as town:
        yield town


@pytest.fixture
async def telegram_town(demo_file: Path, town_store: Store) -> AsyncIterator[TelegramTown]:
    """A fresh demo programme in Telegram, by long polling, in which nothing may go wrong unseen."""
    async with fresh_in_telegram(town_store, demo_file, "polling") as town:
        yield town
        town.untroubled()


@pytest.fixture(params=["polling", "webhook"])
async def telegram_town_over_each(
    request: pytest.FixtureRequest, demo_file: Path, town_store: Store
) -> AsyncIterator[TelegramTown]:
    """A fresh demo programme in Telegram, by long polling and behind a webhook in turn."""
    async with fresh_in_telegram(town_store, demo_file, request.param) as town:
        yield town
        town.untroubled()


@pytest.fixture
def postgres_town(postgres: PostgresServer, postgres_url: str) -> Iterator[Town]:
    """A fresh demo programme on PostgreSQL."""
    store = Store(postgres_url)
    invent(store)
    yield Town(store)
    store.close()


@pytest.fixture
def door(store: Store) -> Doorway:
    """The ways into the programme, on each kind of database in turn."""
    return Doorway(store)


@pytest.fixture
def anna(door: Doorway) -> SimulatedPerson:
    """Somebody in Slack, known by e-mail address."""
    return door.at(SLACK, "U1", door.person("Anna", email="anna@gov.example"))


@pytest.fixture
def phone(door: Doorway) -> SimulatedPerson:
    """The same one in Telegram, as far as the programme knows somebody else."""
    return door.at(TELEGRAM, "T1", door.person("A. Vos"))


@pytest.fixture
def tess(door: Doorway) -> SimulatedPerson:
    """A member of the programme team, in Slack."""
    return door.at(SLACK, "U-tess", door.team)


__all__ = ["Town"]
