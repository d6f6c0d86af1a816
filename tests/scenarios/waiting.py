"""What comes to wait for somebody: a question that others hope to see answered."""

from bot.demo.simulated_person import SimulatedPerson
from storage.models import Offer
from tests.scenarios.asking import answer_page, ask, begin, from_menu, plan, press
from tests.scenarios.town import Town


async def proposed_another_time(town: Town) -> tuple[SimulatedPerson, SimulatedPerson]:
    """Somebody who was asked would come on Wednesday 9 December at 10:00: gives the requester and them."""
    await ask(town)
    facilitator = town.asked()[0]
    await press(facilitator, "Stel een ander moment voor")
    await answer_page(facilitator, moment="2026-12-09T10:00")
    return town.requester, facilitator


async def asked_to_move(town: Town) -> tuple[SimulatedPerson, SimulatedPerson]:
    """Have the facilitator ask to move the session to Wednesday 9 December at 10:00; gives the requester and them."""
    requester, facilitator = await plan(town)
    await from_menu(facilitator, "Mijn bijeenkomsten")
    await press(facilitator, "Bekijk: di 8 dec")
    await press(facilitator, "Kies een ander moment")
    await answer_page(facilitator, moment="2026-12-09T10:00")
    return requester, facilitator


async def proposed_by_many(town: Town, count: int) -> SimulatedPerson:
    """A requester with so many proposals of other times to answer, and with a request half done."""
    for _ in range(count):
        await ask(town, town.requester, moment1="2026-12-08T14:00")
    await begin(town.requester)
    await answer_page(town.requester)
    proposing = {one.search_id: one for one in town.rows(Offer)}
    for offer in proposing.values():
        facilitator = town.actor(offer.facilitator_id)
        await facilitator.send_action(f"offer.other:{offer.id}:{offer.version}")
        await answer_page(facilitator, moment="2026-12-09T10:00")
    return town.requester
