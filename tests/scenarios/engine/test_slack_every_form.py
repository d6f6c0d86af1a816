"""Every form there is can be answered in Slack to its end, whatever it asks: a new form is walked here by itself."""

from collections.abc import AsyncIterator

import pytest

from flows.capabilities import CAPABILITIES
from flows.engine.views.action import Action
from flows.people import served_channels
from tests.scenarios.asking import SERIES
from tests.scenarios.town import at
from tests.slack.asking import ask, go_home, to_messages, walk_through
from tests.slack.person import Person
from tests.slack.screen import Surface
from tests.slack.town import SlackTown


@pytest.mark.parametrize("form", CAPABILITIES.forms)
async def test_every_form_is_answered_page_by_page_to_its_end(slack_town: SlackTown, form: str) -> None:
    verbs = {name for name, verb in CAPABILITIES.verbs.items() if verb.form == form}
    async for person in _story(slack_town):
        if await _opened(slack_town, person, verbs):
            break
    else:
        raise AssertionError(f"nobody in the whole story is ever asked {form!r}")
    await walk_through(person)
    assert person.modal.text
    await slack_town.settle()


async def _story(town: SlackTown) -> AsyncIterator[Person]:
    """Everybody who has something to do, at each turn that a request takes."""
    with town.store.begin() as uow:
        served_channels.serve(uow, {"slack": "", "telegram": "https://t.me/dialoog_bot?start="}, town.clock.now())
    anna = await ask(town, **SERIES)
    await to_messages(anna)
    asked = town.holding("Accepteer")[0]
    yield anna
    yield asked
    await town.until(at("2026-11-25 09:05"))
    builder = town.holding("Vraag opnieuw rond")[0]
    yield builder
    await to_messages(builder)
    await builder.press("Vraag opnieuw rond")
    await town.settle()
    winner = town.holding("Accepteer: di 8 dec 14:00")[0]
    await to_messages(winner)
    await winner.press("Accepteer: di 8 dec 14:00")
    await town.settle()
    await anna.invite_bot(town.far.channel("team", anna))
    for moment in ("2026-11-25 12:00", "2026-12-08 16:15"):
        await town.until(at(moment))
        yield anna
        yield winner
        if "Akkoord, plan deze data" in anna.messages[-1].buttons:
            await to_messages(anna)
            await anna.press("Akkoord, plan deze data")
            await town.settle()
            yield anna


async def _opened(town: SlackTown, person: Person, verbs: set[str]) -> bool:
    """Open the form behind one of these verbs, from a message, the home tab, or what a button there shows."""
    await to_messages(person)
    if await _pressed(person, [*person.messages], verbs):
        return True
    await go_home(town, person)
    home = person.home
    if await _pressed(person, [home], verbs):
        return True
    for label, verb in _verbs(home):
        if verb in CAPABILITIES.shows:
            await person.press(label, on=home)
            if await _pressed(person, [person.modal], verbs):
                return True
            await person.close(everything=True)
    return False


async def _pressed(person: Person, surfaces: list[Surface], verbs: set[str]) -> bool:
    for surface in surfaces:
        for label, verb in _verbs(surface):
            if verb in verbs:
                await person.press(label, on=surface)
                return person.has_modal and person.modal.submit is not None
    return False


def _verbs(surface: Surface) -> list[tuple[str, str]]:
    found = [one for one in surface.pressable() if "value" in one.element]
    return [(one.label, Action.unpack(one.element["value"]).verb) for one in found]
