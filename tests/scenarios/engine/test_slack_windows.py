"""Windows open while Slack lets them, are filled when there is something to show, and else a message comes instead."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.slack.interactions.interactions import ANSWER_BY, READY_SOON
from handlers.slack.manifest import ASK, ASK_ABOUT
from storage.database.unit_of_work import Store
from storage.models import Draft, Outbox, Request
from tests.scenarios.town import DUTCH
from tests.slack.asking import SEND, answer_page, ask, fill_in, fill_page, go_home, go_on, open_form
from tests.slack.mishaps import hasty, held, impatient, traces
from tests.slack.orders import Fails, TooMany
from tests.slack.outward import PATIENCE
from tests.slack.town import SlackTown, fresh

ASKED = "Vraag een dialoog aan"
NEXT = DUTCH("form.next")


@pytest.fixture
async def town(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack, over HTTP."""
    async with fresh(town_store, demo_file, "http") as town:
        yield town


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"])
async def test_a_form_whose_window_did_not_open_waits_behind_a_fresh_button(town: SlackTown, code: str) -> None:
    anna = town.requester
    await go_home(town, anna)
    town.far.orders.give("views.open", Fails(code), times=None)
    await anna.press(ASKED)
    assert not anna.has_modal
    [message] = anna.messages
    town.far.orders.withdraw()
    await anna.press(message.buttons[0], on=message)
    assert anna.modal.submit == NEXT
    assert anna.troubles == []


async def test_a_question_about_a_message_whose_window_did_not_open_can_be_asked_again(town: SlackTown) -> None:
    anna = town.requester
    message = await anna.says(town.far.channel("overleg", anna), "Hierover")
    town.far.orders.give("views.open", Fails("expired_trigger_id"), times=None)
    await anna.message_shortcut(ASK_ABOUT, message)
    assert "te lang" in anna.messages[-1].text
    town.far.orders.withdraw()
    await anna.press(anna.messages[-1].buttons[0], on=anna.messages[-1])
    assert anna.has_modal


async def test_while_slack_holds_windows_back_answers_come_as_messages_at_once(town: SlackTown) -> None:
    anna = town.requester
    await go_home(town, anna)
    town.far.orders.give("views.open", TooMany(retry_after=36_000))
    for seen in (1, 2):
        await anna.press(ASKED)
        assert len(anna.messages) == seen, "and it is there when the press is answered"
    assert len(town.far.calls.of("views.open")) == 1, "Slack is not asked while it asks to wait"


async def test_windows_do_not_wait_for_our_own_pace(town: SlackTown) -> None:
    anna = town.requester
    for _ in range(60):
        town.slack._web._pace.at_once("views.open")  # as after an hour of many windows
    await anna.global_shortcut(ASK)
    assert anna.modal.submit == NEXT


