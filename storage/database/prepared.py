"""Queries that are worked out once and then only asked: most of what people press asks the same few.

SQLAlchemy takes ten times as long to make a query, look up its text and find out what comes back as SQLite takes to
answer it. Here that is done once for each database; what is asked then goes to its driver. The rows that come back are
the session's own, as if it had read them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, overload

from sqlalchemy import BindParameter, Connection, Dialect, bindparam, inspect
from sqlalchemy import Select as SelectStatement
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel, select
from sqlmodel.sql.expression import Select, SelectOfScalar

Row = TypeVar("Row")
One = TypeVar("One")
Two = TypeVar("Two")
Three = TypeVar("Three")
Entity = TypeVar("Entity", bound=SQLModel)

_Change = Callable[[Any], Any] | None
"""How a value is changed on its way in or out, where it is."""


@dataclass(frozen=True)
class _Part:
    """What some neighbouring columns of a row are: an object of ``mapper``, or one value where that is None."""

    mapper: Mapper[Any] | None
    keys: tuple[str, ...]
    key_at: tuple[int, ...]
    first: int
    end: int


@dataclass(frozen=True)
class _Plan:
    """A statement in the words of one database, and what becomes of values. ``order`` is None where they have names."""

    text: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, object]
    into: Mapping[str, _Change]
    out: tuple[tuple[int, Callable[[Any], Any]], ...]
    parts: tuple[_Part, ...]

    def bound(self, values: Mapping[str, object]) -> Mapping[str, object] | tuple[object, ...]:
        given = {**self.fixed, **{name: _changed(self.into[name], value) for name, value in values.items()}}
        return given if self.order is None else tuple([given[name] for name in self.order])


class Prepared(Generic[Row]):
    """A query with a ``bindparam`` for all that differs from time to time; a unit of work asks it with their values.

    Its rows are whole objects, values, or rows of these. A list to compare with is a fixed one, or ``one_of``.
    ``changes`` tells whether it inserts, updates or deletes rows.
    """

    @overload
    def __init__(self: "Prepared[One]", statement: SelectOfScalar[One]) -> None: ...
    @overload
    def __init__(self: "Prepared[tuple[One, Two]]", statement: Select[One, Two]) -> None: ...
    @overload
    def __init__(self: "Prepared[tuple[One, Two, Three]]", statement: Select[One, Two, Three]) -> None: ...
    @overload
    def __init__(self: "Prepared[One]", statement: ReturningInsert[One]) -> None: ...
    @overload
    def __init__(self: "Prepared[Any]", statement: ReturningUpdate[Any] | SelectStatement[Any]) -> None: ...
    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self.changes: bool = statement.is_dml
        self._plans: dict[str, _Plan] = {}

    def asked(self, db: Session, connection: Connection, values: Mapping[str, object]) -> list[Row]:
        """The rows as they are now, with what changed in the session. Raises DBAPIError, as the session does."""
        db.flush()
        plan = self._plans.get(connection.dialect.name) or self._planned(connection.dialect)
        found = _fetched(connection, plan.text, plan.bound(values))
        if len(plan.parts) == 1:
            [part] = plan.parts
            return [_read(db, part, row) for row in _changed_rows(found, plan.out)]
        return [tuple([_read(db, part, row) for part in plan.parts]) for row in _changed_rows(found, plan.out)]  # type: ignore[misc]  # the overloads say what a row is

    def renew(self, db: Session, connection: Connection, values: Mapping[str, object], row: SQLModel) -> None:
        """Have an object that the session knows be as its row is now. The query gives that row and nothing else."""
        db.flush()
        plan = self._plans.get(connection.dialect.name) or self._planned(connection.dialect)
        [found] = _changed_rows(_fetched(connection, plan.text, plan.bound(values)), plan.out)
        for key, value in zip(plan.parts[0].keys, found, strict=True):
            set_committed_value(row, key, value)

    def _planned(self, dialect: Dialect) -> _Plan:
        plan = self._plans[dialect.name] = _plan(self._statement, dialect)
        return plan


def identity(model: type[SQLModel], key: object) -> Any:
    """What the session knows the row with this key by."""
    return _mapper(model).identity_key_from_primary_key((key,))


@cache
def by_key(model: type[Entity]) -> Prepared[Entity]:
    """The query for the row whose key is the value of ``key``; the model's key is one column."""
    [column] = _mapper(model).primary_key
    return Prepared(select(model).where(column == bindparam("key")))


