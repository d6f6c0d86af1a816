"""A form is data, and every channel asks it natively.

A form has pages; a page is a group of fields without branches, and branches lie between pages, by name. Answers are
kept by field name, never by number, so that a form can change under a running conversation.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

Answers = Mapping[str, Any]


class Kind(StrEnum):
    """What a field holds, with the shape of its answer."""

    CHOICE = "choice"
    """One value of the offered choices, as text."""
    CHOICES = "choices"
    """Several values, as a list of texts."""
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    """A whole number."""
    DATE = "date"
    """A local day, as 2026-12-08."""
    MOMENT = "moment"
    """A local date and time, as 2026-12-08T14:00."""


@dataclass(frozen=True)
class Choice:
    """``value`` is what is kept, ``label`` what is shown, ``terms`` what else people type to find it.

    ``help`` is a line that explains it, where its name alone does not.
    """

    value: str
    label: str
    terms: str = ""
    help: str = ""


class Options(Protocol):
    """Where the choices of a field come from."""

    def search(self, source: str, query: str, answers: Answers, limit: int) -> Sequence[Choice]:
        """The choices that fit ``query``, best first; all of them, in their order, for an empty one."""

    def find(self, source: str, value: str, answers: Answers) -> Choice | None:
        """The choice with this value, or None where it is not offered."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with an answer: the key of a text, and the values in it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ValidationContext:
    """What an answer is held against: the choices there are, and what time it is (``now`` aware, ``zone`` local)."""

    options: Options
    now: datetime
    zone: ZoneInfo


Check = Callable[[Any, Answers, ValidationContext], FieldError | None]


@dataclass(frozen=True)
class Field:
    """A question. ``low`` and ``high`` bound a number, the length of a text, or how many choices may be taken.

    ``help`` is the key of its help, where that differs with who is asked; else it has the help of its name, if any.
    ``instead`` names another field of its page, before it: with an answer there, this one may be left empty.
    ``bounds`` gives low and high where they depend on other answers; its check then holds the answer to them.
    """

    name: str
    kind: Kind
    required: bool = True
    source: str = ""
    low: int | None = None
    high: int | None = None
    check: Check | None = None
    help: str = ""
    bounds: Callable[[Answers], tuple[int, int]] | None = None
    instead: str = ""


def _nowhere(_answers: Answers) -> str | None:
    return None


@dataclass(frozen=True)
class Page:
    """Fields asked together. ``after`` names the next page for the answers so far, or None at the end.

    ``part`` is the part of the form it belongs to, where that has more pages than this one: people are told in which
    part they are, because how many pages there will be is not known before the branches.
    """

    name: str
    fields: tuple[Field, ...]
    after: Callable[[Answers], str | None] = _nowhere
    part: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(field.name for field in self.fields)

    @property
    def ends(self) -> bool:
        """Whether no page ever follows, whatever is answered."""
        return self.after is _nowhere


@dataclass(frozen=True)
class Form:
    """``version`` rises when an answer given before can no longer be understood."""

    name: str
    version: int
    pages: tuple[Page, ...]

    def page(self, name: str) -> Page | None:
        """The page called so, or None."""
        return next((page for page in self.pages if page.name == name), None)

    def path(self, answers: Answers) -> Iterator[Page]:
        """The pages these answers lead along, up to and with the first that is not answered yet."""
        page: Page | None = self.pages[0]
        while page is not None:
            yield page
            if not answered(page, answers):
                return
            follower = page.after(answers)
            page = self.page(follower) if follower else None

    def place(self, page: Page) -> tuple[int, int]:
        """Which part of the form the page is in, from 1, and how many parts there are: the same on every route."""
        parts = list(dict.fromkeys(one.part or one.name for one in self.pages))
        return parts.index(page.part or page.name) + 1, len(parts)

    def fields(self) -> Iterator[Field]:
        """Every field there is, on any page."""
        for page in self.pages:
            yield from page.fields


def answered(page: Page, answers: Answers) -> bool:
    """Whether every field of the page has an answer; an optional one may have been left empty on purpose."""
    return all(has_answer(field, answers) for field in page.fields)


def has_answer(asked: Field, answers: Answers) -> bool:
    """Whether the field has an answer; an optional one may have been left empty on purpose."""
    return asked.name in answers and not (asked.required and answers[asked.name] is None)
