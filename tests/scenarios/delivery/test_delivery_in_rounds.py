"""Letters share transactions, and none of them pays for another that cannot be composed or marked."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, text

from bot.delivery import dispatcher
from bot.delivery.dispatcher import Dispatcher
from bot.schedule.clock import MovableClock
from flows.engine.capability import Registry
from flows.engine.context import Context
from flows.engine.events import DomainEvent, PersonUnreachable
from flows.engine.notifications import Note
from flows.engine.views.view import View
from handlers.outbound.channel import PLAIN, Envelope
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import Leased, OutboxMessage
from storage.models import Outbox, OutboxState, Person
from storage.people import merging
from tests.scenarios.far_side import NOW, Recorder, add_person, carry_over, compose, reading, writing


def _put(store: Store, person: int, subject: int, kind: str = "hello", slot: str | None = None) -> None:
    with store.begin() as uow:
        outbox.put(uow, OutboxMessage(person, kind, subject, {}, slot, once="once"), now=NOW)


def _people(store: Store, many: int) -> list[int]:
    return [add_person(store, f"Persoon {n}", slack=f"U{n}") for n in range(many)]


def _states(store: Store) -> dict[int, OutboxState]:
    """What became of each person's last letter."""
    with store.read() as uow:
        return {row.person_id: row.state for row in uow.db.exec(select(Outbox).order_by(col(Outbox.id)))}


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110  # it lies in a database, which rings no bell
            await asyncio.sleep(0.01)


