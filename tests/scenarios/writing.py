"""Counts the transactions that may write, and what is written in those that should only look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, event

from storage.database.unit_of_work import Store


@dataclass
class Writes:
    """How many transactions were begun that hold the write lock."""

    begun: int = 0


@contextmanager
def counted(store: Store) -> Iterator[Writes]:
    """Counts while this block runs, in all threads."""
    writes = Writes()

    def begins(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading", False):
            writes.begun += 1

    event.listen(store.engine, "begin", begins)
    try:
        yield writes
    finally:
        event.remove(store.engine, "begin", begins)