async def test_a_slow_window_opens_at_once_with_a_word_of_patience_and_is_then_filled(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = town.requester
    await go_home(town, anna)
    hasty(monkeypatch)
    with held(monkeypatch, town) as work:
        pressing = asyncio.create_task(anna.press(ASKED))
        await town.far.until(lambda: anna.has_modal)
        assert "ogenblik" in anna.modal.title
        work.let_go()
        await pressing
    assert anna.modal.submit == NEXT
    assert anna.messages == []
    assert anna.troubles == []


def test_what_is_waited_for_leaves_the_answer_time_to_reach_slack() -> None:
    assert READY_SOON < ANSWER_BY / 2
    assert ANSWER_BY < PATIENCE - 0.5


def _letters(town: SlackTown) -> list[Outbox]:
    with town.store.read() as uow:
        return list(uow.db.exec(select(Outbox)).all())


async def test_however_slow_we_are_every_answer_comes_while_slack_waits(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    anna = town.requester
    with held(monkeypatch, town) as work:
        await anna.global_shortcut(ASK)
        await town.far.until(lambda: anna.has_modal)
        assert anna.modal.submit is None, "acknowledged before it was done"
        work.let_go()
        await town.far.until(lambda: anna.modal.submit == NEXT)
    await fill_page(anna)
    with held(monkeypatch, town) as work:
        await anna.submit()
        assert anna.modal.submit is None
        work.let_go()
        await town.far.until(lambda: anna.modal.submit == NEXT and "vorm" in anna.modal.text.casefold())
    with held(monkeypatch, town) as work:
        await anna.command("/dialoog", "status")
        assert anna.ephemerals == []
        work.let_go()
        await town.far.until(lambda: anna.ephemerals)
    with held(monkeypatch, town) as work:
        await anna.close()
        work.let_go()
        await town.far.until(lambda: _letters(town))
    await town.settle()
    assert "Er is nog niets verstuurd" in anna.messages[-1].text
    assert anna.troubles == []


async def test_a_window_closed_before_it_was_filled_is_answered_by_a_message(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    anna = town.requester
    with held(monkeypatch, town) as work:
        await anna.global_shortcut(ASK)
        await town.far.until(lambda: anna.has_modal)
        await anna.close()
        work.let_go()
        await town.far.until(lambda: anna.messages)
    await anna.press(anna.messages[-1].buttons[0], on=anna.messages[-1])
    await town.far.until(lambda: anna.has_modal and anna.modal.submit == NEXT)


async def test_a_window_that_changed_meanwhile_leaves_the_answer_in_a_message(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    anna = town.requester
    town.far.orders.give("views.update", Fails("hash_conflict"))
    with held(monkeypatch, town) as work:
        await anna.global_shortcut(ASK)
        await town.far.until(lambda: anna.has_modal)
        work.let_go()
        await town.far.until(lambda: anna.messages)
    assert anna.messages[-1].buttons


async def test_a_double_click_opens_one_form_and_sends_one_request(town: SlackTown) -> None:
    anna = town.requester
    await go_home(town, anna)
    await asyncio.gather(anna.press(ASKED), anna.press(ASKED))
    assert traces(town.store)[Draft.__tablename__] == 1
    await anna.close(everything=True)
    await fill_in(town, anna)
    await asyncio.gather(anna.submit(), anna.submit())
    await town.settle()
    assert traces(town.store)[Request.__tablename__] == 1
    assert anna.troubles == []


async def test_next_pressed_twice_goes_one_page_on(town: SlackTown) -> None:
    anna = town.requester
    await open_form(town, anna)
    first = anna.modal.title
    await fill_page(anna)
    await asyncio.gather(anna.submit(), anna.submit())
    second = anna.modal.title
    assert second != first
    assert anna.modal.problems == {}
    assert anna.troubles == []


async def test_back_and_next_at_once_leave_a_page_that_goes_on(town: SlackTown) -> None:
    anna = town.requester
    await open_form(town, anna)
    await answer_page(anna)
    await fill_page(anna)
    await asyncio.gather(anna.press(DUTCH("form.back")), anna.submit())
    await go_on(anna)
    assert anna.modal.submit == SEND, "whichever page is left in front, it leads to the end"
    assert anna.troubles == []


async def test_a_page_of_a_form_that_was_thrown_away_says_so(town: SlackTown) -> None:
    anna = town.requester
    await open_form(town, anna)
    with town.store.begin() as uow:
        for draft in uow.db.exec(select(Draft)).all():
            uow.delete(draft)
    await answer_page(anna)
    assert anna.modal.submit is None
    assert "al verstuurd of weggegooid" in anna.modal.text
    assert anna.troubles == []


async def test_a_page_answered_on_another_device_first_does_not_lose_the_later_answers(town: SlackTown) -> None:
    anna = town.requester
    await open_form(town, anna)
    await answer_page(anna)
    sent = town.far.outward.deliveries[-1]
    await answer_page(anna)
    late = {**sent.payload, "trigger_id": town.far.workspace.triggers.issue(anna.id)}
    answer = await town.far.outward.deliver("interactive", late)
    assert answer.body["response_action"] == "update"
    assert answer.body["view"]["callback_id"] == "form", "the page after it, with what was filled in"
    await anna.submit()
    assert anna.troubles == []


async def test_what_is_sent_is_found_again_as_a_message_when_the_window_could_not_say_it(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = town.requester
    await fill_in(town, anna)
    impatient(monkeypatch)
    with held(monkeypatch, town) as work:
        await anna.submit()
        assert "ogenblik" in anna.modal.title
        await anna.close(everything=True)
        work.let_go()
        await town.far.until(lambda: anna.messages)
    await town.settle()
    assert traces(town.store)[Request.__tablename__] == 1
    assert "Je hoort" in anna.messages[0].text


async def test_asking_goes_on_in_the_same_window_from_page_to_page(town: SlackTown) -> None:
    anna = await ask(town)
    assert anna.modal.depth == 1
    assert len(town.far.calls.of("views.open")) == 1
