"""A list that is longer than a message: all of it can be reached, part after part."""

import re
from datetime import timedelta

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.paging import AT_ONCE
from flows.engine.views.view import View
from storage.database.unit_of_work import UnitOfWork
from storage.models import DialogueSession, Request, SearchState
from tests.scenarios.asking import ask, from_menu, press
from tests.scenarios.crowding import one_more
from tests.scenarios.town import Town, at, words

MANY = 2 * AT_ONCE + 3


def lines(view: View) -> list[int]:
    """What the buttons of a list are about."""
    return [button.action.id for button in view.buttons if button.action.verb.endswith(".show")]


async def walk(actor: SimulatedPerson, opens: str) -> list[int]:
    """Open a list from the menu and read all of it."""
    view = await from_menu(actor, opens)
    found = lines(view)
    while any(button.label.startswith("Toon meer") for button in view.buttons):
        assert len(lines(view)) == len(view.facts) == AT_ONCE
        view = await press(actor, "Toon meer")
        found += lines(view)
    return found


def copies(uow: UnitOfWork, count: int) -> list[int]:
    """So many more requests like the first one, each with a session on the calendar and a search on the desk."""
    made = []
    for number in range(count):
        _, session, search = one_more(uow)
        session.starts_at = at("2026-12-08 14:00") + timedelta(days=number)
        search.state = SearchState.WITH_DESK
        made.append(search.id)
    return made


async def busy(town: Town) -> list[int]:
    """The requester of the town has so many requests, sessions, and searches on the programme team's desk."""
    await ask(town)
    with town.store.begin() as uow:
        return copies(uow, MANY - 1)


async def test_of_many_requests_every_one_can_be_reached(town: Town) -> None:
    await busy(town)
    found = await walk(town.requester, "Mijn aanvragen")
    assert sorted(found) == sorted(request.id for request in town.rows(Request))
    assert len(found) == MANY


async def test_of_many_sessions_every_one_can_be_reached_in_order_of_time(town: Town) -> None:
    await busy(town)
    found = await walk(town.requester, "Mijn bijeenkomsten")
    times = {session.id: session.starts_at for session in town.rows(DialogueSession) if session.starts_at}
    assert found == sorted(times, key=lambda one: times[one])
    assert len(found) == MANY - 1


async def test_of_many_open_requests_every_one_can_be_reached(town: Town) -> None:
    searches = await busy(town)
    assert await walk(town.team()[0], "Open aanvragen") == searches


async def test_a_part_says_how_many_come_after_it_and_leads_back(town: Town) -> None:
    await busy(town)
    asker = town.requester
    first = await from_menu(asker, "Mijn aanvragen")
    assert f"[Toon meer (nog {MANY - AT_ONCE})]" in words(first)
    assert "Toon de vorige" not in words(first)
    await press(asker, "Toon meer")
    last = await press(asker, f"Toon meer (nog {MANY - 2 * AT_ONCE})")
    assert "Toon meer" not in words(last)
    await press(asker, "Toon de vorige")
    assert lines(await press(asker, "Toon de vorige")) == lines(first)


async def test_a_short_list_leads_nowhere_else(town: Town) -> None:
    await ask(town)
    assert not re.search("Toon (meer|de vorige)", words(await from_menu(town.requester, "Mijn aanvragen")))


@pytest.mark.parametrize("arg", ["3", "999999", "9" * 40, "-1", "last"])
@pytest.mark.parametrize("verb", ["requests", "sessions", "steer.open"])
async def test_a_part_that_there_is_not_shows_the_first_one(town: Town, verb: str, arg: str) -> None:
    await busy(town)
    actor = town.team()[0] if verb == "steer.open" else town.requester
    first = await actor.send_action(f"{verb}:0:0")
    assert first is not None
    assert len(lines(first)) == AT_ONCE
    assert await actor.send_action(f"{verb}:0:0:{arg}") == first
