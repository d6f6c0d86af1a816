"""The heading of a message about a session says what it is about, and gives nothing away on a locked screen."""

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import View
from tests.scenarios.asking import SERIES, answer_page, from_menu, plan, plan_series, press
from tests.scenarios.town import Town, at
from tests.scenarios.waiting import asked_to_move

SECRET = ("Tegenspraak", "Moreel beraad", "Online")


def headings(town: Town, actor: SimulatedPerson, since: int) -> list[str]:
    """The headings of what was delivered to somebody since then."""
    return [delivery.view.title for delivery in town.arrived(actor, since)]


async def test_planned_moved_placed_and_cancelled_are_told_apart_by_their_headings(town: Town) -> None:
    requester, facilitator = await plan(town)
    assert headings(town, facilitator, 0)[-1] == "Bijeenkomst gepland"
    seen = town.seen
    await press(requester, "Kies een ander moment")
    await answer_page(requester, moment="2026-12-09T10:00")
    await town.settle()
    await press(requester, "Geef de link door")
    await answer_page(requester, link="https://overleg.example/abc")
    await town.settle()
    await press(requester, "Zeg af")
    await press(requester, "Zeg deze bijeenkomst af")
    await town.settle()
    assert headings(town, facilitator, seen) == [
        "Bijeenkomst verplaatst",
        "Andere plek of link",
        "Bijeenkomst afgezegd",
    ]


async def test_each_reminder_says_in_its_heading_how_near_the_session_is(town: Town) -> None:
    requester, facilitator = await plan(town)
    seen = town.seen
    await town.until(at("2026-12-08 16:30"))
    near = ["Bijeenkomst over een week", "Bijeenkomst morgen", "Bijeenkomst over een uur"]
    assert headings(town, requester, seen) == near
    assert headings(town, facilitator, seen) == [*near, "Hoe ging het?"]


async def test_a_late_reminder_does_not_say_tomorrow_in_its_heading(town: Town) -> None:
    requester, _ = await plan(town)
    seen = town.seen
    await town.sleeps_until(at("2026-12-08 09:00"))
    assert headings(town, requester, seen) == ["Bijeenkomst komt eraan"]


async def test_a_move_that_is_asked_for_and_what_comes_of_it_have_their_headings(town: Town) -> None:
    requester, facilitator = await asked_to_move(town)
    await town.settle()
    assert requester.last.title == "Bijeenkomst verplaatsen?"
    seen = town.seen
    await press(requester, "Nee, laat het zo")
    await town.settle()
    assert headings(town, facilitator, seen) == ["Bijeenkomst blijft staan"]


async def test_giving_back_says_so_to_both(town: Town) -> None:
    requester, facilitator = await plan(town)
    await press(facilitator, "Ik kan toch niet")
    answer = await answer_page(facilitator, reason="Privé")
    await town.settle()
    assert answer.title == "Bijeenkomst teruggegeven"
    assert requester.last.title == "De gespreksleider kan niet"


@pytest.mark.parametrize(("held", "heading"), [("Ja", "Bijeenkomst geweest"), ("Nee", "Bijeenkomst niet doorgegaan")])
async def test_what_became_of_a_session_is_in_the_heading(town: Town, held: str, heading: str) -> None:
    requester, facilitator = await plan(town)
    await town.until(at("2026-12-08 16:30"))
    await press(facilitator, "Vertel hoe het ging")
    await answer_page(facilitator, held=held)
    if held == "Ja":
        await answer_page(facilitator, attendees=9)
    await town.settle()
    assert requester.last.title == heading


async def test_a_session_that_is_looked_at_is_headed_by_how_it_stands(town: Town) -> None:
    requester, _ = await plan_series(town)
    await from_menu(requester, "Mijn bijeenkomsten")
    assert (await press(requester, "Bekijk: di 8 dec")).title == "Geplande bijeenkomst"
    await town.until(at("2026-12-08 14:05"))
    await from_menu(requester, "Mijn bijeenkomsten")
    assert (await press(requester, "Bekijk: di 8 dec")).title == "Bijeenkomst begonnen of voorbij"


async def test_no_heading_of_a_session_tells_what_it_is_about(town: Town) -> None:
    requester, facilitator = await plan(town, **SERIES)
    seen = town.seen
    await town.until(at("2026-12-09 16:30"))
    told: list[View] = [delivery.view for who in (requester, facilitator) for delivery in town.arrived(who, seen)]
    assert len(told) > 6
    assert not [view.title for view in told if any(word in view.title for word in SECRET)]


async def test_what_a_facilitator_reads_after_saying_yes_has_each_time_a_point_of_its_own(town: Town) -> None:
    seen = town.seen
    _, facilitator = await plan(town)
    changed, planned = [one.view for one in town.arrived(facilitator, seen)][-2:]
    assert facilitator.screen is not None
    assert "Dank je wel. Jij leidt de dialoog op dinsdag 8 december 2026 om 14:00" in facilitator.screen.text
    assert changed.text.startswith("Je hebt deze dialoog geaccepteerd.")
    assert "aanvrager" not in changed.text
    assert planned.text.startswith("De dialoog is gepland.")


async def test_no_two_buttons_of_a_session_do_the_same(town: Town) -> None:
    requester, _ = await plan(town)
    labels = [button.label for button in requester.last.buttons]
    assert labels == ["Geef de link door", "Kies een ander moment", "Toch op een locatie", "Zeg af"]
    await press(requester, "Geef de link door")
    view = await answer_page(requester, link="https://overleg.example/abc")
    labels = [button.label for button in view.buttons]
    assert labels == ["Kies een ander moment", "Wijzig plek of link", "Zeg af"]
