"""What a person gets to see, as values. A channel renders them; a flow never knows how.

Texts in a view are plain: what people typed stands in them as they typed it, and every channel escapes all of it.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from flows.actions import Action
from flows.form import Choice, Kind


class Style(StrEnum):
    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    label: str
    action: Action
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class Attachment:
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class FormField:
    """One question, in the reader's words. ``choices`` are all of them, or the first few where ``searched``.

    ``value`` is the answer so far, ``typed`` what was typed but not understood, ``error`` what to do about it.
    ``shown`` is the answer so far as a person reads it.
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
    """A message: a title, text in paragraphs, facts as (label, value), buttons, and perhaps a file or a form's page."""

    text: str
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    file: Attachment | None = None
    form: FormPage | None = field(default=None)

    def noting(self, words: str) -> Self:
        """The same view with ``words`` as its first paragraph."""
        return replace(self, text=f"{words}\n\n{self.text}" if self.text else words)
