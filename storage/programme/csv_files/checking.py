"""What is wrong with lines only when they are held against each other and against the database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel, select

from storage.database.unit_of_work import UnitOfWork
from storage.models import Address, DialogueForm, Organisation, Person, Pool, SeriesTemplate, Topic
from storage.people.addresses import Shapes
from storage.programme.csv_files.bad_lines import BadCell, BadLine
from storage.programme.csv_files.rows import OrganisationRow, PersonRow, Tables, TopicRow

_CODED: dict[str, type[SQLModel]] = {
    "organisations": Organisation,
    "pools": Pool,
    "topics": Topic,
    "forms": DialogueForm,
    "templates": SeriesTemplate,
}
_REFERENCES = (
    ("organisations", "parent", "organisations"),
    ("pools", "organisations", "organisations"),
    ("topics", "parent", "topics"),
    ("template_sessions", "template", "templates"),
    ("facilitators", "unit", "organisations"),
    ("facilitators", "forms", "forms"),
    ("facilitators", "topics", "topics"),
    ("practice_builders", "unit", "organisations"),
    ("practice_builders", "organisations", "organisations"),
    ("programme_team", "unit", "organisations"),
)

_CELLS: dict[object, str] = {True: "ja", False: "nee"}


def check(tables: Tables, uow: UnitOfWork, shapes: Shapes) -> list[BadLine]:
    """Everything that must be put right before ``tables`` can be imported here, by file and line; empty when nothing.

    ``shapes`` has the channels that there are, and how people's addresses look there. Writes nothing.
    """
    bad = [
        *tables.bad,
        *_unknown_codes(tables, uow),
        *_cycles(tables, uow),
        *_other_kinds(tables, uow),
        *_positions(tables, uow),
        *_people_who_differ(tables),
        *_addresses(tables, uow, shapes),
    ]
    return sorted(bad, key=lambda line: (line.file, line.line))


def _unknown_codes(tables: Tables, uow: UnitOfWork) -> Iterator[BadLine]:
    known = {
        name: frozenset(uow.db.exec(select(model.code)))  # type: ignore[attr-defined]
        | tables.keys.get(name, frozenset())
        | {row.code for row in getattr(tables, name)}
        for name, model in _CODED.items()
    }
    near = {name: {code.casefold(): code for code in sorted(codes)} for name, codes in known.items()}
    for name, column, target in _REFERENCES:
        for row in getattr(tables, name):
            for code in _as_codes(getattr(row, column)):
                if code not in known[target]:
                    yield _unknown(f"{name}.csv", row.line, column, code, target, near[target].get(code.casefold()))


def _as_codes(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _unknown(file: str, line: int, column: str, code: str, target: str, near: str | None) -> BadLine:
    values: dict[str, object] = {"text": code, "file": f"{target}.csv"}
    if near is None:
        return BadLine(file, line, column, "import.unknown_code", values)
    return BadLine(file, line, column, "import.unknown_code_near", values | {"near": near})


@dataclass(frozen=True)
class _Tree:
    """A tree as it will be: the file's lines over what the database has."""

    name: str
    rows: dict[str, OrganisationRow | TopicRow]
    parents: dict[str, str | None]

    @classmethod
    def of(cls, name: str, rows: Iterable[OrganisationRow | TopicRow], model: Any, uow: UnitOfWork) -> "_Tree":
        stored = uow.db.exec(select(model.id, model.code, model.parent_id)).all()
        codes = {id_: code for id_, code, _ in stored}
        parents: dict[str, str | None] = {code: codes.get(parent) for _, code, parent in stored}
        by_code = {row.code: row for row in rows}
        return cls(name, by_code, parents | {code: row.parent for code, row in by_code.items()})

    def cycle_from(self, code: str, sound: set[str]) -> list[str]:
        """The codes of a circle one comes to going up from ``code``; none when one comes to a root."""
        way: dict[str, None] = {}
        at: str | None = code
        while at is not None and at not in sound:
            if at in way:
                circle = list(way)
                return circle[circle.index(at) :]
            way[at] = None
            at = self.parents.get(at)
        sound.update(way)
        return []


