"""Two processes on one PostgreSQL: one of them carries the letters, and the other takes over when it is gone."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest

import bot.app
from bot.app import App
from bot.delivery.leader import ROUND_SECONDS
from bot.schedule.clock import MovableClock
from flows.engine.policy import Rules
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from tests.scenarios.far_side import TEXTS, Recorder, add_person, compose

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECONDS = 30 * ROUND_SECONDS
"""Within which a standby has noticed that the office is free, on a very busy machine too."""


@dataclass(frozen=True)
class Process:
    """A whole bot with a far side of its own, so that we see who delivered what."""

    app: App
    slack: Recorder


@pytest.fixture(autouse=True)
def _with_words_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.app, "compose", compose)


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    opened = Store(postgres_url)
    yield opened
    opened.close()


@asynccontextmanager
async def running(url: str) -> AsyncIterator[Process]:
    """A started process, stopped in the end."""
    store, slack = Store(url), Recorder()
    app = App(store, MovableClock(base=lambda: NOW), Rules(), TEXTS, [slack])
    await app.start()
    try:
        yield Process(app, slack)
    finally:
        await app.stop()
        await asyncio.to_thread(store.close)


async def until(true: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait until it is true, and fail where that takes longer."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up
        await asyncio.sleep(0.02)


def put(store: Store, person: int, *subjects: int) -> None:
    with store.begin() as uow:
        for subject in subjects:
            outbox.put(uow, OutboxMessage(person, "hello", subject, {}, None, once="once"), now=NOW)


async def test_only_one_of_two_processes_delivers(store: Store, postgres_url: str) -> None:
    anna = add_person(store, "Anna", slack="U1")
    async with running(postgres_url) as first:
        await until(first.app.election.holds)
        async with running(postgres_url) as second:
            put(store, anna, *range(1, 21))
            second.app.wake()
            await until(lambda: len(first.slack.order) == 20)
            assert not second.app.election.holds()
            assert second.slack.order == []


async def test_the_other_takes_over_when_the_first_stops(store: Store, postgres_url: str) -> None:
    anna = add_person(store, "Anna", slack="U1")
    async with AsyncExitStack() as later:
        async with running(postgres_url) as first:
            await until(first.app.election.holds)
            second = await later.enter_async_context(running(postgres_url))
        put(store, anna, 1)
        await until(lambda: second.slack.order == [("U1", "hello 1")])
        assert first.slack.order == []


async def test_when_the_connection_of_the_first_dies_each_letter_still_arrives_once(
    store: Store, postgres_url: str
) -> None:
    anna = add_person(store, "Anna", slack="U1")
    async with running(postgres_url) as first, running(postgres_url) as second:
        await until(lambda: first.app.election.holds() or second.app.election.holds())
        await asyncio.to_thread(end_the_office, postgres_url)
        put(store, anna, *range(1, 6))
        await until(lambda: len(first.slack.order) + len(second.slack.order) == 5)
        await asyncio.sleep(ROUND_SECONDS)
        await until(lambda: first.app.election.holds() != second.app.election.holds())
        assert sorted(first.slack.order + second.slack.order) == [("U1", f"hello {n}") for n in range(1, 6)]


def end_the_office(url: str) -> None:
    """End the connection that holds the office, as a dying process would."""
    with psycopg.connect(url, autocommit=True) as server:
        holders = (
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        )
        assert server.execute(holders).fetchall() == [(True,)]
