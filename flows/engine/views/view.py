"""What a person gets to see, as values. A channel renders them; a flow never knows how.

Texts in a view are plain: what people typed stands in them as they typed it, and every channel escapes all of it.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from flows.engine.forms.definition import Choice, Kind
from flows.engine.views.action import Action


class Style(StrEnum):
    """How much a button stands out: the obvious next thing, one of several, or one that takes something away."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """Something to press: the words on it, and what it does."""

    label: str
    action: Action
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class Attachment:
    """A file that comes with a message: its name with the ending, its media type, and its bytes."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class FormField:
    """One question, in the reader's words. ``choices`` are all of them, or the first few where ``searched``.

    ``value`` is the answer so far, ``typed`` what was typed but not understood, ``error`` what to do about it.
    ``shown`` is the answer so far as a person reads it. ``answered``: it has an answer, or was left empty on purpose.
    ``needed``: though not ``required``, it may not stay empty with the answers so far.
    """

    name: str
    kind: Kind
    label: str
    help: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    searched: bool = False
    low: int | None = None
    high: int | None = None
    value: Any = None
    shown: str = ""
    typed: Any = None
    error: str = ""
    answered: bool = False
    needed: bool = False


@dataclass(frozen=True)
class FormPage:
    """One page of a form, to be answered with ``Submitted(draft_id, page, answers)``."""

    draft_id: int
    form: str
    page: str
    title: str
    position: str
    submit: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class View:
    """A message: a title, text in paragraphs, facts as (label, value), buttons, and perhaps a file or a form's page.

    ``language`` is what its words are in ("nl" or "en"); empty until it is on its way to its reader.
    """

    text: str
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    file: Attachment | None = None
    form: FormPage | None = field(default=None)
    language: str = ""

    def speaking(self, language: str) -> Self:
        """The same view, marked with the language of its words."""
        return replace(self, language=language)

    def noting(self, words: str) -> Self:
        """The same view with ``words`` as its first paragraph."""
        return replace(self, text=f"{words}\n\n{self.text}" if self.text else words)


@dataclass(frozen=True)
class Entry:
    """One thing in a section: what it is about, what to know of it, and what can be done with it."""

    text: str
    note: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Section:
    """Things of one kind, the most pressing first; ``empty`` says so where there are none.

    ``asks``: help of who reads it is asked for here, which is said where nothing else waits for them.
    """

    title: str
    entries: tuple[Entry, ...]
    empty: str = ""
    asks: bool = False


@dataclass(frozen=True)
class HomePage:
    """The home page of one person: what this is, what to do first, and everything that is theirs.

    ``primary`` is None as long as nothing can be asked for; ``notice`` then says who has to do what next.
    """

    greeting: str
    primary: Button | None
    sections: tuple[Section, ...]
    buttons: tuple[Button, ...]
    notice: str = ""
