"""The main job in Slack, from the home tab to a series, over both modes."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.unit_of_work import Store
from tests.scenarios.town import at
from tests.slack.asking import answer_page, ask
from tests.slack.person import Person
from tests.slack.town import SlackTown, living

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"


@pytest.fixture(params=["socket", "http"])
async def town(request: pytest.FixtureRequest, demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack."""
    assert town_store.engine.url.database
    shutil.copy(demo_file, town_store.engine.url.database)
    async with living(town_store, request.param) as town:
        yield town
    town_store.close()


async def test_who_asks_hears_at_once_that_it_arrived_and_when_to_expect_an_answer(town: SlackTown) -> None:
    anna = town.requester
    await ask(town, anna)
    assert "Je hoort" in anna.modal.text
    await town.far.until(lambda: anna.messages)
    assert anna.messages[-1].text.startswith(anna.modal.text)
    await anna.close(everything=True)
    await anna.open_home()
    await anna.sees("Tegenspraak en je uitspreken")


async def test_the_first_to_accept_wins_and_everybody_elses_offer_says_so(town: SlackTown) -> None:
    anna, winner, others = await planned(town)
    assert winner.messages[0].buttons == ["Bekijk de bijeenkomst"]
    for other in others:
        await other.sees("niet meer nodig")
        assert other.messages[0].buttons == []
    text = "\n".join(message.text for message in anna.messages)
    assert winner.member.real_name in text


async def test_both_sides_get_the_calendar_file_and_can_read_the_facts_without_it(town: SlackTown) -> None:
    anna, winner, _ = await planned(town)
    for who in (anna, winner):
        message = next(one for one in who.messages if one.files)
        assert message.files == ["dialoog.ics"]
        assert "14:00" in message.text


async def test_reminders_come_a_week_a_day_and_an_hour_before(town: SlackTown) -> None:
    anna, _, _ = await planned(town)
    before = len(anna.messages)
    await town.until(at("2026-12-08 13:30"))
    assert len(anna.messages) == before + 3
    assert all("14:00" in message.text for message in anna.messages[before:])


async def test_saying_no_asks_for_a_reason_in_a_window(town: SlackTown) -> None:
    await ask(town, town.requester)
    asked = town.holding(FIRST_MOMENT)[0]
    await asked.press("Zeg nee")
    await town.far.until(lambda: asked.has_modal)
    await asked.press("Ik heb geen tijd")
    await town.settle()
    assert asked.messages[0].buttons == []
    assert asked.troubles == []


async def test_another_time_is_proposed_in_a_window_and_taken_by_the_requester(town: SlackTown) -> None:
    anna = town.requester
    await ask(town, anna)
    asked = town.holding(FIRST_MOMENT)[0]
    await asked.press("Stel een ander moment voor")
    await town.far.until(lambda: asked.has_modal)
    await answer_page(asked, "other_time", moment="2026-12-09T10:00")
    await town.settle()
    await anna.close(everything=True)
    await anna.press("Ja", on=anna.messages[-1])
    await town.settle()
    assert any("9 december 2026" in message.text for message in asked.messages)


async def planned(town: SlackTown, **changed: object) -> tuple[Person, Person, list[Person]]:
    """A request that is asked and accepted: the requester, who won, and who else was asked."""
    anna = town.requester
    await ask(town, anna, **changed)
    await anna.close(everything=True)
    asked = town.holding("Accepteer")
    winner = town.holding(FIRST_MOMENT)[0]
    await winner.press(FIRST_MOMENT)
    await town.settle()
    return anna, winner, [one for one in asked if one is not winner]
