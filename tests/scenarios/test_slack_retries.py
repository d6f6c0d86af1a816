"""Slack brings things again, together, later, and after we failed: each has one effect and one answer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers.slack.manifest import ASK, ASK_ABOUT
from storage.models import DialogueSession, Draft, Request
from storage.unit_of_work import Store
from tests.slack.answer import Kind
from tests.slack.asking import answer_page, ask, fill_in, go_home, open_form, plan
from tests.slack.mishaps import database_away, impatient, slow, traces
from tests.slack.person import Person
from tests.slack.town import SlackTown, living, renew

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"


@pytest.fixture(params=["socket", "http"])
async def town(request: pytest.FixtureRequest, demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack."""
    renew(town_store, demo_file)
    async with living(town_store, request.param) as town:
        yield town
    town_store.close()


@pytest.fixture(params=["one by one", "together"])
def manner(request: pytest.FixtureRequest) -> str:
    """How comes what is brought thrice."""
    return str(request.param)


def thrice(town: SlackTown, kind: Kind, manner: str) -> None:
    town.far.outward.repeat(kind, 3, together=manner == "together")


async def test_whatever_is_brought_three_times_is_done_and_answered_once(town: SlackTown, manner: str) -> None:
    anna = town.requester
    thrice(town, "events_api", manner)
    await anna.dm("status")
    assert len(anna.messages) == 1
    thrice(town, "slash_commands", manner)
    await anna.command("/dialoog", "status")
    assert len(anna.ephemerals) == 1
    thrice(town, "interactive", manner)
    await anna.global_shortcut(ASK)
    assert anna.has_modal
    thrice(town, "interactive", manner)
    await answer_page(anna)
    assert anna.modal.problems == {}
    thrice(town, "interactive", manner)
    await anna.close()
    assert len(anna.messages) == 2, "that what was filled in is kept is said once"
    assert traces(town.store)[Draft.__tablename__] == 1
    assert anna.troubles == []


async def test_a_press_and_a_sent_form_brought_three_times_have_one_effect(town: SlackTown, manner: str) -> None:
    anna = town.requester
    await fill_in(town, anna)
    thrice(town, "interactive", manner)
    await anna.submit()
    await town.settle()
    assert traces(town.store)[Request.__tablename__] == 1
    assert len(anna.messages) == 1
    winner = town.holding(FIRST_MOMENT)[0]
    before = len(winner.messages)
    thrice(town, "interactive", manner)
    await winner.press(FIRST_MOMENT)
    await town.settle()
    assert traces(town.store)[DialogueSession.__tablename__] == 1
    told = [message.text for message in winner.messages[before:]]
    assert len(told) == len(set(told)), "nothing is said twice"
    assert not any("collega" in text for text in told), "and nobody is told to have been late by themselves"


async def test_a_shortcut_on_a_message_brought_three_times_opens_one_window(town: SlackTown, manner: str) -> None:
    anna = town.requester
    room = town.far.channel("overleg", anna)
    message = await anna.says(room, "Hier moeten we het over hebben")
    thrice(town, "interactive", manner)
    await anna.message_shortcut(ASK_ABOUT, message)
    assert anna.modal.depth == 1
    assert anna.messages == [], "nobody hears that a window did not open which did"


async def test_what_is_refused_is_refused_once_however_often_it_is_brought(town: SlackTown, manner: str) -> None:
    anna, winner = await plan(town)
    late = next(one.payload for one in town.far.outward.deliveries if _presses(one.payload, "offer.accept"))
    await town.settle()
    said = len(winner.messages)
    thrice(town, "interactive", manner)
    await town.far.outward.deliver("interactive", {**late, "trigger_id": "anders"})
    assert len(winner.messages) == said + 1
    assert anna.troubles == []


def _presses(payload: dict[str, Any], verb: str) -> bool:
    return any(str(action.get("value", "")).startswith(verb) for action in payload.get("actions", []))


