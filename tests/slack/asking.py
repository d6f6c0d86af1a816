"""Answering forms in Slack as a person does: field by field, by what stands beside it, and then the button below."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tests.scenarios.asking import SERIES, USUAL
from tests.scenarios.town import DUTCH, RULES
from tests.slack.person import Person
from tests.slack.screen import Control, Field, NotThere
from tests.slack.town import SlackTown

SEND = DUTCH("request.submit")


def label(form: str, name: str) -> str:
    """What stands beside a field."""
    return DUTCH(f"{form}.field.{name}")


async def answer_page(person: Person, form: str = "request", **changed: Any) -> None:
    """Fill in what the window asks, as usual but for what is changed, and press its button."""
    await fill_page(person, form, **changed)
    await person.submit()


async def fill_page(person: Person, form: str = "request", **changed: Any) -> None:
    """Fill in what the window asks and leave it at that. What stands in it stays, but for what is changed."""
    asked = _by_label(form, {**USUAL, **changed})
    renewed = _by_label(form, changed)
    for shown, field in person.modal.fields.items():
        if asked.get(shown) is not None and (shown in renewed or not _is_filled(field)):
            await fill(person, field, asked[shown])


async def fill(person: Person, field: Field, answer: Any) -> None:
    """Give one answer, the way its field takes it."""
    match field.kind:
        case "multi_static_select" | "multi_external_select":
            await person.pick_many(field.label, [_option(field, one) for one in answer])
        case "static_select" | "external_select" | "radio_buttons":
            await person.choose(field.label, _option(field, answer))
        case "checkboxes":
            await person.tick(field.label, *(_option(field, one) for one in answer))
        case "datetimepicker":
            await person.pick_moment(field.label, datetime.fromisoformat(answer).replace(tzinfo=RULES.zone))
        case "datepicker":
            await person.pick_moment(field.label, date.fromisoformat(answer))
        case _:
            await person.type(field.label, str(answer))


async def open_form(town: SlackTown, person: Person) -> None:
    """Press the home tab's one big button."""
    await go_home(town, person)
    await person.press("Vraag een dialoog aan")


async def go_home(town: SlackTown, person: Person) -> None:
    """Open the home tab and wait until it is there."""
    await person.open_home()
    await town.far.until(lambda: person.id in person.workspace.views.homes)


async def to_messages(person: Person) -> None:
    """Close what is open and go to what the bot said."""
    if person.has_modal:
        await person.close(everything=True)
    await person.open_messages()


async def fill_in(town: SlackTown, person: Person, **changed: Any) -> None:
    """Open the form from the home tab and answer page after page, up to the summary."""
    await open_form(town, person)
    await go_on(person, **changed)


async def go_on(person: Person, **changed: Any) -> None:
    """Answer page after page, from the one in front of the person, until one is asked twice or there are no more."""
    seen: set[str] = set()
    while person.modal.submit == DUTCH("form.next") and person.modal.title not in seen:
        seen.add(person.modal.title)
        await answer_page(person, **changed)


async def ask(town: SlackTown, person: Person | None = None, **changed: Any) -> Person:
    """Walk the whole form, send it, and have the offers delivered."""
    asker = person or town.requester
    await fill_in(town, asker, **changed)
    assert asker.modal.submit == SEND, (asker.modal.title, asker.modal.text, asker.modal.problems)
    await asker.submit()
    await town.settle()
    return asker


async def plan(town: SlackTown, **changed: Any) -> tuple[Person, Person]:
    """A request that is asked, and accepted at its first moment: who asked and who leads. No modal is open."""
    anna = await ask(town, **changed)
    await to_messages(anna)
    winner = town.holding("Accepteer: di 8 dec 14:00")[0]
    await winner.press("Accepteer: di 8 dec 14:00")
    await town.settle()
    return anna, winner


async def plan_series(town: SlackTown, **changed: Any) -> tuple[Person, Person]:
    """A series whose dates are agreed to."""
    anna, winner = await plan(town, **{**SERIES, **changed})
    await anna.press("Akkoord, plan deze data")
    await town.settle()
    return anna, winner


async def walk_through(person: Person) -> None:
    """Answer every page in the window with something good, whatever it asks, and send it."""
    for _ in range(20):
        if person.modal.submit is None:
            return
        for number, control in enumerate(person.modal.fillable()):
            if control.block["type"] == "input" and not _is_filled(person.modal.fields[control.label]):
                await _fill_somehow(person, control, number)
        await person.submit()
        if person.has_modal and person.modal.problems:
            raise AssertionError((person.modal.title, person.modal.problems))
    raise AssertionError(f"the form has no end: {person.modal.title}")


async def _fill_somehow(person: Person, control: Control, number: int) -> None:
    element = control.element
    options = [one["value"] for one in element.get("options", [])]
    match element["type"]:
        case "multi_external_select" | "multi_static_select":
            await person.pick_many(control.label, [await _first(person, control)])
        case "external_select" | "static_select" | "radio_buttons":
            await person.choose(control.label, await _first(person, control))
        case "checkboxes":
            assert options
            await person.tick(control.label)
        case "datetimepicker":
            morning = datetime(2026, 12, 9, 10, tzinfo=RULES.zone)
            await person.pick_moment(control.label, morning + timedelta(days=number))
        case "datepicker":
            await person.pick_moment(control.label, date(2026, 12, 9) + timedelta(days=number))
        case "number_input":
            await person.type(control.label, str(max(3, int(element.get("min_value", 3)))))
        case _:
            await person.type(control.label, "https://overleg.example/utrecht")


async def _first(person: Person, control: Control) -> str:
    element = control.element
    if "external" not in element["type"]:
        return person.reader.read(element["options"][0]["text"])
    found = await person.search(control.label, "")
    if not found:
        raise NotThere(f"nothing to choose in {control.label!r}")
    return found[0]


def _is_filled(field: Field) -> bool:
    return field.value not in (None, "", [])


def _by_label(form: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {label(form, name): answer for name, answer in answers.items() if DUTCH.has(f"{form}.field.{name}")}


def _option(field: Field, answer: str) -> str:
    return next((option for option in field.options if option.startswith(answer)), answer)