async def test_letters_that_travel_together_share_their_transactions(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    for person in _people(store, 12):
        _put(store, person, 1)
        _put(store, person, 2)
    opened = 0

    @contextmanager
    def counted() -> Iterator[Context]:
        nonlocal opened
        opened += 1
        with writing(store, clock)() as context:
            yield context

    await Dispatcher(counted, reading(store, clock), [slack], compose, clock).drain()
    assert [slack.seen_by(f"U{n}") for n in range(12)] == [["hello 1", "hello 2"]] * 12
    # One takes the first letters, one marks them and takes the second ones, one marks those. Not one a letter.
    assert opened <= 6


async def test_a_letter_that_cannot_be_marked_holds_up_nobody_elses(
    store: Store, clock: MovableClock, slack: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlucky, *others = _people(store, 4)
    for person in (unlucky, *others):
        _put(store, person, 1)
    settle, broken = outbox.settle_sent, True

    def failing(uow: Any, letter: Leased, *rest: Any) -> None:
        settle(uow, letter, *rest)
        if broken and letter.person_id == unlucky:
            raise OSError("the disk is full")

    monkeypatch.setattr(outbox, "settle_sent", failing)
    carrier = carry_over(store, clock, slack)
    running = asyncio.create_task(carrier.run())
    await _until(lambda: all(_states(store)[person] is OutboxState.SENT for person in others))
    assert _states(store)[unlucky] is OutboxState.READY
    _put(store, others[0], 2)
    carrier.wake()
    await _until(lambda: slack.seen_by("U1") == ["hello 1", "hello 2"])
    broken = False
    await _until(lambda: _states(store)[unlucky] is OutboxState.SENT)
    await carrier.stop()
    await running
    assert slack.seen_by("U0") == ["hello 1"]


def _compose_or_break(context: Context, person: Person, note: Note) -> View | None:
    if note.kind == "broken":
        context.uow.db.connection().execute(text("SELECT nothing FROM nowhere"))
    return compose(context, person, note)


@pytest.mark.parametrize("trouble", ["bad", "broken"])
async def test_words_that_cannot_be_found_hold_up_none_of_those_taken_with_them(
    store: Store, clock: MovableClock, slack: Recorder, trouble: str
) -> None:
    first, unlucky, last = _people(store, 3)
    _put(store, first, 1)
    _put(store, unlucky, 1, trouble)
    _put(store, last, 1)
    await Dispatcher(writing(store, clock), reading(store, clock), [slack], _compose_or_break, clock).drain()
    assert sorted(slack.order) == [("U0", "hello 1"), ("U2", "hello 1")]
    assert _states(store) == {first: OutboxState.SENT, unlucky: OutboxState.READY, last: OutboxState.SENT}


class _StopsItsCourier(Recorder):
    """The courier is told to stop as soon as the first message stands here."""

    carrier: Dispatcher
    stopping: "asyncio.Task[None] | None" = None

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        self.stopping = self.stopping or asyncio.create_task(self.carrier.stop())
        return await super().send(address, view, envelope)


async def test_what_arrived_just_before_a_stop_is_marked(
    store: Store, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "GRACE_SECONDS", 60)
    slack = _StopsItsCourier()
    people = _people(store, 3)
    for person in people:
        _put(store, person, 1)
        _put(store, person, 2)
    slack.carrier = carry_over(store, clock, slack)
    await slack.carrier.run()
    assert slack.stopping is not None
    await slack.stopping
    with store.read() as uow:
        sent = uow.db.exec(select(Outbox.person_id).where(Outbox.state == OutboxState.SENT)).all()
    assert sorted(sent) == people
    assert len(slack.order) == 3


@pytest.mark.parametrize("_trial", range(5))
async def test_a_drain_comes_back_only_when_nothing_is_ready(
    store: Store, clock: MovableClock, slack: Recorder, _trial: int
) -> None:
    people = [add_person(store, name) for name in ("Anna", "Bram", "Cor")]
    for subject, person in enumerate((*people, people[-1])):
        _put(store, person, subject)
    await carry_over(store, clock, slack).drain()
    with store.read() as uow:
        assert uow.db.exec(select(Outbox).where(Outbox.state != OutboxState.DEAD)).all() == []


class _CutOff(Recorder):
    """The first message meets a call that others shared, and one of them gave up."""

    tried = 0

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        self.tried += 1
        if self.tried == 1:
            raise asyncio.CancelledError
        return await super().send(address, view, envelope)


async def test_a_letter_that_its_channel_cut_off_is_tried_again(store: Store, clock: MovableClock) -> None:
    _put(store, add_person(store, "Anna", slack="U1"), 1)
    slack = _CutOff("slack")
    carrier = carry_over(store, clock, slack)
    await carrier.drain()
    clock.move(timedelta(minutes=1))
    await carrier.drain()
    assert slack.seen_by("U1") == ["hello 1"]


async def test_words_that_take_long_hold_up_no_letters_of_the_next_round(
    store: Store, clock: MovableClock, slack: Recorder
) -> None:
    slow, quick = _people(store, 2)
    go_on = threading.Event()

    def composing(context: Context, person: Person, note: Note) -> View | None:
        assert person.id != slow or go_on.wait(30)
        return compose(context, person, note)

    _put(store, slow, 1)
    carrier = Dispatcher(writing(store, clock), reading(store, clock), [slack], composing, clock)
    running = asyncio.create_task(carrier.run())
    try:
        await _until(lambda: _leased(store, slow))
        _put(store, quick, 1)
        carrier.wake()
        await _until(lambda: _states(store)[quick] is OutboxState.SENT)
        assert slack.order == [("U1", "hello 1")]
    finally:
        go_on.set()
    await _until(lambda: _states(store)[slow] is OutboxState.SENT)
    await carrier.stop()
    await running


def _leased(store: Store, person_id: int) -> bool:
    with store.read() as uow:
        return uow.db.exec(select(Outbox.not_before).where(Outbox.person_id == person_id)).one() > NOW


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    store = Store(postgres_url)
    yield store
    store.close()


@contextmanager
def _held(store: Store, person_id: int) -> Iterator[None]:
    """Another transaction holds this person, as when two turn out to be one."""
    with store.begin() as uow:
        merging.hold(uow, person_id)
        yield


async def test_a_person_held_by_somebody_else_holds_up_nobody_elses_letters(
    postgres_store: Store, clock: MovableClock, slack: Recorder
) -> None:
    held, *others = _people(postgres_store, 4)
    for person in (held, *others):
        _put(postgres_store, person, 1, slot="card")
        _put(postgres_store, person, 2, slot="card")
    carrier = carry_over(postgres_store, clock, slack)
    with _held(postgres_store, held):
        running = asyncio.create_task(carrier.run())
        await _until(lambda: all(_states(postgres_store)[person] is OutboxState.SENT for person in others))
        assert slack.seen_by("U0") == ["hello 1"]
    await _until(lambda: _states(postgres_store)[held] is OutboxState.SENT)
    await carrier.stop()
    await running
    assert [slack.seen_by(f"U{n}") for n in range(4)] == [["hello 1", "hello 2"]] * 4


class _Gated(Recorder):
    """A channel that takes what it is given once its gate is open."""

    def __init__(self) -> None:
        super().__init__("slack")
        self.asked, self.gate = asyncio.Event(), asyncio.Event()

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        self.asked.set()
        await self.gate.wait()
        return await super().send(address, view, envelope)


async def test_a_courier_that_is_elected_no_more_marks_what_it_carries_and_takes_nothing(
    store: Store, clock: MovableClock
) -> None:
    anna, bram = _people(store, 2)
    _put(store, anna, 1)
    slack, may = _Gated(), True
    carrier = carry_over(store, clock, slack)
    running = asyncio.create_task(carrier.run(lambda: may))
    await asyncio.wait_for(slack.asked.wait(), 30)
    may = False
    _put(store, bram, 1)
    slack.gate.set()
    await _until(lambda: _states(store)[anna] is OutboxState.SENT)
    assert _states(store)[bram] is OutboxState.READY
    await carrier.stop()
    await running
    assert slack.order == [("U0", "hello 1")]


async def test_what_follows_from_somebody_who_cannot_be_reached_is_delivered_at_once(
    store: Store, clock: MovableClock, slack: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    [anna] = _people(store, 1)
    _put(store, add_person(store, "Niemand"), 1)

    def publish(_registry: Registry, context: Context, event: DomainEvent) -> None:
        if isinstance(event, PersonUnreachable):
            outbox.put(context.uow, OutboxMessage(anna, "hello", 1, {}, None, once="instead"), now=NOW)

    monkeypatch.setattr(Registry, "publish", publish)
    carrier = carry_over(store, clock, slack)
    running = asyncio.create_task(carrier.run())
    await _until(lambda: slack.seen_by("U0") == ["hello 1"])  # by itself it would look again after a minute
    await carrier.stop()
    await running
