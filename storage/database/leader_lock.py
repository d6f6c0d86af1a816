"""One of several processes on the same database is elected to lead, as in carrying the letters.

PostgreSQL holds the lock as an advisory lock of a connection that is kept for nothing else, and gives it up when that
connection ends (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS). So who dies loses it at
once; who hangs, or is cut off from the database, after ``SILENCE_SECONDS``. On SQLite there is one process, which holds
every lock.

A pooler between the bot and PostgreSQL has to keep a connection for one client (PgBouncer's session mode).
"""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Timer

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from storage.database.unit_of_work import Store

log = logging.getLogger(__name__)

SILENCE_SECONDS = 15
"""After so long without a word from the holder PostgreSQL ends its connection, and with it the lock."""

CONNECT_SECONDS = 5
"""How long a try waits for the database."""

ANSWER_SECONDS = 3.0
"""How long the holder waits for an answer. Then it gives the office up, well before PostgreSQL gives it to another."""

OFFICES = 7_032_022
"""Keeps our offices apart from other uses of advisory locks in the same database."""


class Election:
    """Stands for ``office``. Not to be used by two threads at a time."""

    def __init__(self, store: Store, office: str) -> None:
        self.unopposed = store.engine.dialect.name == "sqlite"
        """Whether nobody else can stand: the database serves one process."""
        self._engine = store.engine if self.unopposed else _engine_without_pool(store)
        self._office = office
        self._held: Connection | None = None

    def win(self) -> bool:
        """Take the office if it is free, or confirm that we still hold it; says whether we do.

        Raises SQLAlchemy's DBAPIError where the database cannot be reached; then we do not hold it.
        """
        return self.unopposed or self._confirmed() or self._taken()

    def resign(self) -> None:
        """Give the office up, if we hold it. The next to try gets it."""
        if self._held is not None:
            held, self._held = self._held, None
            held.close()

    def _confirmed(self) -> bool:
        if self._held is None:
            return False
        try:
            with _answered_soon(self._held):
                self._held.execute(text("SELECT 1"))
        except DBAPIError as lost:
            log.warning(
                "The office is lost: its connection to the database ended (%s)",
                type(lost.orig).__name__,
                extra={"action": "election.lost", "office": self._office},
            )
            self.resign()
            return False
        return True

    def _taken(self) -> bool:
        with ExitStack() as opened:
            connection = opened.enter_context(self._engine.connect())
            with _answered_soon(connection):
                connection.execute(text(f"SET idle_session_timeout = '{SILENCE_SECONDS}s'"))
                key = {"offices": OFFICES, "office": self._office}
                lock = text("SELECT pg_try_advisory_lock(:offices, hashtext(:office))")
                won = connection.execute(lock, key).scalar_one()
            if won:
                opened.pop_all()
                self._held = connection
        return bool(won)


def _engine_without_pool(store: Store) -> Engine:
    """Each connection is a new one, and closing it ends it: nobody else ever works on the one that holds an office."""
    return create_engine(
        store.engine.url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": CONNECT_SECONDS},
        hide_parameters=True,
    )


@contextmanager
def _answered_soon(connection: Connection) -> Iterator[None]:
    """Cut the connection where what is asked in this block has no answer in time; the asking then fails as lost.

    The driver itself waits for as long as the network keeps silent, which may be a quarter of an hour.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    # A socket of its own, so that the number of the driver's cannot mean another connection by the time of the cut.
    with socket.socket(fileno=os.dup(driver.fileno())) as line:
        cut = Timer(ANSWER_SECONDS, _cut, [line])
        cut.start()
        try:
            yield
        finally:
            cut.cancel()
            cut.join()


def _cut(line: socket.socket) -> None:
    # Where the far side was quicker to hang up there is nothing left to cut.
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
