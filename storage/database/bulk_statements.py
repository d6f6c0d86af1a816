"""Statements that handle many rows without making an object of each, for SQLite and PostgreSQL alike."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Delete, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from storage.database.unit_of_work import UnitOfWork

Insert = postgresql.Insert | sqlite.Insert


def table_of(model: type[SQLModel]) -> Table:
    """The model's table."""
    table: Any = model.__table__  # type: ignore[attr-defined]  # SQLModel adds it without telling the type checker
    assert isinstance(table, Table)
    return table


def insert(uow: UnitOfWork, model: type[SQLModel]) -> Insert:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, for this database."""
    return insert_into(uow.connection.dialect.name, model)


def insert_into(database: str, model: type[SQLModel]) -> Insert:
    """The same for a database by its dialect's name, for a statement that is made once."""
    return sqlite.insert(table_of(model)) if database == "sqlite" else postgresql.insert(table_of(model))


def count(uow: UnitOfWork, statement: Insert | Update | Delete, values: Mapping[str, object] | None = None) -> int:
    """Carry out a statement, an INSERT perhaps with the ``values`` of its row; gives how many rows it touched."""
    result = uow.db.execute(statement, values, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)
    return result.rowcount
