"""What goes wrong on our side, ordered by a test: a slow database, one that is away, a restart. And what it left."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from handlers.inbound.events import Event
from handlers.inbound.results import Result
from handlers.slack.events import http_endpoint, socket
from handlers.slack.interactions import interactions, listeners
from storage.database.unit_of_work import Store, UnitOfWork
from tests.slack import outward, trigger
from tests.slack.town import SlackTown

PASSING = {"inbox", "note"}
"""Tables of what was merely seen."""


def traces(store: Store) -> dict[str, int]:
    """How many rows stand in each table, without what was merely seen."""
    with store.read() as uow:
        tables = [table for name, table in SQLModel.metadata.tables.items() if name not in PASSING]
        return {table.name: uow.db.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


AGES = 120.0
"""Seconds that nothing takes, on the busiest machine too."""


def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lengthen every time limit, Slack's too: on a busy machine what takes a moment elsewhere may take seconds.

    Tests of what happens when things take too long say so themselves, and hold the work up (``held``).
    """
    monkeypatch.setattr(interactions, "READY_SOON", AGES / 4)
    for module in (interactions, listeners):
        monkeypatch.setattr(module, "ANSWER_BY", AGES / 2)
    stopping_takes(monkeypatch, AGES)
    monkeypatch.setattr(outward, "PATIENCE", AGES)
    monkeypatch.setattr(trigger, "LIVES", AGES)


def stopping_takes(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """How long what is under way may take when the bot stops; for bots that are made after this."""
    for module in (http_endpoint, listeners, socket):
        monkeypatch.setattr(module, "STOP_SECONDS", seconds)


def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a window is to show is waited for so shortly that a word of patience comes first, where that is held."""
    monkeypatch.setattr(interactions, "READY_SOON", 0.03)


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is what Slack is to be answered; Slack itself waits for as long as it takes."""
    hasty(monkeypatch)
    for module in (interactions, listeners):
        monkeypatch.setattr(module, "ANSWER_BY", 0.22)


class Held:
    """What people do, which is begun, and goes on when it is let go. A thread waits in the place of each."""

    def __init__(self) -> None:
        self._begun: list[None] = []
        self._free = threading.Event()

    @property
    def begun(self) -> int:
        """How many things came in."""
        return len(self._begun)

    def let_go(self) -> None:
        """Have it all done, and whatever comes after it at once."""
        self._free.set()

    def wait(self) -> None:
        """Wait to be let go."""
        self._begun.append(None)
        assert self._free.wait(AGES)


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch, town: SlackTown) -> Iterator[Held]:
    """Hold up every event until it is let go, at the latest at the end."""
    answer, hold = town.app.router.answer, Held()

    def when_free(event: Event, **how: Any) -> Result:
        hold.wait()
        return answer(event, **how)

    monkeypatch.setattr(town.app.router, "answer", when_free)
    try:
        yield hold
    finally:
        hold.let_go()


@contextmanager
def database_away(monkeypatch: pytest.MonkeyPatch, store: Store) -> Iterator[None]:
    """Have the database refuse every read and write."""

    def refused() -> UnitOfWork:
        raise OperationalError("", {}, ConnectionError())

    with monkeypatch.context() as away:
        away.setattr(store, "begin", refused)
        away.setattr(store, "read", refused)
        away.setattr(store, "look", refused)
        yield
