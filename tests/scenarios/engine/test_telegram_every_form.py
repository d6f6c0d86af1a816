"""Every form there is can be answered in Telegram to its end, whatever it asks: a new form is walked here by itself."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest

from flows.capabilities import CAPABILITIES
from flows.engine.views.action import MAX_BYTES, MAX_ID, Action
from flows.engine.views.refusals import UnknownButton
from flows.people import served_channels
from handlers.telegram.rendering.answer_messages import read
from handlers.telegram.rendering.question_actions import is_step
from tests.scenarios.asking import SERIES
from tests.scenarios.town import DUTCH, at
from tests.telegram.asking import ask, question, walk_through
from tests.telegram.person import TelegramPerson
from tests.telegram.screen import Message
from tests.telegram.town import TelegramTown

SPARE = len(str(MAX_ID)) - 1
"""How many signs longer the number of a draft may become."""
FIRST_MOMENT = "Accepteer: di 8 dec 14:00"


@pytest.mark.parametrize("form", CAPABILITIES.forms)
async def test_every_form_is_answered_question_by_question_to_its_end(telegram_town: TelegramTown, form: str) -> None:
    verbs = {name for name, verb in CAPABILITIES.verbs.items() if verb.form == form}
    async for person in _story(telegram_town):
        if await _opened(telegram_town, person, verbs):
            break
    else:
        raise AssertionError(f"nobody in the whole story is ever asked {form!r}")
    await walk_through(telegram_town, person, form)
    assert not any(is_step(key.data or "") for key in question(person).keys)
    assert {step for step in _steps(telegram_town) if len(step.encode()) > MAX_BYTES - SPARE} == set()


def _steps(town: TelegramTown) -> Iterator[str]:
    """Every step that a button carried."""
    for call in town.far.calls.made:
        markup = call.args.get("reply_markup") or {}
        rows = (markup if isinstance(markup, dict) else json.loads(markup)).get("inline_keyboard", [])
        yield from (key["callback_data"] for row in rows for key in row if is_step(key.get("callback_data", "")))


async def _story(town: TelegramTown) -> AsyncIterator[TelegramPerson]:
    """Everybody who has something to do, at each turn that a request takes."""
    town.refusable.update(("editMessageText", "editMessageReplyMarkup"))
    with town.store.begin() as uow:
        served_channels.serve(uow, {"slack": "", "telegram": town.telegram.entrance}, town.clock.now())
    anna = await ask(town, **SERIES)
    asked = town.holding("Accepteer")[0]
    yield anna
    yield asked
    await town.until(at("2026-11-25 09:05"))
    builder = town.holding("Vraag opnieuw rond")[0]
    yield builder
    await builder.presses("Vraag opnieuw rond")
    await town.settle()
    # After two days Telegram lets no offer be changed, so those of before still look open.
    winner = next(who for who in town.holding(FIRST_MOMENT) if FIRST_MOMENT in who.last.buttons)
    await winner.presses(FIRST_MOMENT, winner.last)
    await town.settle()
    await anna.adds_bot(town.far.group("team", anna))
    for moment in ("2026-11-25 12:00", "2026-12-08 16:15"):
        await town.until(at(moment))
        yield anna
        yield winner
        if any("Akkoord, plan deze data" in message.buttons for message in anna.messages):
            await anna.presses("Akkoord, plan deze data")
            await town.settle()
            yield anna


async def _opened(town: TelegramTown, person: TelegramPerson, verbs: set[str]) -> bool:
    """Open the form behind one of these verbs, from a message, the menu, or what a button there shows."""
    if await _pressed(town, person, person.messages, verbs):
        return True
    await person.says("menu")
    await town.far.settled()
    menu = person.last
    if await _pressed(town, person, [menu], verbs):
        return True
    await person.says("/link")
    await town.far.settled()
    if await _pressed(town, person, [person.last], verbs):
        return True
    for label, verb in _verbs(menu):
        if verb in CAPABILITIES.shows:
            await person.says("menu")
            await town.far.settled()
            await person.presses(label, person.last)
            await town.far.settled()
            if await _shown(town, person, verbs):
                return True
    return False


async def _shown(town: TelegramTown, person: TelegramPerson, verbs: set[str]) -> bool:
    """What a list shows, and what each thing on it shows."""
    if await _pressed(town, person, [person.last], verbs):
        return True
    for label, verb in _verbs(person.last):
        if verb.endswith(".show"):
            await person.presses(label, person.last)
            await town.far.settled()
            return await _pressed(town, person, [person.last], verbs)
    return False


async def _pressed(town: TelegramTown, person: TelegramPerson, on: list[Message], verbs: set[str]) -> bool:
    for message in reversed(on):
        for label, verb in _verbs(message):
            if verb in verbs:
                await person.presses(label, message)
                await town.far.settled()
                return any(is_step(key.data or "") for key in question(person).keys) or (
                    DUTCH("form.stop") in question(person).buttons
                )
    return False


def _verbs(message: Message) -> list[tuple[str, str]]:
    found = []
    for key in message.keys:
        try:
            found.append((key.label, Action.unpack(read(key.data or "")[0]).verb))
        except UnknownButton:
            continue
    return found