def _trees(tables: Tables, uow: UnitOfWork) -> tuple[_Tree, _Tree]:
    return (
        _Tree.of("organisations.csv", tables.organisations, Organisation, uow),
        _Tree.of("topics.csv", tables.topics, Topic, uow),
    )


def _cycles(tables: Tables, uow: UnitOfWork) -> Iterator[BadLine]:
    for tree in _trees(tables, uow):
        sound: set[str] = set()
        for code in tree.rows:
            circle = tree.cycle_from(code, sound)
            if not circle:
                continue
            sound.update(circle)
            row = next(tree.rows[each] for each in circle if each in tree.rows)
            shown = " → ".join([*circle, circle[0]])
            yield BadLine(tree.name, row.line, "parent", "import.cycle", {"chain": shown})


def _other_kinds(tables: Tables, uow: UnitOfWork) -> Iterator[BadLine]:
    kinds = dict(uow.db.exec(select(Topic.code, Topic.kind)).all()) | {row.code: row.kind for row in tables.topics}
    for row in tables.topics:
        above = kinds.get(row.parent or "", row.kind)
        if above != row.kind:
            values: dict[str, object] = {"text": str(row.kind), "parent": row.parent, "other": str(above)}
            yield BadLine("topics.csv", row.line, "kind", "import.other_kind", values)


def _positions(tables: Tables, uow: UnitOfWork) -> Iterator[BadLine]:
    most = dict(uow.db.exec(select(SeriesTemplate.code, SeriesTemplate.sessions_max)).all())
    most |= {row.code: row.sessions_max for row in tables.templates}
    for row in tables.template_sessions:
        if row.position > most.get(row.template, row.position):
            values: dict[str, object] = {"text": row.position, "highest": most[row.template]}
            yield BadLine("template_sessions.csv", row.line, "position", "import.position_too_high", values)


def _people_who_differ(tables: Tables) -> Iterator[BadLine]:
    """A person who stands in two files must be the same in both, or importing twice would change them twice."""
    first: dict[tuple[str, str], tuple[str, PersonRow]] = {}
    for file, rows in tables.people().items():
        for row in rows:
            for column in ("name", "unit", "language", "left"):
                said = getattr(row, column)
                if said is None:
                    continue
                other_file, other = first.setdefault((row.email, column), (file, row))
                there = getattr(other, column)
                if there != said:
                    values: dict[str, object] = {
                        "text": _CELLS.get(said, said), "other": _CELLS.get(there, there),
                        "file": f"{other_file}.csv", "line": other.line,
                    }  # fmt: skip
                    yield BadLine(f"{file}.csv", row.line, column, "import.person_differs", values)


def _addresses(tables: Tables, uow: UnitOfWork, shapes: Shapes) -> Iterator[BadLine]:
    if not any(row.addresses for rows in tables.people().values() for row in rows):
        return
    stored = select(Address.channel, Address.address, Person.email).join(Person)
    owners = {(channel, address): email for channel, address, email in uow.db.exec(stored)}
    for file, rows in tables.people().items():
        for row in rows:
            for channel, address in row.addresses:
                fault = _no_place(channel, address, shapes)
                if fault is None and owners.setdefault((channel, address), row.email) != row.email:
                    fault = BadCell("import.address_taken", text=f"{channel}:{address}")
                if fault is not None:
                    yield BadLine(f"{file}.csv", row.line, "addresses", fault.key, fault.filling)


def _no_place(channel: str, address: str, shapes: Shapes) -> BadCell | None:
    """Why nobody can be reached there, whoever it is; None where somebody can."""
    if channel not in shapes:
        return BadCell("import.unknown_channel", text=channel, channels=", ".join(sorted(shapes)))
    if not shapes[channel].fits(address):
        return BadCell("import.nobodys_address", text=address, channel=channel, example=shapes[channel].example)
    return None
