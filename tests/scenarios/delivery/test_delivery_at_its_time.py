"""What is due happens at its time, whatever wakes the ticker: the alarm, a nudge, a moved clock or a restart."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.schedule.clock import Clock, MovableClock, SystemClock
from bot.schedule.ticker import BATCH, KEPT_EVENTS, SWEEP_SECONDS, Ticker, tidy
from flows.delivery.capability import KEPT
from flows.engine import schedule
from flows.engine.context import Context
from flows.engine.schedule import DueNote, Rule, ScheduledRules
from storage.database.unit_of_work import Store
from storage.delivery import due, inbox, outbox
from storage.delivery.due import Appointment
from storage.delivery.outbox import OutboxMessage
from storage.models import Due, Inbox, Outbox
from tests.scenarios.far_side import AMSTERDAM, add_person, writing

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class _Diary:
    """A rule that writes down what it was told to do, and can be slow or fail."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.batches: list[int] = []

    def act(self, context: Context, notes: Sequence[DueNote]) -> None:
        self.done += [note.subject_id for note in notes]
        self.batches.append(len(notes))

    @property
    def rules(self) -> ScheduledRules:
        return {"reminder": Rule(self.act)}


@pytest.fixture
def diary() -> _Diary:
    return _Diary()


def _plan(store: Store, clock: Clock, at: datetime, *subjects: int) -> None:
    with writing(store, clock)() as context:
        due.schedule_many(context.uow, [Appointment("reminder", n, at, None, f"{at}") for n in subjects])


@asynccontextmanager
async def _running(
    store: Store, clock: Clock, rules: ScheduledRules, woken: Callable[[], None] = lambda: None
) -> AsyncIterator[Ticker]:
    ticker = Ticker(writing(store, clock), rules, clock, AMSTERDAM, woken)
    await ticker.start()
    try:
        yield ticker
    finally:
        await ticker.stop()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SWEEP_SECONDS / 2):  # before the sweep would have done it
        while not condition():  # noqa: ASYNC110  # the work is done in a thread, which rings no bell here
            await asyncio.sleep(0.005)


async def test_a_thing_happens_when_its_time_comes_and_not_before(store: Store, diary: _Diary) -> None:
    clock = SystemClock()
    at = clock.now() + timedelta(seconds=0.4)
    _plan(store, clock, at, 1)
    async with _running(store, clock, diary.rules):
        await _until(lambda: bool(diary.done))
        assert clock.now() >= at


async def test_what_was_due_while_nothing_ran_happens_at_the_start(store: Store, diary: _Diary) -> None:
    clock = MovableClock(base=lambda: NOW)
    _plan(store, clock, NOW - 3 * HOUR, 1)
    async with _running(store, clock, diary.rules):
        await _until(lambda: diary.done == [1])


async def test_a_thing_planned_earlier_than_the_next_is_in_time(store: Store, diary: _Diary) -> None:
    clock = SystemClock()
    _plan(store, clock, clock.now() + HOUR, 1)
    async with _running(store, clock, diary.rules) as ticker:
        await _until(lambda: ticker.armed_for is not None)
        _plan(store, clock, clock.now() + timedelta(seconds=0.2), 2)
        await asyncio.to_thread(ticker.wake)
        await _until(lambda: diary.done == [2])


async def test_moving_the_clock_makes_things_happen_at_once_and_arms_the_next(store: Store, diary: _Diary) -> None:
    clock = MovableClock()
    start = clock.now()
    _plan(store, clock, start + 5 * HOUR, 1)
    _plan(store, clock, start + 30 * HOUR, 2)
    async with _running(store, clock, diary.rules) as ticker:
        await _until(lambda: ticker.armed_for is not None)
        await asyncio.to_thread(clock.move, 6 * HOUR)
        await _until(lambda: diary.done == [1])
        left = timedelta(hours=23, minutes=59)
        await _until(lambda: ticker.armed_for is not None and ticker.armed_for - datetime.now(UTC) > left)


async def test_a_wake_up_that_is_no_longer_needed_is_taken_away(store: Store, diary: _Diary) -> None:
    clock = MovableClock(base=lambda: NOW)
    _plan(store, clock, NOW + HOUR, 1)
    async with _running(store, clock, diary.rules) as ticker:
        await _until(lambda: ticker.armed_for is not None)
        with writing(store, clock)() as context:
            schedule.forget(context, 1, "reminder")
        ticker.wake()
        await _until(lambda: ticker.armed_for is None)


