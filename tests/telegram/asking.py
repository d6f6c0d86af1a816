"""Answering forms in Telegram as a person does: question after question, by pressing, and typing where one must."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tests.scenarios.asking import USUAL
from tests.scenarios.town import DUTCH
from tests.telegram.person import TelegramPerson
from tests.telegram.screen import Message
from tests.telegram.town import TelegramTown

SEND = DUTCH("request.submit")
DONE, SKIP, ON, YES = "Klaar (", DUTCH("asked.skip"), "\u203a", DUTCH("asked.yes")


def label(form: str, name: str) -> str:
    """What a question says."""
    return DUTCH(f"{form}.field.{name}")


def asked(message: Message, form: str = "request") -> str | None:
    """The name of the question that a message asks, or None where it asks none."""
    names = {label(form, name): name for name in _names(form)}
    return next((names[words] for words in message.marked("bold") if words in names), None)


async def open_form(person: TelegramPerson, command: str = "/dialoog") -> Message:
    """Begin with a command."""
    await person.says(command)
    return await person.sees_button(DUTCH("form.stop"))


async def go_on(town: TelegramTown, person: TelegramPerson, until: str = "", **changed: Any) -> Message:
    """Answer one question after another, as usual but for what is changed, until none is asked, or this one is."""
    answers = {**USUAL, "organisation": "BZK", **changed}
    for _ in range(40):
        message = question(person)
        name = asked(message)
        if name is None or name == until:
            return message
        await answer(town, person, message, name, answers.get(name))
    raise AssertionError("the form has no end")


async def to_question(town: TelegramTown, person: TelegramPerson, name: str, **changed: Any) -> Message:
    """Answer what is asked before this question; gives the message that asks it."""
    message = await go_on(town, person, name, **changed)
    assert asked(message) == name
    return message


def question(person: TelegramPerson) -> Message:
    """The message in which the form is asked now: the newest with buttons."""
    return next(message for message in reversed(person.messages) if message.buttons)


async def answer(town: TelegramTown, person: TelegramPerson, on: Message, name: str, value: Any) -> None:
    """Give one answer, by pressing where that can be."""
    match value:
        case None:
            await person.presses(SKIP, on)
        case list():
            for one in value:
                await _find(town, person, one)
                await person.presses(_begins(one), question(person))
            await town.far.settled()
            await person.presses(_begins(DONE), question(person))
        case int():
            await _number(person, on, value)
        case str() if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?", value):
            await _pick_moment(town, person, value)
        case str() if name in ("place", "context", "link", "code"):
            await person.says(value)
        case _:
            await _find(town, person, str(value))
            await person.presses(_begins(str(value)), question(person))
    await town.far.settled()


async def ask(town: TelegramTown, person: TelegramPerson | None = None, **changed: Any) -> TelegramPerson:
    """Walk the whole form, send it, and have the offers delivered."""
    asker = person or town.requester
    await open_form(asker)
    last = await go_on(town, asker, **changed)
    await asker.presses(SEND, last)
    await town.settle()
    return asker


async def _find(town: TelegramTown, person: TelegramPerson, words: str) -> None:
    """Leaf through the choices until it is there; type it where it is not."""
    await town.far.settled()
    for _ in range(3):
        keys = question(person)
        if any(_begins(words).search(button) for button in keys.buttons):
            return
        if ON not in keys.buttons:
            break
        await person.presses(ON, keys)
        await town.far.settled()
    await person.says(words)
    await town.far.settled()


async def _number(person: TelegramPerson, on: Message, value: int) -> None:
    if str(value) in on.buttons:
        await person.presses(str(value), on)
    else:
        await person.says(str(value))


async def _pick_moment(town: TelegramTown, person: TelegramPerson, value: str) -> None:
    wanted = datetime.fromisoformat(value)
    while DUTCH.month(wanted.date()) not in question(person).buttons:
        await person.presses(ON, question(person))
        await town.far.settled()
    await person.presses(re.compile(rf"^\u2713?{wanted.day}$"), question(person))
    await town.far.settled()
    if "T" in value:
        await person.presses(f"{wanted:%H:%M}", question(person))


def _begins(words: str) -> "re.Pattern[str]":
    return re.compile(rf"^(?:[\u2713\u2610\u2611] )?{re.escape(words)}|\({re.escape(words)}\)")


def _names(form: str) -> Mapping[str, None]:
    known = (key for key in DUTCH._catalogue.words if key.startswith(f"{form}.field."))
    return dict.fromkeys(key.removeprefix(f"{form}.field.") for key in known if not key.endswith((".help", ".short")))


async def plan(town: TelegramTown, **changed: Any) -> tuple[TelegramPerson, TelegramPerson]:
    """A request that is asked, and accepted at its first moment: who asked and who leads."""
    anna = await ask(town, **changed)
    winner = town.holding("Accepteer: di 8 dec 14:00")[0]
    await winner.presses("Accepteer: di 8 dec 14:00")
    await town.settle()
    return anna, winner


async def walk_through(town: TelegramTown, person: TelegramPerson, form: str) -> None:
    """Answer whatever is asked with something good, and send it."""
    for number in range(30):
        message = question(person)
        name = asked(message, form)
        if name is None:
            on = next((one for one in message.buttons if one in (DUTCH("form.next"), _sending(form))), None)
            if on is None:
                return
            await person.presses(on, message)
        else:
            await _answer_somehow(town, person, message, number)
        await town.settle()
    raise AssertionError(f"the form {form} has no end: {question(person).text}")


def _sending(form: str) -> str:
    return DUTCH(f"{form}.submit") if DUTCH.has(f"{form}.submit") else ""


async def _answer_somehow(town: TelegramTown, person: TelegramPerson, message: Message, number: int) -> None:
    first = message.keys[0]
    if any(DUTCH.month(day) in message.buttons for day in _months()):
        await person.presses(ON, message)
        await town.far.settled()
        await person.presses(str(9 + number), question(person))
        await town.far.settled()
        if "10:00" in question(person).buttons:
            await person.presses("10:00", question(person))
    elif first.label.startswith("\u2610"):
        await person.presses(first.label, message)
        await town.far.settled()
        await person.presses(_begins(DONE), question(person))
    elif first.data is not None and "|v|" in first.data:
        await person.presses(first.label, message)
    else:
        is_number = "Typ een getal" in message.text
        await person.says("3" if is_number else "https://overleg.example/utrecht")


def _months() -> list[date]:
    return [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