_STEP = 8


def these(ids: Iterable[int]) -> dict[str, int]:
    """Ids as values for a query with ``one_of``: the last one more than once, so that there are a few sizes only."""
    given = list(ids)
    given += given[-1:] * (-len(given) % _STEP)
    return {f"one{number}": one for number, one in enumerate(given)}


def one_of(many: int) -> list[BindParameter[int]]:
    """What to compare with in a query for so many of ``these``."""
    return [bindparam(f"one{number}") for number in range(many)]


@cache
def _mapper(model: type[SQLModel]) -> Mapper[Any]:
    found: Mapper[Any] = inspect(model)
    return found


def _plan(statement: Any, dialect: Dialect) -> _Plan:
    columns: list[Any] = []
    if isinstance(statement, SelectStatement):
        parts = tuple(_parts(statement.column_descriptions, columns))
        statement = statement.with_only_columns(*columns)
    else:
        parts = tuple(_parts(statement.returning_column_descriptions, columns))
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    expanded = compiled.construct_expanded_state(dict.fromkeys(compiled.params) | _known(compiled))
    into = {name: _into(bind.type, dialect) for bind, name in compiled.bind_names.items()} | dict(expanded.processors)
    known = {name: value for name, value in expanded.parameters.items() if value is not None}
    fixed = {name: _changed(into.get(name), value) for name, value in known.items()}
    out = [(at, _out(column.type, dialect)) for at, column in enumerate(columns)]
    order = tuple(expanded.positiontup) if expanded.positiontup is not None else None
    return _Plan(expanded.statement, order, fixed, into, tuple((at, how) for at, how in out if how), parts)


def _known(compiled: SQLCompiler) -> dict[str, object]:
    return {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}


def _parts(described: Sequence[Any], columns: list[Any]) -> Iterator[_Part]:
    """What each thing that is selected becomes; its columns are added to ``columns``."""
    for one in described:
        first = len(columns)
        if one["expr"] is not one.get("entity"):
            columns.append(one["expr"])
            yield _Part(None, (), (), first, first + 1)
            continue
        mapper = inspect(one["entity"])
        keys = tuple(attribute.key for attribute in mapper.column_attrs)
        columns += [mapper.column_attrs[key].expression for key in keys]
        key_at = tuple(first + keys.index(mapper.get_property_by_column(key).key) for key in mapper.primary_key)
        yield _Part(mapper, keys, key_at, first, len(columns))


def _into(kind: TypeEngine[Any], dialect: Dialect) -> _Change:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out(kind: TypeEngine[Any], dialect: Dialect) -> _Change:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _changed(how: _Change, value: object) -> object:
    return how(value) if how else value


def _fetched(connection: Connection, text: str, bound: Any) -> Sequence[Sequence[Any]]:
    driver = connection.dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, bound)
        return cursor.fetchall()
    except driver.Error as error:
        raise DBAPIError(text, None, error, hide_parameters=True) from error
    finally:
        cursor.close()


def _changed_rows(
    rows: Sequence[Sequence[Any]], out: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Iterator[Sequence[Any]]:
    for row in rows:
        values = list(row)
        for at, how in out:
            values[at] = how(values[at])
        yield values


def _read(db: Session, part: _Part, row: Sequence[Any]) -> Any:
    if part.mapper is None:
        return row[part.first]
    identity = part.mapper.identity_key_from_primary_key(tuple([row[at] for at in part.key_at]))
    # A row that the session has read already is the same object, as it is in this transaction.
    return db.identity_map.get(identity) or _loaded(db, part, identity, row)


def _loaded(db: Session, part: _Part, identity: Any, row: Sequence[Any]) -> SQLModel:
    """A new object of the session that is as its row is."""
    assert part.mapper is not None
    found: SQLModel = part.mapper.class_manager.new_instance()
    state = inspect(found)
    state.dict.update(zip(part.keys, row[part.first : part.end], strict=True))
    # What the session's own loader does. ``Session.add`` looks for whom to take along, which costs more than the rest.
    state.key, state.session_id = identity, db.hash_key
    db.identity_map.add(state)
    return found
