"""One transaction: everything in it is kept together, or nothing of it is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session, SQLModel

from storage.database.conflicts import translated
from storage.database.engine import disk_under, open_engine, turn_to_write
from storage.database.prepared import Prepared, by_key, identity

Row = TypeVar("Row", bound=SQLModel)
Found = TypeVar("Found")


class WouldWrite(Exception):
    """Something is to be changed in a unit of work that only looks."""


class _LookingSession(Session):
    """Refuses, before anything of it reaches the database, what a session would write. Raises WouldWrite."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        if self.new or self.deleted or any(self.is_modified(row) for row in self.dirty):
            raise WouldWrite
        super().flush(objects)


@event.listens_for(_LookingSession, "do_orm_execute")
def _refuse_changes(asked: ORMExecuteState) -> None:
    if asked.is_insert or asked.is_update or asked.is_delete:
        raise WouldWrite


class UnitOfWork:
    """A running transaction. ``db`` is for the queries in this room; flows use the queries and these verbs.

    ``to_do`` tells whether it leaves something for who waits for it: a letter, or something due.
    """

    def __init__(self, db: Session, *, writes: bool = True) -> None:
        self.db = db
        self.to_do = False
        self._writes = writes
        # The session forgets a row as soon as nobody holds it, and would then read it once more.
        self._kept: list[Any] = []
        self._connection: Connection | None = None

    def ask(self, query: Prepared[Found], **values: object) -> list[Found]:
        """The rows of a prepared query, for these values of its parameters."""
        if query.changes and isinstance(self.db, _LookingSession):
            raise WouldWrite
        found = query.asked(self.db, self.connection, values)
        self._kept.append(found)
        return found

    def first(self, query: Prepared[Found], **values: object) -> Found | None:
        """The first row of a prepared query, or None."""
        found = self.ask(query, **values)
        return found[0] if found else None

    @property
    def connection(self) -> Connection:
        """The connection of this transaction."""
        if self._connection is None:
            self._connection = self.db.connection()
        return self._connection

    def add(self, row: Row) -> Row:
        """Store a new row and give it back with its id."""
        self.db.add(row)
        self.db.flush()
        return row

    def add_all(self, rows: list[Row]) -> None:
        """Store new rows, without waiting for their ids."""
        self.db.add_all(rows)

    def get(self, model: type[Row], key: object) -> Row:
        """The row with this key. Raises LookupError where there is none."""
        row = self.find(model, key)
        if row is None:
            raise LookupError(f"no {model.__name__} {key}")
        return row

    def find(self, model: type[Row], key: object) -> Row | None:
        """The row with this key, or None."""
        if not isinstance(key, int) or identity(model, key) in self.db.identity_map:
            return self._keep(self.db.get(model, key))
        return self.first(by_key(model), key=key)

    def lock(self, model: type[Row], key: object) -> Row:
        """The row as it is now, held until this transaction ends. Raises LookupError where there is none.

        On SQLite every writer holds the one write lock already; PostgreSQL locks the row alone. Readers hold up no
        writer.
        """
        if identity(model, key) not in self.db.identity_map and not (self._writes and self._locks_rows):
            return self.get(model, key)
        self.db.flush()
        held = {"key_share": True} if self._writes else None
        row = self._keep(self.db.get(model, key, with_for_update=held, populate_existing=True))
        if row is None:
            raise LookupError(f"no {model.__name__} {key}")
        return row

    def wait_at_most(self, time: timedelta) -> None:
        """Raise Conflict from now on, rather than wait longer for a row that another transaction holds.

        It changes nothing on SQLite: who writes there holds the whole database, and waited before this transaction.
        """
        if self._locks_rows:
            # Zero would mean for ever.
            milliseconds = max(1, int(time / timedelta(milliseconds=1)))
            self.connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")

    def renew(self, row: SQLModel) -> None:
        """Have this object be as its row is now, after a statement that went past it. Its key is one column."""
        [key] = inspect(type(row)).primary_key_from_instance(row)
        by_key(type(row)).renew(self.db, self.connection, {"key": key}, row)

    def delete(self, row: SQLModel) -> None:
        """Remove a row when the transaction commits."""
        self.db.delete(row)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """When this block raises, what was done in it is undone; what came before it stays."""
        with self.db.begin_nested():
            yield

    def flush(self) -> None:
        """Send what changed to the database now, so that queries and constraints see it."""
        self.db.flush()

    @property
    def _locks_rows(self) -> bool:
        return self.connection.dialect.name != "sqlite"

    def _keep(self, row: Row | None) -> Row | None:
        self._kept.append(row)
        return row


class Store:
    """The database. Hands out units of work; safe to share between threads.

    ``is_shared``: other processes may be at work in it as well.
    """

    def __init__(self, url: str) -> None:
        self.engine: Engine = open_engine(url)
        self.is_shared = self.engine.dialect.name != "sqlite"
        self._turn = turn_to_write(self.engine)
        self._disk = disk_under(self.engine)
        self._reading = self.engine.execution_options(reading=True)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A transaction that may write: committed at the end of the block, undone when the block raises.

        Raises Conflict when others got in its way; then the same may work a moment later.
        """
        with translated(), self._turn, Session(self.engine, expire_on_commit=False) as db, db.begin():
            yield UnitOfWork(db)
        if self._disk is not None:
            # Others may go on meanwhile: what they do on top of this gets to the disk after it.
            self._disk.reach()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A consistent look without the write lock. What is changed in it is thrown away."""
        with Session(self._reading, expire_on_commit=False) as db:
            # Closing undoes what was changed, and leaves the rows that were read as they were read.
            yield UnitOfWork(db, writes=False)

    @contextmanager
    def look(self) -> Iterator[UnitOfWork]:
        """Like ``read``, for what is to change nothing. Raises WouldWrite where it does, and nothing is changed."""
        with _LookingSession(self._reading, expire_on_commit=False) as db:
            yield UnitOfWork(db, writes=False)
            db.flush()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
