"""The form engine: answers go in, and out comes where the form stands and what to ask next.

A channel may hand in a whole page or one field: it calls the same ``submit``.
"""

from dataclasses import dataclass
from typing import Any

from flows.engine.forms.definition import Answers, FieldError, Form, Page, ValidationContext, answered
from flows.engine.forms.parsing import read


@dataclass(frozen=True)
class Progress:
    """Where a form stands: the good answers, what was typed but not understood, its faults, and the page to ask.

    ``page`` is None when everything on the way is answered; ``values`` are then the answers that count.
    """

    answers: dict[str, Any]
    typed: dict[str, Any]
    faults: dict[str, FieldError]
    page: Page | None
    values: dict[str, Any]


def submit(form: Form, answers: Answers, new: Answers, ground: ValidationContext) -> Progress:
    """Take in ``new`` answers (a whole page or one field) and tell what to ask next.

    Answers to fields the form does not have are left out. A wrong answer is not kept: it comes back in ``typed`` with
    its fault, and its page is asked again. Each answer is held against good ones only.
    """
    known = {f.name: f for f in form.fields()}
    merged = {name: value for name, value in answers.items() if name in known and name not in new}
    typed: dict[str, Any] = {}
    faults: dict[str, FieldError] = {}
    unread = {name: new[name] for name in known if name in new}
    for name in list(unread):
        raw = unread.pop(name)
        # A check sees what was understood of the fields before its own, and never what was not.
        value, fault = read(known[name], raw, {**merged, **unread}, ground)
        if fault:
            typed[name], faults[name] = raw, fault
            merged.pop(name, None)
        else:
            merged[name] = value
    return _stand(form, merged, typed, faults)


def _stand(form: Form, answers: dict[str, Any], typed: dict[str, Any], faults: dict[str, FieldError]) -> Progress:
    way = list(form.path(answers))
    faulty = next((page for page in form.pages if any(f.name in faults for f in page.fields)), None)
    open_page = faulty or (None if answered(way[-1], answers) else way[-1])
    on_the_way = {f.name for page in way for f in page.fields}
    values = {name: value for name, value in answers.items() if name in on_the_way} if open_page is None else {}
    return Progress(answers, typed, faults, open_page, values)


def keep_fitting(form: Form, answers: Answers, ground: ValidationContext) -> dict[str, Any]:
    """Those of ``answers`` that still fit the form as it is now: same field names, values still understood."""
    return submit(form, {}, answers, ground).answers


def fitting(form: Form, answers: Answers, known: Answers, ground: ValidationContext) -> dict[str, Any]:
    """Those of ``known`` that are good answers beside ``answers``, as they are understood; the others are left out."""
    progress = submit(form, answers, known, ground)
    return {n: v for n, v in progress.answers.items() if n in known and n not in progress.faults}