async def test_a_burst_is_worked_off_in_batches_and_each_wakes_the_courier(store: Store, diary: _Diary) -> None:
    clock = MovableClock(base=lambda: NOW)
    _plan(store, clock, NOW, *range(2 * BATCH + 1))
    wakes: list[None] = []
    ticker = Ticker(writing(store, clock), diary.rules, clock, AMSTERDAM, lambda: wakes.append(None))
    assert (await ticker.catch_up()).done == 2 * BATCH + 1
    assert diary.batches == [BATCH, BATCH, 1]
    assert len(wakes) == 3


async def test_the_event_loop_goes_on_while_a_rule_is_slow(store: Store) -> None:
    clock = MovableClock(base=lambda: NOW)
    _plan(store, clock, NOW, 1)
    begun, gone_on, heard = threading.Event(), threading.Event(), list[bool]()

    def wait(_context: Context, _notes: Sequence[DueNote]) -> None:
        begun.set()
        heard.append(gone_on.wait(20))

    async with _running(store, clock, {"reminder": Rule(wait)}):
        await _until(begun.is_set)
        gone_on.set()
        await _until(lambda: bool(heard))
    assert heard == [True]


async def test_a_stop_ends_after_the_batch_at_hand_and_loses_nothing(store: Store, diary: _Diary) -> None:
    clock = MovableClock(base=lambda: NOW)
    _plan(store, clock, NOW, *range(3 * BATCH))

    stopping = threading.Event()

    def act(context: Context, notes: Sequence[DueNote]) -> None:
        diary.act(context, notes)
        assert stopping.wait(60)

    stopped = Ticker(writing(store, clock), {"reminder": Rule(act)}, clock, AMSTERDAM)
    await stopped.start()
    await _until(lambda: bool(diary.done))
    stop = asyncio.create_task(stopped.stop())
    await asyncio.sleep(0)  # the stop has begun
    stopping.set()
    await stop
    assert len(diary.done) == BATCH
    ticker = Ticker(writing(store, clock), diary.rules, clock, AMSTERDAM)
    await ticker.catch_up()
    assert sorted(diary.done) == list(range(3 * BATCH))


async def test_a_database_that_fails_for_a_moment_does_not_end_the_ticker(
    sqlite_store: Store, diary: _Diary, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = MovableClock(base=lambda: NOW)
    _plan(sqlite_store, clock, NOW, 1)
    claim, failures = due.claim, [OSError("the disk is full")]

    def failing(*args: object) -> object:
        if failures:
            raise failures.pop()
        return claim(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(due, "claim", failing)
    async with _running(sqlite_store, clock, diary.rules) as ticker:
        await _until(lambda: "Working off what is due failed" in caplog.text)
        ticker.wake()
        await _until(lambda: diary.done == [1])


async def test_the_nightly_clean_up_removes_what_is_over_for_long_and_nothing_else(store: Store) -> None:
    person = add_person(store, "Anna")
    for at, key in ((NOW - KEPT - HOUR, "old"), (NOW - HOUR, "young")):
        with store.begin() as uow:
            outbox.put(uow, OutboxMessage(person, "hello", 1, {}, None, key), now=at)
            (letter,) = outbox.lease(uow, at, 1, HOUR)
            outbox.settle_sent(uow, letter, at, "slack", "ref")
            due.schedule(uow, Appointment("reminder", 1, at, None, key))
            due.claim(uow, at, 1)
            inbox.first_time(uow, "slack", key, at if key == "young" else NOW - KEPT_EVENTS - HOUR)
    with store.begin() as uow:
        outbox.put(uow, OutboxMessage(person, "hello", 2, {}, None, "waits for ages"), now=NOW - 2 * KEPT)
    assert await asyncio.to_thread(tidy, writing(store, MovableClock(base=lambda: NOW))) == 3
    with store.begin() as uow:
        assert uow.db.exec(select(Due.once)).all() == ["young"]
        assert set(uow.db.exec(select(Outbox.once))) == {"young", "waits for ages"}
        assert uow.db.exec(select(Inbox.event_id)).all() == ["young"]
