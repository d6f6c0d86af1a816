"""What goes wrong on our side, ordered by a test: a slow database, one that is away, a restart. And what it left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from flows.view import View
from handlers.inbound import Event
from handlers.slack import listeners, turns
from storage.unit_of_work import Store, UnitOfWork
from tests.slack.town import SlackTown

PASSING = {"inbox", "note"}
"""Tables of what was merely seen."""


def traces(store: Store) -> dict[str, int]:
    """How many rows stand in each table, without what was merely seen."""
    with store.read() as uow:
        tables = [table for name, table in SQLModel.metadata.tables.items() if name not in PASSING]
        return {table.name: uow.db.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def impatient(monkeypatch: pytest.MonkeyPatch, town: SlackTown) -> None:
    """A tenth of our patience, and less of Slack's too, so that tests of waiting take little time."""
    monkeypatch.setattr(turns, "READY_SOON", 0.03)
    monkeypatch.setattr(turns, "ANSWER_BY", 0.22)
    monkeypatch.setattr(listeners, "ANSWER_BY", 0.22)
    # Slack waits longer than we do by more than a busy machine takes for the rest.
    town.far.outward.patience = 0.8


def slow(monkeypatch: pytest.MonkeyPatch, town: SlackTown, seconds: float, times: int = 1_000) -> None:
    """Everything that anybody does takes so long, or the next few things."""
    answer, left = town.app.router.answer, [seconds] * times

    def slowly(event: Event) -> View | None:
        time.sleep(left.pop() if left else 0)
        return answer(event)

    monkeypatch.setattr(town.app.router, "answer", slowly)


@contextmanager
def database_away(monkeypatch: pytest.MonkeyPatch, store: Store) -> Iterator[None]:
    """Nothing can be read or written."""

    def refused() -> UnitOfWork:
        raise OperationalError("", {}, ConnectionError())

    with monkeypatch.context() as away:
        away.setattr(store, "begin", refused)
        away.setattr(store, "read", refused)
        yield
