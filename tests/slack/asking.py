"""Answering forms in Slack as a person does: field by field, by what stands beside it, and then the button below."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tests.scenarios.asking import USUAL
from tests.scenarios.town import DUTCH, RULES
from tests.slack.person import Person
from tests.slack.screen import Field
from tests.slack.town import SlackTown


def label(form: str, name: str) -> str:
    """What stands beside a field."""
    return DUTCH(f"{form}.field.{name}")


async def answer_page(person: Person, form: str = "request", **changed: Any) -> None:
    """Fill in what the window asks, as usual but for what is changed, and press its button."""
    answers = {**USUAL, **changed}
    asked = {label(form, name): answers[name] for name in answers if DUTCH.has(f"{form}.field.{name}")}
    for shown, field in person.modal.fields.items():
        if shown in asked and (shown not in _kept(person) or _said(form, shown) in changed):
            await fill(person, field, asked[shown])
    await person.submit()


async def fill(person: Person, field: Field, answer: Any) -> None:
    """Give one answer, the way its field takes it."""
    match field.kind:
        case "multi_static_select" | "multi_external_select":
            await person.pick_many(field.label, [_option(field, one) for one in answer])
        case "static_select" | "external_select":
            await person.choose(field.label, _option(field, answer))
        case "radio_buttons":
            await person.choose(field.label, _option(field, answer))
        case "checkboxes":
            await person.tick(field.label, *(_option(field, one) for one in answer))
        case "datetimepicker":
            await person.pick_moment(field.label, datetime.fromisoformat(answer).replace(tzinfo=RULES.zone))
        case "datepicker":
            await person.pick_moment(field.label, date.fromisoformat(answer))
        case _:
            await person.type(field.label, str(answer))


async def fill_in(town: SlackTown, person: Person, **changed: Any) -> None:
    """Open the form from the home tab and answer page after page, up to the summary."""
    await person.open_home()
    await town.far.until(lambda: _has_home(person))
    await person.press("Vraag een dialoog aan")
    await town.far.until(lambda: person.has_modal)
    before = ""
    while person.modal.submit == DUTCH("form.next") and person.modal.title != before:
        before = person.modal.title
        await answer_page(person, **changed)


async def ask(town: SlackTown, person: Person, **changed: Any) -> None:
    """Walk the whole form, send it, and have the offers delivered."""
    await fill_in(town, person, **changed)
    assert person.modal.submit == DUTCH("request.submit"), (
        person.modal.title,
        person.modal.text,
        person.modal.problems,
    )
    await person.submit()
    await town.settle()


def _kept(person: Person) -> Mapping[str, Field]:
    return {shown: field for shown, field in person.modal.fields.items() if field.value not in (None, "", [])}


def _said(form: str, shown: str) -> str:
    return next((name for name in USUAL if DUTCH.has(f"{form}.field.{name}") and label(form, name) == shown), "")


def _option(field: Field, answer: str) -> str:
    return next((option for option in field.options if option.startswith(answer)), answer)


def _has_home(person: Person) -> bool:
    return person.id in person.workspace.views.homes
