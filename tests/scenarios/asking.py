"""Asking for a dialogue as a person does: page after page, in the words on the screen."""

from collections.abc import Mapping
from typing import Any

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.language.markup import unmarked
from flows.engine.views.view import FormField, View
from tests.scenarios.town import DUTCH, Town, at, words

USUAL: Mapping[str, Any] = {
    "topics": ["Tegenspraak"],
    "form": "Moreel beraad",
    "occasion": "Een teamdag",
    "urgency": "Gewoon",
    "participants": 10,
    "where": "Online",
    "place": "Den Haag, Turfmarkt 147",
    "when": "Op één, twee of drie vaste momenten",
    "moment1": "2026-12-08T14:00",
    "moment2": "2026-12-10T10:00",
    "window_from": "2026-12-07",
    "window_until": "2026-12-18",
    "origin": "Dat maakt niet uit",
    "language": "Nederlands",
    "follow_up": "Nee, één dialoog",
    "template": "Reflectiereeks",
    "rhythm": "Elke 3 weken",
    "weeks": 5,
    "nth": "De tweede",
    "weekday": "Dinsdag",
    "count": 3,
}
"""What somebody answers who has nothing special to ask. A page that is not asked is not answered."""

SERIES: Mapping[str, Any] = {"follow_up": "Ja, een reeks"}


async def begin(actor: SimulatedPerson) -> View:
    """Open the form from the menu."""
    await actor.say("hallo")
    return await press(actor, "Vraag een dialoog aan")


async def press(actor: SimulatedPerson, label: str) -> View:
    """Press the button that begins with these words, and read the answer."""
    answer = await actor.press(label)
    assert answer is not None
    return answer


async def from_menu(actor: SimulatedPerson, label: str) -> View:
    """Open the menu by saying something, and press a button there."""
    await actor.say("menu")
    return await press(actor, label)


async def fill_in(actor: SimulatedPerson, **changed: Any) -> View:
    """Walk the form up to its summary, or to a page that is asked again. Gives what is then on the screen."""
    await begin(actor)
    return await go_on(actor, **changed)


async def go_on(actor: SimulatedPerson, **changed: Any) -> View:
    """Answer page after page, from the one in front of the person, until one is asked twice or there are no more."""
    seen: set[str] = set()
    while actor.screen is not None and actor.screen.form is not None and actor.form.page not in seen:
        seen.add(actor.form.page)
        await answer_page(actor, **changed)
    assert actor.screen is not None
    return actor.screen


async def answer_page(actor: SimulatedPerson, **changed: Any) -> View:
    """Answer the page in front of the person, as usual but for what is changed."""
    answers = {**USUAL, **changed}
    asked = {field.name for field in actor.form.fields}
    view = await actor.fill(**{name: answer for name, answer in answers.items() if name in asked})
    assert view is not None
    return view


async def to_page(actor: SimulatedPerson, page: str, **changed: Any) -> View:
    """Begin and answer up to, but not with, this page."""
    view = await begin(actor)
    while actor.form.page != page:
        view = await answer_page(actor, **changed)
    return view


async def ask(town: Town, actor: SimulatedPerson | None = None, **changed: Any) -> View:
    """Walk the whole form and send it, and have the offers delivered. Gives the answer to sending."""
    asker = actor or town.requester
    await fill_in(asker, **changed)
    answer = await press(asker, "Verstuur de aanvraag")
    await town.settle()
    return answer


async def plan(town: Town, **changed: Any) -> tuple[SimulatedPerson, SimulatedPerson]:
    """A request that is asked and accepted at its first moment: gives the requester and the facilitator."""
    await ask(town, **changed)
    moment = unmarked(DUTCH.short(at({**USUAL, **changed}["moment1"])))
    facilitator = next(actor for actor in town.asked() if f"[Accepteer: {moment}]" in words(actor.last))
    await press(facilitator, f"Accepteer: {moment}")
    await town.settle()
    return town.requester, facilitator


async def plan_series(town: Town, **changed: Any) -> tuple[SimulatedPerson, SimulatedPerson]:
    """A series whose dates are agreed to: gives the requester and the facilitator."""
    requester, facilitator = await plan(town, **{**SERIES, **changed})
    await press(requester, "Akkoord, plan deze data")
    await town.settle()
    return requester, facilitator


async def withdraw(town: Town, actor: SimulatedPerson) -> None:
    """Take back the usual request, from the menu to the last question, and have everybody told."""
    await from_menu(actor, "Mijn aanvragen")
    await press(actor, "Bekijk: Tegenspraak")
    await press(actor, "Trek de aanvraag in")
    await press(actor, "Ja, trek in")
    await town.settle()


async def press_twice(town: Town, actor: SimulatedPerson, label: str) -> View | None:
    """Press a button again after what it did; gives the second answer, which nothing else follows."""
    packed = actor.button(label).action.pack()
    await actor.send_action(packed)
    await town.settle()
    told = town.seen
    answer = await actor.send_action(packed)
    await town.settle()
    assert town.seen == told
    return answer


def field(actor: SimulatedPerson, name: str) -> FormField:
    """A question on the page in front of the person."""
    return next(field for field in actor.form.fields if field.name == name)
