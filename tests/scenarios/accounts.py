"""Two accounts of one person, linked and taken apart as a person does it."""

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import View
from storage.models import Address
from tests.scenarios.doorway import YES
from tests.scenarios.town import Town

SURE = "Ja, ontkoppel"


async def press_link(who: SimulatedPerson) -> View:
    """The answer to "link"."""
    view = await who.say("link")
    assert view is not None
    return view


async def link(town: Town, shows: SimulatedPerson, uses: SimulatedPerson) -> None:
    """One shows a code, the other uses it, and both say yes."""
    town.serve_both()
    code = dict((await press_link(shows)).facts)["Code"]
    await uses.say(f"link {code}")
    await uses.press(YES)
    await town.settle()
    await shows.press(YES)
    await town.settle()


async def stranger_links(town: Town, anna: SimulatedPerson) -> SimulatedPerson:
    """Somebody whom nobody knows comes in with a code of Anna's, which she confirms."""
    town.serve_both()
    phone = SimulatedPerson("anna 🦊", "T9", town.app.router, town.elsewhere)
    code = dict((await press_link(anna)).facts)["Code"]
    for sure in (False, True):
        await town.come(phone, f"link_{code.replace('-', '')}", sure=sure)
    await town.settle()
    await anna.press(YES)
    return phone


async def unlink(town: Town, who: SimulatedPerson) -> None:
    """They take the other account apart from themselves."""
    await who.say("bereik")
    await who.press("Ontkoppel")
    await who.press(SURE)
    await town.settle()


def person_at(town: Town, who: SimulatedPerson) -> int:
    """The id of the person who is reached at this account."""
    return next(row.person_id for row in town.rows(Address) if row.address == who.sender.address)
