"""Asking for a dialogue as a person does: page after page, in the words on the screen."""

from typing import Any

from bot.actor import Actor
from flows.view import View

ONLINE_IN_TWO_WEEKS = {
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
"""What people answer who have nothing special to ask; the pages that are not asked for it are not answered."""


async def fill_in(actor: Actor, **changed: Any) -> View:
    """Walk the form up to its summary, or to the first page that is asked again. Gives what is then on the screen."""
    await actor.say("hallo")
    await actor.press("Vraag een dialoog aan")
    return await go_on(actor, **changed)


async def go_on(actor: Actor, **changed: Any) -> View:
    """Answer page after page, from the one in front of the person."""
    answers = ONLINE_IN_TWO_WEEKS | changed
    seen = set()
    while actor.screen is not None and actor.screen.form is not None and actor.form.page not in seen:
        seen.add(actor.form.page)
        asked = {field.name for field in actor.form.fields}
        await actor.fill(**{name: answer for name, answer in answers.items() if name in asked})
    assert actor.screen is not None
    return actor.screen


async def ask(actor: Actor, **changed: Any) -> View:
    """Walk the whole form and send it."""
    await fill_in(actor, **changed)
    answer = await actor.press("Verstuur de aanvraag")
    assert answer is not None
    return answer
