"""Slack brings things again, together, later, and after we failed: each has one effect and one answer."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from handlers.slack.manifest import ASK, ASK_ABOUT
from storage.database.unit_of_work import Store
from storage.models import DialogueSession, Draft, Request
from tests.slack.answer import Delivery, Kind
from tests.slack.asking import answer_page, ask, fill_in, fill_page, go_home, open_form, plan
from tests.slack.mishaps import AGES, database_away, held, impatient, traces
from tests.slack.town import SlackTown, fresh

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"
FAILED = "Taking in what Slack brought failed"
"""What the log says when it was tried in vain."""


@pytest.fixture
def town(slack_town_over_each: SlackTown) -> SlackTown:
    """A town to which things are brought again."""
    return slack_town_over_each


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
    await town.settle()
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
    town: SlackTown, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    town.far.outward.retries = (0.3,)
    anna = town.requester
    with database_away(monkeypatch, town.store):
        await _in_vain(town, anna.dm("status"), caplog)
        assert anna.messages == []
    await town.settle()
    assert len(anna.messages) == 1


async def _in_vain(town: SlackTown, deed: Coroutine[Any, Any, Any], caplog: pytest.LogCaptureFixture) -> None:
    """Do something that fails on our side, up to where Slack knows that it did."""
    doing = asyncio.create_task(deed)
    await town.far.until(lambda: FAILED in caplog.text)
    town.far.sockets.give_up()  # over a socket nothing says that it failed
    await doing


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
    town: SlackTown, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    anna = town.requester
    await open_form(town, anna)
    first = anna.modal.title
    await fill_page(anna)
    with database_away(monkeypatch, town.store):
        await _in_vain(town, anna.submit(), caplog)
    assert anna.modal.title == first, "Slack keeps the page, and tells the person to press again"
    assert len(anna.troubles) == 1
    await anna.submit()
    assert anna.modal.title != first
    assert anna.modal.problems == {}


async def test_an_event_whose_acknowledgement_came_too_late_is_answered_once(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.far.outward.patience, town.far.outward.retries = 0.1, (0.0,)
    anna = town.requester
    with held(monkeypatch, town) as work:
        await anna.dm("status")
        town.far.outward.patience = AGES
        work.let_go()
        await town.settle()
    delivery = _said(town, "status")
    assert not delivery.answers[0].ok
    assert delivery.answers[-1].ok
    assert len(anna.messages) == 1


async def test_an_event_that_takes_longer_than_slack_waits_is_asked_for_again_and_done_once(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    town.far.outward.patience, town.far.outward.retries = 0.5, (0.05,) * 1_000
    anna = town.requester
    with held(monkeypatch, town) as work:
        await anna.dm("status")
        delivery = _said(town, "status")
        await town.far.until(lambda: len(delivery.answers) == 2)
        assert not any(answer.ok for answer in delivery.answers)
        work.let_go()
        await town.settle()
    assert delivery.answers[-1].ok
    assert len(anna.messages) == 1


def _said(town: SlackTown, words: str) -> Delivery:
    """The delivery of somebody's words."""
    return next(one for one in town.far.outward.deliveries if one.payload.get("event", {}).get("text") == words)


async def test_what_a_bot_that_stops_did_not_finish_its_successor_does(
    demo_file: Path, town_store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with fresh(town_store, demo_file, "http") as town:
        town.far.outward.retries = (0.2,) * 1_000
        anna = town.requester
        with database_away(monkeypatch, town.store):
            saying = asyncio.create_task(anna.dm("status"))
            await town.far.until(lambda: FAILED in caplog.text)
            await town.stop()
        await saying
        assert anna.messages == []
        successor = SlackTown(town.store, town.far, "http")
        town.far.listen_at(await _started(successor))
        await town.far.settled()
        assert len(anna.messages) == 1
        await successor.stop()


async def _started(town: SlackTown) -> str:
    await town.slack.start(town.app.router)
    return town.slack.address
