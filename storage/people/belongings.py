"""Which columns say whose a row is. They are found in the tables themselves, so a table made tomorrow comes along."""

from functools import cache
from typing import Any

from sqlalchemy import Column
from sqlmodel import SQLModel

from storage.database.bulk_statements import table_of
from storage.models import Draft, Facilitator, Person, PracticeBuilder

_APART = (table_of(Facilitator), table_of(PracticeBuilder), table_of(Draft))
"""Those that say it otherwise: a role is never somebody else's, and a draft says from which account it was begun."""
WITH_ROLE = frozenset({"invitation.made_by", "invitation_proposal.proposed_by"})
"""What only somebody with a role makes: it goes to nobody who has none."""


@cache
def columns() -> tuple[Column[Any], ...]:
    """Every column in which anybody who has no role can stand, by the order of the tables."""
    person = table_of(Person).c.id
    tables = (table for table in SQLModel.metadata.sorted_tables if table not in _APART)
    return tuple(column for table in tables for column in table.c if column.references(person))


@cache
def of_table(table: str) -> tuple[Column[Any], ...]:
    """Those of one table, those first that say who made a row."""
    return tuple(
        sorted((one for one in columns() if one.table.name == table), key=lambda one: place(one) not in WITH_ROLE)
    )


def place(column: Column[Any]) -> str:
    """The name under which a column is kept: its table and its own, as in "request.requester_id"."""
    return f"{column.table.name}.{column.name}"


def key_of(column: Column[Any]) -> Column[Any]:
    """The key of the column's table, which is one whole number."""
    [key] = column.table.primary_key
    return key


def at(name: str) -> Column[Any]:
    """The column that ``place`` gave this name. Raises KeyError for a table or column that is gone."""
    table, _, column = name.partition(".")
    return SQLModel.metadata.tables[table].c[column]
