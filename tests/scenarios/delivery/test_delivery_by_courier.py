"""A letter reaches its person over the channel that works, in order, and what cannot be delivered is seen."""

import asyncio
import logging
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import col, select

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.outcome import ATTEMPTS, LONGEST_WAIT, back_off
from bot.schedule.clock import MovableClock
from flows.engine.views.view import View
from handlers.outbound.channel import PLAIN, Envelope, NeverDeliverable, RetryLater
from storage.database.unit_of_work import Store
from storage.delivery import dead_letters, outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import Address, Outbox, OutboxReason, OutboxState
from tests.scenarios.far_side import NOW, Recorder, add_person, carry_over, compose, reading, writing


@pytest.fixture
def telegram() -> Recorder:
    return Recorder("telegram")


def _put(store: Store, person: int, subject: int, kind: str = "hello", slot: str | None = None, **args: object) -> None:
    with store.begin() as uow:
        letter = OutboxMessage(person, kind, subject, args, slot, once="once")
        outbox.put(uow, letter, now=NOW)


def _rows(store: Store) -> list[Outbox]:
    with store.begin() as uow:
        return list(uow.db.exec(select(Outbox).order_by(col(Outbox.id))))


def _only(store: Store) -> Outbox:
    (row,) = _rows(store)
    return row


async def test_a_letter_arrives_composed_and_is_marked_sent(store: Store, clock: MovableClock, slack: Recorder) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 7)
    await carry_over(store, clock, slack).drain()
    assert slack.order == [("U1", "hello 7")]
    row = _only(store)
    assert (row.state, row.reason, row.outcome, row.settled_at) == (OutboxState.SENT, None, "slack", NOW)


async def test_what_was_sent_is_not_sent_again(store: Store, clock: MovableClock, slack: Recorder) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 7)
    await carry_over(store, clock, slack).drain()
    clock.move(timedelta(days=30))
    await carry_over(store, clock, slack).drain()
    assert len(slack.order) == 1


async def test_a_late_letter_says_so(store: Store, clock: MovableClock, slack: Recorder) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 7, late=True)
    await carry_over(store, clock, slack).drain()
    assert slack.seen_by("U1") == ["This comes late.\n\nhello 7"]


async def test_a_letter_that_makes_no_sense_any_more_is_not_sent(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 7, kind="moot")
    await carry_over(store, clock, slack).drain()
    assert slack.order == []
    assert (_only(store).state, _only(store).reason) == (OutboxState.MOOT, OutboxReason.NO_SENSE)


async def test_the_preferred_channel_is_taken(
    store: Store, clock: MovableClock, slack: Recorder, telegram: Recorder
) -> None:
    _put(store, add_person(store, "Anna", telegram="T1", slack="U1"), 7)
    await carry_over(store, clock, slack, telegram).drain()
    assert (slack.order, telegram.order) == ([], [("T1", "hello 7")])


async def test_a_letter_over_the_channel_that_its_reader_chose_since_says_nothing_of_another(
    store: Store, clock: MovableClock, slack: Recorder, telegram: Recorder
) -> None:
    anna = add_person(store, "Anna", telegram="T1", slack="U1")
    with store.begin() as uow:
        for row in uow.db.exec(select(Address)):
            row.preferred, row.reachable = row.channel == "slack", row.channel == "slack"
    _put(store, anna, 7)
    await carry_over(store, clock, slack, telegram).drain()
    assert slack.order == [("U1", "hello 7")]


