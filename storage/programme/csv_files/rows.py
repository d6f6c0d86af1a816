"""The lines of the files, read and understood one by one but not yet held against each other or the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from storage.models import Level, OrganisationKind, TopicKind
from storage.programme.csv_files.bad_lines import BadLine
from storage.programme.csv_files.hours import Stretch

Addresses = tuple[tuple[str, str], ...]


class Unsaid(Enum):
    """The file has no such column, so what is known stays. (An empty cell in the column says: none.)"""

    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    line: int
    code: str
    parent: str | None
    kind: OrganisationKind
    abbreviation: str
    name_nl: str
    name_en: str


@dataclass(frozen=True, slots=True)
class PoolRow:
    line: int
    code: str
    name_nl: str
    name_en: str
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    line: int
    code: str
    parent: str | None
    kind: TopicKind
    name_nl: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FormRow:
    line: int
    code: str
    name_nl: str
    name_en: str
    minutes: int
    group_min: int
    group_max: int
    about_nl: str
    about_en: str


@dataclass(frozen=True, slots=True)
class TemplateRow:
    line: int
    code: str
    name_nl: str
    name_en: str
    sessions_min: int
    sessions_max: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class TemplateSessionRow:
    line: int
    template: str
    position: int
    theme_nl: str
    theme_en: str
    prompt_nl: str
    prompt_en: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What every file about people says. ``unit``, ``language`` and ``left`` of None leave what is known.

    ``left`` says whether they are gone altogether, whatever roles they had.
    """

    line: int
    email: str
    name: str
    unit: str | None
    language: str | None
    addresses: Addresses
    left: bool | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class FacilitatorRow(PersonRow):
    """``away`` and ``active`` of None leave what is known."""

    level: Level
    capacity: int
    languages: tuple[str, ...]
    forms: tuple[str, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    hours: tuple[Stretch, ...]
    online: bool
    joined_on: date
    back_on: date | Unsaid | None
    away: tuple[tuple[date, date], ...] | None
    active: bool | None


@dataclass(frozen=True, slots=True)
class PracticeBuilderRow(PersonRow):
    """``active`` False ends the role, in every organisation."""

    organisations: tuple[str, ...]
    active: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class TeamMemberRow(PersonRow):
    """``active`` False ends the membership."""

    active: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class Tables:
    """Everything that was read. ``keys`` are the keys seen in each file, those of bad lines included."""

    organisations: tuple[OrganisationRow, ...] = ()
    pools: tuple[PoolRow, ...] = ()
    topics: tuple[TopicRow, ...] = ()
    forms: tuple[FormRow, ...] = ()
    templates: tuple[TemplateRow, ...] = ()
    template_sessions: tuple[TemplateSessionRow, ...] = ()
    facilitators: tuple[FacilitatorRow, ...] = ()
    practice_builders: tuple[PracticeBuilderRow, ...] = ()
    programme_team: tuple[TeamMemberRow, ...] = ()
    bad: tuple[BadLine, ...] = ()
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many usable lines there are in all files together."""
        return sum(len(getattr(self, name)) for name in SHEETS)

    def people(self) -> dict[str, tuple[PersonRow, ...]]:
        """The files about people, by name."""
        return {
            "facilitators": self.facilitators,
            "practice_builders": self.practice_builders,
            "programme_team": self.programme_team,
        }


SHEETS = (
    "organisations", "pools", "topics", "forms", "templates", "template_sessions",
    "facilitators", "practice_builders", "programme_team",
)  # fmt: skip
"""The files that can be imported, without ".csv", in the order in which they are."""
