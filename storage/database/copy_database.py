"""Moving everything from one database to another, as from SQLite to PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select
from sqlmodel import SQLModel

from storage.database import schema
from storage.database.unit_of_work import Store

AT_ONCE = 1_000


class NotEmpty(Exception):
    """The database to copy to has rows already."""


def copy(source: Store, target: Store) -> dict[str, int]:
    """Copy every row of ``source`` to ``target``, in one transaction there; gives the number of rows by table.

    Both must have the version of the tables that this program needs. Raises NotEmpty when ``target`` has rows in any
    table, and schema.Unusable when one of the two cannot be used. ``source`` may not be written to meanwhile.
    """
    with _reading(source) as rows, schema.saying_why(target), target.engine.begin() as written:
        if any(_count(written, table) for table in _tables()):
            raise NotEmpty
        copied = {table.name: _copy_table(_read(source, rows, table), written, table) for table in _tables()}
        if target.engine.dialect.name == "postgresql":
            _go_on_counting(written)
    return copied


@contextmanager
def _reading(store: Store) -> Iterator[Connection]:
    with schema.saying_why(store), store.engine.execution_options(reading=True).connect() as connection:
        yield connection


def _tables() -> Sequence[Table]:
    """All tables, each after those that it refers to."""
    return SQLModel.metadata.sorted_tables


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _read(source: Store, rows: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    with schema.saying_why(source):
        yield from _batches(rows, table)


def _copy_table(batches: Iterator[Sequence[Row[Any]]], written: Connection, table: Table) -> int:
    copied = 0
    for batch in batches:
        written.execute(insert(table), [dict(row._mapping) for row in batch])  # noqa: SLF001  # its documented name
        copied += len(batch)
    return copied


def _batches(rows: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """The rows in batches; in a tree a batch is a level of it, so that no row comes before its parent."""
    parent = table.c.get("parent_id")
    if parent is None:
        yield from rows.execute(select(table)).partitions(AT_ONCE)
        return
    level = rows.execute(select(table).where(parent.is_(None))).all()
    while level:
        yield level
        above = [row.id for row in level]
        level = rows.execute(select(table).where(parent.in_(above))).all()


def _go_on_counting(connection: Connection) -> None:
    """Have PostgreSQL give new rows ids above those that came along."""
    for table in _tables():
        if "id" in table.c:
            highest = select(func.max(table.c.id)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))