async def test_everything_that_happened_brought_once_more_changes_nothing(town: SlackTown) -> None:
    anna, winner = await plan(town)
    await go_home(town, anna)
    await town.settle()
    before, said = traces(town.store), [len(who.messages) for who in town.everybody]
    for delivery in [*town.far.outward.deliveries]:
        await town.far.outward.replay(delivery)
    await town.settle()
    assert traces(town.store) == before
    assert [len(who.messages) for who in town.everybody] == said
    assert not winner.has_modal
    assert not any(who.ephemerals for who in town.everybody)


async def test_an_event_that_found_no_database_is_brought_again_and_then_done(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.far.outward.retries = (0.3, 0.3)
    anna = town.requester
    with database_away(monkeypatch, town.store):
        await asyncio.wait_for(anna.dm("status"), 1) if town.mode == "http" else await _in_vain(town, anna)
        assert anna.messages == []
    await town.settle()
    assert len(anna.messages) == 1


async def _in_vain(town: SlackTown, person: Person) -> None:
    town.far.outward.patience = 0.2
    await person.dm("status")


async def test_a_press_that_found_no_database_says_so_and_works_when_pressed_again(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(town)
    asked = town.holding(FIRST_MOMENT)[0]
    offer = asked.messages[-1]
    with database_away(monkeypatch, town.store):
        await asked.press(FIRST_MOMENT, on=offer)
    assert asked.troubles == []
    assert "iets mis" in asked.messages[-1].text
    await asked.press(FIRST_MOMENT, on=offer)
    await town.settle()
    assert traces(town.store)[DialogueSession.__tablename__] == 1


async def test_a_page_that_found_no_database_stays_as_it_was_filled_in(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = town.requester
    await open_form(town, anna)
    await town.far.until(lambda: anna.has_modal)
    town.far.outward.patience = 0.3
    first = anna.modal.title
    with database_away(monkeypatch, town.store):
        await answer_page(anna)
    assert anna.modal.title == first, "Slack keeps the page, and tells the person to press again"
    assert len(anna.troubles) == 1
    town.far.outward.patience = 3.0
    await anna.submit()
    assert anna.modal.title != first
    assert anna.modal.problems == {}


async def test_an_event_whose_acknowledgement_came_too_late_is_answered_once(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, town)
    town.far.outward.patience = 0.1
    town.far.outward.retries = (0.0, 0.05, 0.3)
    slow(monkeypatch, town, 0.15, times=1)
    anna = town.requester
    await anna.dm("status")
    await town.settle()
    delivery = next(one for one in town.far.outward.deliveries if one.payload.get("event", {}).get("text") == "status")
    assert not delivery.answers[0].ok
    assert delivery.answers[-1].ok
    assert len(anna.messages) == 1


async def test_an_event_that_takes_longer_than_slack_waits_is_asked_for_again_and_done_once(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, town)
    town.far.outward.retries = (0.0, 0.2, 0.4)
    slow(monkeypatch, town, 0.5)
    anna = town.requester
    await anna.dm("status")
    await town.settle()
    assert len(anna.messages) == 1


async def test_what_a_bot_that_stops_did_not_finish_its_successor_does(
    demo_file: Path, town_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew(town_store, demo_file)
    async with living(town_store, "http") as town:
        town.far.outward.retries = (0.2, 0.4)
        anna = town.requester
        with database_away(monkeypatch, town.store):
            saying = asyncio.create_task(anna.dm("status"))
            await asyncio.sleep(0.05)
            await town.stop()
        await saying
        assert anna.messages == []
        successor = SlackTown(town.store, town.far, "http")
        town.far.listen_at(await _started(successor))
        await town.far.settled()
        assert len(anna.messages) == 1
        await successor.stop()
    town_store.close()


async def _started(town: SlackTown) -> str:
    await town.slack.start(town.app.router)
    return town.slack.address