async def test_another_channel_is_taken_where_the_preferred_one_does_not_run(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    _put(store, add_person(store, "Anna", telegram="T1", slack="U1"), 7)
    await carry_over(store, clock, slack).drain()
    assert slack.order == [("U1", "hello 7")]


async def test_a_person_without_an_address_is_seen_to_be_unreachable(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    _put(store, add_person(store, "Anna", telegram="T1"), 7)
    await carry_over(store, clock, slack).drain()
    with store.begin() as uow:
        assert [(row.reason, row.outcome) for row in dead_letters.newest(uow)] == [
            (OutboxReason.NO_ADDRESS, "no address")
        ]


async def test_a_person_who_blocked_the_bot_is_reached_over_another_channel_from_then_on(
    store: Store, clock: MovableClock, slack: Recorder, telegram: Recorder
) -> None:
    anna = add_person(store, "Anna", telegram="T1", slack="U1")
    telegram.troubles = [NeverDeliverable("blocked", unreachable=True)]
    for subject in (1, 2):
        _put(store, anna, subject)
    await carry_over(store, clock, slack, telegram).drain()
    first, second = slack.seen_by("U1")
    assert first.startswith("Je krijgt dit hier, omdat ik je via Telegram niet meer kan bereiken.")
    assert (first.splitlines()[-1], second.splitlines()[-1]) == ("hello 1", "hello 2")
    with store.begin() as uow:
        gone = uow.db.exec(select(Address.channel).where(Address.reachable == False)).all()  # noqa: E712
    assert gone == ["telegram"]


async def test_a_message_that_one_channel_refuses_comes_over_another_which_says_why(
    store: Store, clock: MovableClock, slack: Recorder, telegram: Recorder
) -> None:
    _put(store, add_person(store, "Anna", telegram="T1", slack="U1"), 1)
    telegram.troubles = [NeverDeliverable("too long")]
    await carry_over(store, clock, slack, telegram).drain()
    [told] = slack.seen_by("U1")
    assert told.startswith("Je krijgt dit hier, omdat Telegram dit bericht niet aannam.")


async def test_a_letter_no_channel_takes_is_dead_and_says_why(
    store: Store, clock: MovableClock, slack: Recorder, telegram: Recorder
) -> None:
    _put(store, add_person(store, "Anna", telegram="T1", slack="U1"), 7)
    telegram.troubles, slack.troubles = [NeverDeliverable("too long")], [NeverDeliverable("too many blocks")]
    await carry_over(store, clock, slack, telegram).drain()
    assert (_only(store).state, _only(store).outcome) == (
        OutboxState.DEAD, "telegram: too long; slack: too many blocks",
    )  # fmt: skip
    with store.begin() as uow:
        assert all(row.reachable for row in uow.db.exec(select(Address)))


async def test_a_letter_in_a_slot_replaces_the_message_that_stands_there(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    anna = add_person(store, "Anna", slack="U1")
    for subject in (1, 2):
        _put(store, anna, subject, slot="card")
    await carry_over(store, clock, slack).drain()
    assert slack.messages == {"slack-1": ("U1", "hello 2")}


async def test_where_the_message_cannot_be_replaced_a_new_one_is_sent_and_replaced_from_then_on(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    anna = add_person(store, "Anna", slack="U1")
    slack.replace_troubles = [NeverDeliverable("message_not_found")]
    for subject in (1, 2, 3):
        _put(store, anna, subject, slot="card")
    await carry_over(store, clock, slack).drain()
    assert slack.messages == {"slack-1": ("U1", "hello 1"), "slack-2": ("U1", "hello 3")}


async def test_a_replacement_for_somebody_who_left_is_not_sent_anew(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    anna = add_person(store, "Anna", slack="U1")
    slack.replace_troubles = [NeverDeliverable("left", unreachable=True)]
    for subject in (1, 2):
        _put(store, anna, subject, slot="card")
    await carry_over(store, clock, slack).drain()
    assert slack.seen_by("U1") == ["hello 1"]
    assert [row.state for row in _rows(store)] == [OutboxState.SENT, OutboxState.DEAD]


async def test_a_wait_the_platform_asks_for_is_kept_and_never_uses_a_letter_up(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 7)
    slack.troubles = [RetryLater("slow down", 30)] * (ATTEMPTS + 3)
    carrier = carry_over(store, clock, slack)
    for _ in range(ATTEMPTS + 3):
        await carrier.drain()
        assert _only(store).not_before == clock.now() + timedelta(seconds=30)
        clock.move(timedelta(seconds=30))
    assert _only(store).attempts == 0
    await carrier.drain()
    assert slack.seen_by("U1") == ["hello 7"]


async def test_a_letter_that_fails_twelve_times_is_dead_within_a_day(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 7)
    slack.troubles = [RetryLater("no connection")] * 20
    carrier = carry_over(store, clock, slack)
    while _only(store).state == OutboxState.READY:
        clock.set(max(clock.now(), _only(store).not_before))
        await carrier.drain()
    assert len(slack.troubles) == 20 - ATTEMPTS
    assert timedelta(hours=12) < clock.now() - NOW < timedelta(hours=24)
    assert _only(store).reason is OutboxReason.GAVE_UP
    assert _only(store).outcome == "gave up after 12 attempts; the last: not now: no connection"


def test_the_wait_grows_with_each_failure_up_to_a_cap_and_is_never_the_same() -> None:
    waits = [back_off(attempts) for attempts in range(12)]
    assert timedelta(seconds=4) <= waits[0] <= timedelta(seconds=5)
    assert all(later > 2 * earlier for earlier, later in pairwise(waits[:8]))
    assert max(waits) <= LONGEST_WAIT
    assert len({back_off(3) for _ in range(20)}) > 1


async def test_a_fault_of_ours_is_logged_without_names_and_the_letter_tried_again(
    store: Store, clock: MovableClock, slack: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    anna, bert = add_person(store, "Anna", slack="U1"), add_person(store, "Bert", slack="U2")
    _put(store, anna, 1, kind="bad")
    _put(store, bert, 2)
    await carry_over(store, clock, slack).drain()
    assert slack.order == [("U2", "hello 2")]
    row = next(row for row in _rows(store) if row.kind == "bad")
    assert (row.state, row.attempts) == (OutboxState.READY, 1)
    fault = next(record.__dict__["fault"] for record in caplog.records if "fault" in record.__dict__)
    assert fault in row.outcome
    assert "Anna" not in caplog.text + row.outcome
    assert "hello" not in caplog.text


async def test_while_one_persons_letter_waits_their_later_ones_wait_and_others_go(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    anna, bert = add_person(store, "Anna", slack="U1"), add_person(store, "Bert", slack="U2")
    slack.troubles = [RetryLater("slow down", 60)]
    for subject in (1, 2, 3):
        _put(store, anna, subject)
    carrier = carry_over(store, clock, slack, side_by_side=1)
    await carrier.drain()
    _put(store, bert, 4)
    await carrier.drain()
    assert slack.order == [("U2", "hello 4")]
    clock.move(timedelta(seconds=60))
    await carrier.drain()
    assert slack.seen_by("U1") == ["hello 1", "hello 2", "hello 3"]


class _Slow(Recorder):
    """A channel with which letters stay under way until so many are, and that remembers how many were at once."""

    def __init__(self, together: int) -> None:
        super().__init__("slack")
        self.under_way: list[str] = []
        self.most = 0
        self.together, self.met = together, asyncio.Event()

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        assert address not in self.under_way
        self.under_way.append(address)
        self.most = max(self.most, len(self.under_way))
        if self.most >= self.together:
            self.met.set()
        async with asyncio.timeout(30):
            await self.met.wait()
        await asyncio.sleep(0.05)  # in which one too many could come
        self.under_way.remove(address)
        return await super().send(address, view, envelope)


async def test_different_people_are_served_side_by_side_up_to_the_limit(store: Store, clock: MovableClock) -> None:
    slack = _Slow(3)
    for n in range(6):
        person = add_person(store, f"Persoon {n}", slack=f"U{n}")
        for subject in range(2):
            _put(store, person, subject)
    await carry_over(store, clock, slack, side_by_side=3).drain()
    assert slack.most == 3
    assert all(slack.seen_by(f"U{n}") == ["hello 0", "hello 1"] for n in range(6))


class _Stuck(Recorder):
    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        await asyncio.sleep(3600)
        raise AssertionError


async def test_a_platform_that_never_answers_is_given_up_on_before_the_lease_is_over(
    store: Store, clock: MovableClock
) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 7)
    lease = timedelta(seconds=0.2)
    carrier = Dispatcher(writing(store, clock), reading(store, clock), [_Stuck()], compose, clock, lease=lease)
    async with asyncio.timeout(60):
        await carrier.drain()
    assert (_only(store).attempts, _only(store).outcome) == (1, "not now: no answer in time")


async def test_a_running_courier_delivers_what_it_is_woken_for_and_stops_within_seconds(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    anna = add_person(store, "Anna", slack="U1")
    carrier = carry_over(store, clock, slack)
    running = asyncio.create_task(carrier.run())
    await asyncio.sleep(0.05)
    _put(store, anna, 1)
    carrier.wake()
    await _until(lambda: slack.seen_by("U1") == ["hello 1"])
    async with asyncio.timeout(30):  # left alone, it would look again after a minute
        await carrier.stop()
        await running


async def test_a_running_courier_sees_that_the_clock_was_moved(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    anna = add_person(store, "Anna", slack="U1")
    slack.troubles = [RetryLater("slow down", 1800)]
    _put(store, anna, 1)
    carrier = carry_over(store, clock, slack)
    running = asyncio.create_task(carrier.run())
    await _until(lambda: _only(store).outcome != "")
    clock.move(timedelta(hours=1))
    await _until(lambda: slack.seen_by("U1") == ["hello 1"])
    await carrier.stop()
    await running


async def test_a_stop_sees_the_letters_under_way_through(store: Store, clock: MovableClock) -> None:
    slack = _Slow(2)
    for n in range(3):
        _put(store, add_person(store, f"Persoon {n}", slack=f"U{n}"), n)
    carrier = carry_over(store, clock, slack, side_by_side=2)
    running = asyncio.create_task(carrier.run())
    await slack.met.wait()
    await carrier.stop()
    await running
    assert len(slack.order) == 2
    assert sorted(row.state for row in _rows(store)) == [OutboxState.READY, OutboxState.SENT, OutboxState.SENT]


async def test_a_letter_that_arrived_is_marked_even_if_the_database_fails_at_first(
    store: Store, clock: MovableClock, slack: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 7)
    carrier = carry_over(store, clock, slack)
    settle, failures = outbox.settle_sent, [OSError("the disk is full")]

    def failing(*args: Any) -> None:
        if failures:
            raise failures.pop()
        settle(*args)

    monkeypatch.setattr(outbox, "settle_sent", failing)
    await carrier.drain()
    assert slack.seen_by("U1") == ["hello 7"]
    assert _only(store).state == OutboxState.SENT


async def _until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  # what is waited for lies in a database, which rings no bell
            await asyncio.sleep(0.01)
