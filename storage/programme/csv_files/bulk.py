"""Bulk statements: many rows at a time, only those that differ, and none at all in a dry run."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam
from sqlmodel import SQLModel, and_, select

from storage.database.conflicts import Conflict
from storage.database.unit_of_work import UnitOfWork

# Below SQLite's 32,766 bound values a statement (its SQLITE_MAX_VARIABLE_NUMBER) and PostgreSQL's 65,535.
CHUNK = 2_000
Item = TypeVar("Item")
Values = dict[str, Any]
Links = Mapping[int, Collection[tuple[Any, ...]]]


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in order, CHUNK at a time."""
    for begin in range(0, len(items), CHUNK):
        yield items[begin : begin + CHUNK]


class Writer:
    """Writes through one unit of work. In a dry run it only reads, and new rows get ids below zero."""

    def __init__(self, uow: UnitOfWork, *, dry_run: bool = False) -> None:
        uow.flush()
        self._db = uow.db.connection()
        self._dry_run = dry_run
        self._invented = count(-1, -1)

    def stored(self, model: type[SQLModel], columns: Sequence[str]) -> Iterator[Any]:
        """Every row of a table, as tuples of these columns."""
        table = _table(model)
        yield from self._db.execute(select(*(table.c[name] for name in columns)))

    def stored_for(
        self, model: type[SQLModel], owner: str, ids: Sequence[int], columns: Sequence[str]
    ) -> Iterator[Any]:
        """The rows whose column ``owner`` is one of ``ids``, as tuples of the owner and these columns."""
        table = _table(model)
        for some in chunks([each for each in ids if each > 0]):
            wanted = select(table.c[owner], *(table.c[name] for name in columns)).where(table.c[owner].in_(some))
            yield from self._db.execute(wanted)

    def insert(self, model: type[SQLModel], rows: list[Values]) -> None:
        """Add rows that bring their own key."""
        if rows and not self._dry_run:
            self._db.execute(_table(model).insert(), rows)

    def insert_new(self, model: type[SQLModel], rows: list[Values]) -> list[int]:
        """Add rows and give their ids in the same order."""
        if not rows:
            return []
        if self._dry_run:
            return [next(self._invented) for _ in rows]
        table = _table(model)
        statement = table.insert().returning(table.c.id, sort_by_parameter_order=True)
        return list(self._db.execute(statement, rows).scalars())

    def update(self, model: type[SQLModel], key: str, rows: Mapping[int, Values]) -> None:
        """Change the rows with these keys. All ``rows`` name the same columns.

        Raises Conflict where one of them is gone: somebody has just turned out to be the same person as another.
        """
        if not rows or self._dry_run:
            return
        table = _table(model)
        columns = next(iter(rows.values()))
        statement = table.update().where(table.c[key] == bindparam("the_key"))
        statement = statement.values({name: bindparam(f"new_{name}") for name in columns})
        changed = self._db.execute(
            statement,
            [{"the_key": id_, **{f"new_{name}": value for name, value in row.items()}} for id_, row in rows.items()],
        )
        if changed.rowcount != len(rows):
            raise Conflict

    def delete(self, model: type[SQLModel], rows: list[Values]) -> None:
        """Remove the rows with these values. All ``rows`` name the same columns."""
        if not rows or self._dry_run:
            return
        table = _table(model)
        same = and_(*(table.c[name] == bindparam(f"old_{name}") for name in rows[0]))
        self._db.execute(
            table.delete().where(same), [{f"old_{name}": value for name, value in row.items()} for row in rows]
        )

    def settle_links(self, model: type[SQLModel], owner: str, columns: tuple[str, ...], wanted: Links) -> set[int]:
        """Make the rows of each owner in ``wanted`` exactly those told, by value. The owners for whom that changed."""
        have: dict[int, set[tuple[Any, ...]]] = {id_: set() for id_ in wanted}
        for id_, *values in self.stored_for(model, owner, list(wanted), columns):
            have[id_].add(tuple(values))
        changed = {id_ for id_, links in wanted.items() if set(links) != have[id_]}
        # Removed first: a stretch of hours that only closes later keeps its key.
        gone = [(id_, values) for id_ in changed for values in have[id_].difference(wanted[id_])]
        new = [(id_, values) for id_ in changed for values in set(wanted[id_]).difference(have[id_])]
        self.delete(model, [{owner: id_, **dict(zip(columns, values, strict=True))} for id_, values in sorted(gone)])
        self.insert(model, [{owner: id_, **dict(zip(columns, values, strict=True))} for id_, values in sorted(new)])
        return changed


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]
