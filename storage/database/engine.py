"""Opening the database: SQLite for one process, PostgreSQL for many."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import RLock

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from storage.database.wal_sync import Disk

BUSY_SECONDS = 30
"""How long a writer waits for SQLite's one write lock before it gives up."""

CONNECTIONS = 20
"""So many stay open. One more is opened for what it is needed for alone, which reads the whole schema each time."""
STATEMENTS = 500
"""So many statements each SQLite connection keeps ready: more than the bot has."""


def open_engine(url: str) -> Engine:
    """An engine for ``url`` (``sqlite:///file.db`` or ``postgresql://…``), set up for many threads."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def turn_to_write(engine: Engine) -> AbstractContextManager[object]:
    """What a writer of this process holds from before its transaction until after it.

    SQLite has one write lock, and who finds it taken looks again after a sleep, up to 100 ms long, in which the lock is
    mostly free. A lock of our own is handed over at once. Other processes still meet at SQLite's.
    """
    # Reentrant, so that a second transaction in the same thread fails after BUSY_SECONDS and does not hang.
    return RLock() if engine.dialect.name == "sqlite" else nullcontext()


def disk_under(engine: Engine) -> Disk | None:
    """Where a commit still has to go, or None where the database sees to that."""
    file = engine.url.database
    return Disk(Path(f"{file}-wal")) if engine.dialect.name == "sqlite" and file else None


def _open_sqlite(url: str) -> Engine:
    at_hand = {"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": STATEMENTS}
    # A database in memory is its one connection's own.
    kept = {"pool_size": CONNECTIONS, "max_overflow": CONNECTIONS} if make_url(url).database else {}
    engine = create_engine(url, connect_args=at_hand, hide_parameters=True, **kept)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own implicit BEGIN is deferred and comes too late; ours is explicit, in _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails with SQLITE_BUSY_SNAPSHOT when another wrote
    # in between, and no busy timeout helps. Taking the write lock at once makes writers queue instead.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
