"""Which columns each file has and what may stand in them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from storage.models import Level, OrganisationKind, TopicKind
from storage.programme.csv_files import cells, rows
from storage.programme.csv_files.bad_lines import BadCell

A_DAY = 24 * 60
LARGEST_GROUP = 1_000
MOST_SESSIONS = 60
MOST_A_MONTH = 60


@dataclass(frozen=True)
class Column:
    """A column. ``empty`` makes the value of an empty cell, and without it every line needs one.

    A column may only be left out of the file when ``absent`` makes the value for that.
    """

    name: str
    parse: Callable[[str], Any]
    empty: Callable[[], Any] | None = None
    absent: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Layout:
    """One file. ``key`` names the columns that tell its lines apart; ``not_above`` pairs columns of which the first
    may not be higher than the second."""

    name: str
    build: Callable[..., Any]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    not_above: tuple[tuple[str, str], ...] = ()

    @property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns of the key."""
        return tuple(column for column in self.columns if column.name in self.key)

    def problems(self, values: dict[str, Any]) -> list[tuple[str, BadCell]]:
        """What does not fit between the cells of one line, by column."""
        return [
            (low, BadCell("import.low_above_high", lowest=values[low], highest=values[high]))
            for low, high in self.not_above
            if values[low] > values[high]
        ]


def _nothing() -> None:
    return None


def _yes() -> bool:
    return True


def _unsaid() -> rows.Unsaid:
    return rows.Unsaid.UNSAID


_NAMES = (Column("name_nl", cells.words), Column("name_en", cells.words))
_WHO = (Column("email", cells.email), Column("name", cells.words))
_UNIT = Column("unit", cells.code, _nothing, _nothing)
# Who stands in a file has the role it gives, unless the line says that it ended.
_STILL = Column("active", cells.yes_no, _yes, _yes)
_REACHED = (
    Column("language", cells.spoken, _nothing, _nothing),
    Column("addresses", cells.addresses, tuple, tuple),
    Column("left", cells.yes_no, _nothing, _nothing),
)

LAYOUTS = (
    Layout(
        "organisations", rows.OrganisationRow, ("code",),
        (
            Column("code", cells.code),
            Column("parent", cells.code, _nothing),
            Column("kind", cells.word_of(OrganisationKind)),
            Column("abbreviation", cells.words, str),
            *_NAMES,
        ),
    ),
    Layout(
        "pools", rows.PoolRow, ("code",),
        (Column("code", cells.code), *_NAMES, Column("organisations", cells.codes, tuple)),
    ),
    Layout(
        "topics", rows.TopicRow, ("code",),
        (
            Column("code", cells.code),
            Column("parent", cells.code, _nothing),
            Column("kind", cells.word_of(TopicKind)),
            *_NAMES,
        ),
    ),
    Layout(
        "forms", rows.FormRow, ("code",),
        (
            Column("code", cells.code),
            *_NAMES,
            Column("minutes", cells.whole(1, A_DAY)),
            Column("group_min", cells.whole(1, LARGEST_GROUP)),
            Column("group_max", cells.whole(1, LARGEST_GROUP)),
            Column("about_nl", cells.words, str),
            Column("about_en", cells.words, str),
        ),
        not_above=(("group_min", "group_max"),),
    ),
    Layout(
        "templates", rows.TemplateRow, ("code",),
        (
            Column("code", cells.code),
            *_NAMES,
            Column("sessions_min", cells.whole(1, MOST_SESSIONS)),
            Column("sessions_max", cells.whole(1, MOST_SESSIONS)),
            Column("minutes", cells.whole(1, A_DAY), _nothing),
        ),
        not_above=(("sessions_min", "sessions_max"),),
    ),
    Layout(
        "template_sessions", rows.TemplateSessionRow, ("template", "position"),
        (
            Column("template", cells.code),
            Column("position", cells.whole(1, MOST_SESSIONS)),
            Column("theme_nl", cells.words),
            Column("theme_en", cells.words),
            Column("prompt_nl", cells.words),
            Column("prompt_en", cells.words),
        ),
    ),
    Layout(
        "facilitators", rows.FacilitatorRow, ("email",),
        (
            *_WHO,
            Column("unit", cells.code),
            Column("level", cells.word_of(Level, cells.DUTCH_LEVELS)),
            Column("capacity", cells.whole(0, MOST_A_MONTH)),
            Column("languages", cells.languages),
            Column("forms", cells.codes, tuple),
            Column("topics", cells.codes, tuple),
            Column("places", cells.items, tuple),
            Column("hours", cells.hours, tuple),
            Column("online", cells.yes_no),
            Column("joined_on", cells.day),
            Column("back_on", cells.day, _nothing, _unsaid),
            Column("away", cells.periods, tuple, _nothing),
            Column("active", cells.yes_no, _nothing, _nothing),
            *_REACHED,
        ),
    ),
    Layout(
        "practice_builders", rows.PracticeBuilderRow, ("email",),
        (*_WHO, _UNIT, Column("organisations", cells.codes), _STILL, *_REACHED),
    ),
    Layout(
        "programme_team", rows.TeamMemberRow, ("email",),
        (*_WHO, _UNIT, _STILL, *_REACHED),
    ),
)  # fmt: skip
BY_NAME = {layout.name: layout for layout in LAYOUTS}
