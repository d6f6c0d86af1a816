"""Writing the programme back to the files it can be imported from."""

import csv
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel, col, select

from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    Address,
    Away,
    DialogueForm,
    Facilitator,
    FacilitatorForm,
    FacilitatorLanguage,
    FacilitatorPlace,
    FacilitatorTopic,
    Organisation,
    Person,
    Pool,
    PoolMember,
    PracticeBuilder,
    SeriesTemplate,
    TemplateSession,
    Topic,
    WeeklyHours,
)
from storage.programme.csv_files.cells import make_safe
from storage.programme.csv_files.hours import Stretch, write_hours
from storage.programme.csv_files.layouts import LAYOUTS
from storage.programme.demo_guard import DEMO_CHANNEL

Line = dict[str, object]
# Readable by whoever exported and nobody else: the files hold names and e-mail addresses.
_ONLY_MINE = 0o600


@dataclass(frozen=True)
class Exported:
    """How many lines each file has, by its name without ".csv".

    ``left_out`` counts the people without an e-mail address, by which an import would know them.
    """

    lines: dict[str, int]
    left_out: int


def export(uow: UnitOfWork, folder: Path, *, delimiter: str = ";") -> Exported:
    """Write every file that ``import_folder`` reads into ``folder``, over what is there. Importing it changes nothing.

    Only the catalogue and the people with a role in it: no requesters, nothing of any conversation. UTF-8 with a BOM
    and ``;`` between the cells is what a Dutch spreadsheet opens as a table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = _Source(uow, "|" if delimiter == ";" else ";")
    lines = {}
    for layout in LAYOUTS:
        columns = [column.name for column in layout.columns]
        lines[layout.name] = _write(folder / f"{layout.name}.csv", columns, source.lines(layout.name), delimiter)
    return Exported(lines, source.left_out)


def _write(path: Path, columns: list[str], lines: Iterable[Line], delimiter: str) -> int:
    written = 0
    with open(path, "w", encoding="utf-8-sig", newline="", opener=_open_private) as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        for line in lines:
            writer.writerow([_cell(line[column]) for column in columns])
            written += 1
    return written


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, _ONLY_MINE)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return "" if value is None else make_safe(str(value))


class _Source:
    """The lines of every file as the database has them."""

    def __init__(self, uow: UnitOfWork, separator: str) -> None:
        self._db = uow.db
        self._separator = separator
        self._spaced = f"{separator} " if separator == ";" else f" {separator} "
        self._organisations = self._codes(Organisation)
        self._people: dict[int, Line] = {}
        self.left_out = 0

    def lines(self, name: str) -> Iterator[Line]:
        """The lines of the file with this name."""
        writers: dict[str, Callable[[], Iterator[Line]]] = {
            "organisations": lambda: self._tree(Organisation),
            "pools": self._pools,
            "topics": lambda: self._tree(Topic),
            "forms": lambda: (row.model_dump() for row in self._by_id(DialogueForm)),
            "templates": lambda: (row.model_dump() for row in self._by_id(SeriesTemplate)),
            "template_sessions": self._template_sessions,
            "facilitators": self._facilitators,
            "practice_builders": self._practice_builders,
            "programme_team": self._programme_team,
        }
        return writers[name]()

    def _by_id(self, model: Any) -> Sequence[Any]:
        return self._db.exec(select(model).order_by(model.id)).all()

    def _codes(self, model: Any) -> dict[int | None, str]:
        return dict(self._db.exec(select(model.id, model.code)).all())

    def _tree(self, model: type[SQLModel]) -> Iterator[Line]:
        codes = self._codes(model)
        for row in self._by_id(model):
            yield {**row.model_dump(), "parent": codes.get(row.parent_id)}

    def _pools(self) -> Iterator[Line]:
        members = self._lists(PoolMember.pool_id, PoolMember.organisation_id, self._organisations.__getitem__)
        for row in self._by_id(Pool):
            yield {**row.model_dump(), "organisations": members[row.id]}

    def _template_sessions(self) -> Iterator[Line]:
        codes = self._codes(SeriesTemplate)
        in_order = select(TemplateSession).order_by(col(TemplateSession.template_id), col(TemplateSession.position))
        for row in self._db.exec(in_order):
            yield {**row.model_dump(), "template": codes[row.template_id]}

    def _lists(self, owner: Any, item: Any, shown: Callable[[Any], str]) -> defaultdict[int, str]:
        """The cell of every owner's list."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for id_, value in self._db.exec(select(owner, item).order_by(owner, item)):
            found[id_].append(shown(value))
        return defaultdict(str, {id_: self._separator.join(items) for id_, items in found.items()})

    def _hours(self) -> defaultdict[int, str]:
        found: defaultdict[int, list[Stretch]] = defaultdict(list)
        for row in self._db.exec(select(WeeklyHours)):
            found[row.facilitator_id].append(Stretch(row.weekday, row.opens, row.closes))
        return defaultdict(str, {id_: write_hours(each, self._spaced) for id_, each in found.items()})

    def _away(self) -> defaultdict[int, str]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        in_order = select(col(Away.facilitator_id), col(Away.first_day), col(Away.last_day)).order_by(
            col(Away.first_day)
        )
        for id_, first, last in self._db.exec(in_order):
            found[id_].append(f"{first}/{last}")
        return defaultdict(str, {id_: self._separator.join(each) for id_, each in found.items()})

    def _everybody(self) -> dict[int, Line]:
        """What every file about people says of them, by id and in the order of their e-mail addresses."""
        if not self._people:
            addresses = self._addresses()
            for row in self._db.exec(select(Person).order_by(col(Person.email))):
                self._people[row.id] = {
                    "email": row.email, "name": row.name, "language": row.language,
                    "unit": self._organisations.get(row.unit_id), "addresses": addresses[row.id],
                    "left": not row.active,
                }  # fmt: skip
        return self._people

    def _addresses(self) -> defaultdict[int, str]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        # What can still be taken apart is not written down: importing it would join it anew, without a question.
        stored = select(Address).where(Address.channel != DEMO_CHANNEL, col(Address.joined_id).is_(None))
        for row in self._db.exec(stored.order_by(col(Address.preferred).desc(), col(Address.id))):
            found[row.person_id].append(f"{row.channel}:{row.address}")
        return defaultdict(str, {id_: self._separator.join(each) for id_, each in found.items()})

    def _known_by_email(self, roles: dict[int, Line]) -> Iterator[Line]:
        for id_, person in self._everybody().items():
            if id_ in roles and person["email"] is None:
                self.left_out += 1
            elif id_ in roles:
                yield {**person, **roles[id_]}

    def _facilitators(self) -> Iterator[Line]:
        forms, topics = self._codes(DialogueForm), self._codes(Topic)
        lists = {
            "forms": self._lists(FacilitatorForm.facilitator_id, FacilitatorForm.form_id, forms.__getitem__),
            "topics": self._lists(FacilitatorTopic.facilitator_id, FacilitatorTopic.topic_id, topics.__getitem__),
            "languages": self._lists(FacilitatorLanguage.facilitator_id, FacilitatorLanguage.language, str),
            "places": self._lists(FacilitatorPlace.facilitator_id, FacilitatorPlace.place, str),
            "hours": self._hours(),
            "away": self._away(),
        }
        profiles = self._db.exec(select(Facilitator))
        roles: dict[int, Line] = {
            row.person_id: {**row.model_dump(), **{name: cells[row.person_id] for name, cells in lists.items()}}
            for row in profiles
        }
        return self._known_by_email(roles)

    def _practice_builders(self) -> Iterator[Line]:
        owner, item = PracticeBuilder.person_id, PracticeBuilder.organisation_id
        lists = self._lists(owner, item, self._organisations.__getitem__)
        return self._known_by_email({id_: {"organisations": cell, "active": True} for id_, cell in lists.items()})

    def _programme_team(self) -> Iterator[Line]:
        members = self._db.exec(select(Person.id).where(col(Person.programme_team)))
        return self._known_by_email({id_: {"active": True} for id_ in members})
