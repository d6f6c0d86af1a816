"""Writing the catalogue: organisations, pools, topics, forms and templates, each known by its code."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from sqlmodel import SQLModel

from storage.models import (
    DialogueForm,
    Organisation,
    Pool,
    PoolMember,
    SeriesTemplate,
    TemplateSession,
    Topic,
)
from storage.programme.csv_files.bulk import Values, Writer, chunks
from storage.programme.csv_files.counts import Course, Tally
from storage.programme.csv_files.rows import OrganisationRow, Tables, TopicRow

Ids = dict[str, int]
_NOT_STORED_AS_THEY_ARE = frozenset({"line", "code", "parent", "organisations"})


class Catalogue:
    """Writes the catalogue and knows the id of every code in it afterwards, of those in no file too."""

    def __init__(self, writer: Writer, tables: Tables) -> None:
        self._writer = writer
        self._tables = tables
        self.tallies: dict[str, Tally] = {}
        self.organisations: Ids = {}
        self.topics: Ids = {}
        self.forms: Ids = {}

    def write(self, course: Course) -> None:
        """Bring the catalogue to what the files say, telling ``course`` of every file."""
        tables = self._tables
        self.organisations = self._write_coded("organisations", Organisation, {"parent_id": None, "path": ""})
        if tables.organisations:
            self._hang_organisations(tables.organisations)
        self.topics = self._write_coded("topics", Topic, {"parent_id": None})
        self._hang_topics(tables.topics)
        self.forms = self._write_coded("forms", DialogueForm)
        self._write_members(self._write_coded("pools", Pool))
        self._write_sessions(self._write_coded("templates", SeriesTemplate))
        for name in self.tallies:
            course.passed(getattr(tables, name))

    def _write_coded(self, name: str, model: type[SQLModel], at_first: Mapping[str, Any] | None = None) -> Ids:
        """Add and change rows known by their code, ``at_first`` filling columns that are settled afterwards."""
        rows = getattr(self._tables, name)
        tally = self.tallies[name] = Tally(len(rows))
        columns = _columns(rows[0]) if rows else []
        stored = {code: (id_, values) for id_, code, *values in self._writer.stored(model, ["id", "code", *columns])}
        new, changed = [], {}
        for row in rows:
            values = [getattr(row, column) for column in columns]
            if row.code not in stored:
                new.append({"code": row.code, **dict(at_first or {}), **dict(zip(columns, values, strict=True))})
            elif stored[row.code][1] != values:
                changed[stored[row.code][0]] = dict(zip(columns, values, strict=True))
                tally.changed.add(row.code)
        self._writer.update(model, "id", changed)
        tally.added.update(each["code"] for each in new)
        ids = {code: id_ for code, (id_, _) in stored.items()}
        for some in chunks(new):
            added = self._writer.insert_new(model, list(some))
            ids.update(zip((each["code"] for each in some), added, strict=True))
        return ids

    def _hang_organisations(self, rows: Iterable[OrganisationRow]) -> None:
        """Settle who is below whom, and every path, also of organisations that moved because one above them did."""
        stored = {
            id_: (parent, path) for id_, parent, path in self._writer.stored(Organisation, ["id", "parent_id", "path"])
        }
        parents = {id_: parent for id_, (parent, _) in stored.items()} | self._parents(rows, self.organisations)
        paths: dict[int, str] = {}
        changed: dict[int, Values] = {}
        for id_, parent in parents.items():
            path = _path(id_, parents, paths)
            if stored.get(id_) != (parent, path):
                changed[id_] = {"parent_id": parent, "path": path}
        self._tally_moved("organisations", self.organisations, changed)
        self._writer.update(Organisation, "id", changed)

    def _hang_topics(self, rows: Iterable[TopicRow]) -> None:
        stored = dict(self._writer.stored(Topic, ["id", "parent_id"]))
        changed: dict[int, Values] = {
            id_: {"parent_id": parent}
            for id_, parent in self._parents(rows, self.topics).items()
            if stored.get(id_) != parent
        }
        self._tally_moved("topics", self.topics, changed)
        self._writer.update(Topic, "id", changed)

    def _tally_moved(self, name: str, ids: Ids, changed: Mapping[int, Values]) -> None:
        in_file = (row.code for row in getattr(self._tables, name))
        self.tallies[name].changed.update(code for code in in_file if ids[code] in changed)

    def _parents(self, rows: Iterable[OrganisationRow | TopicRow], ids: Ids) -> dict[int, int | None]:
        return {ids[row.code]: ids[row.parent] if row.parent else None for row in rows}

    def _write_members(self, pools: Ids) -> None:
        rows = {pools[row.code]: row for row in self._tables.pools}
        wanted = {
            id_: frozenset((self.organisations[code],) for code in row.organisations) for id_, row in rows.items()
        }
        moved = self._writer.settle_links(PoolMember, "pool_id", ("organisation_id",), wanted)
        self.tallies["pools"].changed.update(rows[id_].code for id_ in moved)

    def _write_sessions(self, templates: Ids) -> None:
        rows = self._tables.template_sessions
        tally = self.tallies["template_sessions"] = Tally(len(rows))
        columns = ("theme_nl", "theme_en", "prompt_nl", "prompt_en")
        stored = {
            (template, position): values
            for template, position, *values in self._writer.stored(
                TemplateSession, ["template_id", "position", *columns]
            )
        }
        replaced, written = [], []
        for row in rows:
            key = templates[row.template], row.position
            values = [getattr(row, column) for column in columns]
            if stored.get(key) == values:
                continue
            place = {"template_id": key[0], "position": key[1]}
            written.append(place | dict(zip(columns, values, strict=True)))
            if key in stored:
                replaced.append(place)
            (tally.changed if key in stored else tally.added).add(f"{row.template} {row.position}")
        self._writer.delete(TemplateSession, replaced)
        self._writer.insert(TemplateSession, written)


def _columns(row: Any) -> list[str]:
    return [each.name for each in fields(row) if each.name not in _NOT_STORED_AS_THEY_ARE]


def _path(id_: int, parents: Mapping[int, int | None], paths: dict[int, str]) -> str:
    """The ids from the root down to ``id_``, as ``/1/4/9/``. ``paths`` remembers those already known."""
    way: list[int] = []
    at: int | None = id_
    while at is not None and at not in paths:
        way.append(at)
        at = parents[at]
    path = "/" if at is None else paths[at]
    for each in reversed(way):
        path = paths[each] = f"{path}{each}/"
    return path
