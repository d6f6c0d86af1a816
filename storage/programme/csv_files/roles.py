"""Writing what people do: facilitators with their profile, practice builders with their organisations, the team."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import SQLModel

from storage.models import (
    Away,
    Facilitator,
    FacilitatorForm,
    FacilitatorLanguage,
    FacilitatorPlace,
    FacilitatorTopic,
    PracticeBuilder,
    WeeklyHours,
)
from storage.programme.csv_files.bulk import Values, Writer, chunks
from storage.programme.csv_files.catalogue import Catalogue
from storage.programme.csv_files.counts import Course, Tally
from storage.programme.csv_files.people import People
from storage.programme.csv_files.rows import FacilitatorRow, PracticeBuilderRow, Tables, TeamMemberRow, Unsaid

_COLUMNS = ("level", "capacity", "online", "joined_on", "back_on", "active")
Links = tuple[tuple[Any, ...], ...]
Row = TypeVar("Row", PracticeBuilderRow, TeamMemberRow)


@dataclass(frozen=True)
class _List:
    """A list of one facilitator: its table, the columns that tell its items, and what a line says (None: nothing)."""

    model: type[SQLModel]
    columns: tuple[str, ...]
    wanted: Callable[[FacilitatorRow, Catalogue], Links | None]


_LISTS = (
    _List(FacilitatorForm, ("form_id",), lambda row, known: tuple((known.forms[code],) for code in row.forms)),
    _List(FacilitatorTopic, ("topic_id",), lambda row, known: tuple((known.topics[code],) for code in row.topics)),
    _List(FacilitatorLanguage, ("language",), lambda row, _: tuple((language,) for language in row.languages)),
    _List(FacilitatorPlace, ("place",), lambda row, _: tuple((place,) for place in row.places)),
    _List(
        WeeklyHours,
        ("weekday", "opens", "closes"),
        lambda row, _: tuple((each.weekday, each.opens, each.closes) for each in row.hours),
    ),
    _List(Away, ("first_day", "last_day"), lambda row, _: row.away),
)


class Roles:
    """Writes the three files about people."""

    def __init__(self, writer: Writer, tables: Tables, catalogue: Catalogue) -> None:
        self._writer = writer
        self._tables = tables
        self._catalogue = catalogue
        self._people = People(writer, tables, catalogue.organisations)
        people = tables.people().items()
        self.tallies = {name: Tally(len(rows)) for name, rows in people}

    def write(self, course: Course) -> None:
        """Bring everybody to what the files say, telling ``course`` on the way."""
        for facilitators in chunks(self._tables.facilitators):
            self._write_facilitators(facilitators)
            course.passed(facilitators)
        for builders in chunks(self._tables.practice_builders):
            self._write_builders(builders)
            course.passed(builders)
        self._write_team()
        course.passed(self._tables.programme_team)

    def _write_facilitators(self, rows: Sequence[FacilitatorRow]) -> None:
        by_id = dict(zip(self._people.settle(rows), rows, strict=True))
        tally = self.tallies["facilitators"]
        stored = {
            id_: values for id_, *values in self._writer.stored_for(Facilitator, "person_id", list(by_id), _COLUMNS)
        }
        new: list[Values] = []
        changed: dict[int, Values] = {}
        for id_, row in by_id.items():
            values = _profile(row, stored.get(id_))
            if id_ not in stored:
                new.append({"person_id": id_, **values})
                tally.added.add(row.email)
            elif list(values.values()) != stored[id_]:
                changed[id_] = values
        self._writer.insert(Facilitator, new)
        self._writer.update(Facilitator, "person_id", changed)
        moved = changed.keys() | self._settle_lists(by_id)
        tally.changed.update(by_id[id_].email for id_ in moved)
        tally.changed.update(row.email for row in rows if row.email in self._people.changed)

    def _settle_lists(self, by_id: dict[int, FacilitatorRow]) -> set[int]:
        moved: set[int] = set()
        for each in _LISTS:
            told = ((id_, each.wanted(row, self._catalogue)) for id_, row in by_id.items())
            wanted = {id_: links for id_, links in told if links is not None}
            moved |= self._writer.settle_links(each.model, "facilitator_id", each.columns, wanted)
        return moved

    def _write_builders(self, rows: Sequence[PracticeBuilderRow]) -> None:
        rows = self._still_of_use(rows)
        by_id = dict(zip(self._people.settle(rows), rows, strict=True))
        tally = self.tallies["practice_builders"]
        column = "organisation_id"
        before = {id_ for id_, _ in self._writer.stored_for(PracticeBuilder, "person_id", list(by_id), [column])}
        ids = self._catalogue.organisations
        wanted = {
            id_: tuple((ids[code],) for code in row.organisations) if row.active else () for id_, row in by_id.items()
        }
        moved = self._writer.settle_links(PracticeBuilder, "person_id", (column,), wanted)
        tally.added.update(row.email for id_, row in by_id.items() if row.active and id_ not in before)
        tally.changed.update(by_id[id_].email for id_ in moved)
        tally.changed.update(row.email for row in rows if row.email in self._people.changed)

    def _write_team(self) -> None:
        rows = self._still_of_use(self._tables.programme_team)
        self._people.settle(rows)
        tally = self.tallies["programme_team"]
        tally.added.update(row.email for row in rows if row.email in self._people.joined_team)
        changed = self._people.changed | self._people.left_team
        tally.changed.update(row.email for row in rows if row.email in changed)

    def _still_of_use(self, rows: Sequence[Row]) -> list[Row]:
        # A line that ends a role does not create the person.
        return [row for row in rows if row.active or self._people.knows(row)]


def _profile(row: FacilitatorRow, stored: list[Any] | None) -> Values:
    """The facilitator's own columns: what the line says, and what is known where it says nothing."""
    back_on, active = stored[-2:] if stored else (None, True)
    return {
        "level": row.level,
        "capacity": row.capacity,
        "online": row.online,
        "joined_on": row.joined_on,
        "back_on": back_on if isinstance(row.back_on, Unsaid) else row.back_on,
        "active": active if row.active is None else row.active,
    }
