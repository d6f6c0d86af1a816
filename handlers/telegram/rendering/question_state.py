"""How a question is looked at: which one it is, and what was done there that counts as no answer yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.engine.forms.definition import Choice
from flows.engine.views.view import FormField, FormPage
from handlers.telegram.rendering.question_actions import Op


@dataclass(frozen=True)
class Offer:
    """Something that typed words may mean: how it reads, and the step that takes it so."""

    label: str
    op: Op
    arg: str


@dataclass(frozen=True)
class QuestionState:
    """``field`` is the question asked by name, empty for the first without an answer.

    ``ticks`` are the choices ticked, with their labels; None where nothing was touched. ``words`` were searched for and
    ``found`` these. ``sheet`` counts from 0. ``month`` and ``day`` are local days, ``day`` the one whose time is asked.
    ``note`` is said first. ``offers`` are what typed words may mean.
    """

    field: str = ""
    ticks: Mapping[str, str] | None = None
    words: str = ""
    found: tuple[Choice, ...] = ()
    sheet: int = 0
    month: str = ""
    day: str = ""
    note: str = ""
    offers: tuple[Offer, ...] = ()

    @property
    def begun(self) -> dict[str, Any]:
        """What of it is worth keeping until the person comes back."""
        texts = {"words": self.words, "day": self.day}
        ticks = {} if self.ticks is None else {"ticks": dict(self.ticks)}
        return {**ticks, **{name: text for name, text in texts.items() if text}}


PLAIN = QuestionState()
"""The first question without an answer, with nothing done there yet."""


def asked(page: FormPage, look: QuestionState) -> FormField | None:
    """The question to ask: the one named, else what is not right, else the first without an answer.

    None where all are answered and there are several: then all of them are shown, each to be changed.
    """
    named = next((field for field in page.fields if field.name == look.field), None)
    wrong = next((field for field in page.fields if field.error), None)
    still_open = next((field for field in page.fields if not field.answered), None)
    only = page.fields[0] if len(page.fields) == 1 else None
    return named or wrong or still_open or only


def ticked(field: FormField, look: QuestionState) -> dict[str, str]:
    """What is ticked at a question with several answers, with the labels: so far, or as it was answered before."""
    if look.ticks is not None:
        return dict(look.ticks)
    labels = {choice.value: choice.label for choice in field.choices}
    before = field.typed if isinstance(field.typed, list) else field.value
    return {one: labels[one] for one in before or () if one in labels}
