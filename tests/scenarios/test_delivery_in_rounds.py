"""Letters share transactions, and none of them pays for another that cannot be composed or marked."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select, text

from bot.clock import MovableClock
from bot.courier import Courier
from flows.desk import Desk
from flows.notices import Note
from flows.view import View
from handlers.channel import PLAIN, Envelope
from storage import outbox
from storage.models import Outbox, OutboxState, Person
from storage.outbox import Leased, Letter
from storage.unit_of_work import Store
from tests.scenarios.far_side import Recorder, add_person, compose, courier, reading, writing

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(base=lambda: NOW)


@pytest.fixture
def slack() -> Recorder:
    return Recorder("slack")


def _put(store: Store, person: int, subject: int, kind: str = "hello") -> None:
    with store.begin() as uow:
        outbox.put(uow, Letter(person, kind, subject, {}, None, dedupe_key=f"{kind}:{person}:{subject}"), now=NOW)


def _people(store: Store, many: int) -> list[int]:
    return [add_person(store, f"Persoon {n}", slack=f"U{n}") for n in range(many)]


def _states(store: Store) -> dict[int, OutboxState]:
    """What became of each letter, by its person."""
    with store.read() as uow:
        return {row.person_id: row.state for row in uow.db.exec(select(Outbox))}


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
    def counted() -> Iterator[Desk]:
        nonlocal opened
        opened += 1
        with writing(store, clock)() as desk:
            yield desk

    await Courier(counted, reading(store, clock), [slack], compose, clock).drain()
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
    carrier = courier(store, clock, slack)
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


def _compose_or_break(desk: Desk, person: Person, note: Note) -> View | None:
    if note.kind == "broken":
        desk.uow.db.connection().execute(text("SELECT nothing FROM nowhere"))
    return compose(desk, person, note)


@pytest.mark.parametrize("trouble", ["bad", "broken"])
async def test_words_that_cannot_be_found_hold_up_none_of_those_taken_with_them(
    store: Store, clock: MovableClock, slack: Recorder, trouble: str
) -> None:
    first, unlucky, last = _people(store, 3)
    _put(store, first, 1)
    _put(store, unlucky, 1, trouble)
    _put(store, last, 1)
    await Courier(writing(store, clock), reading(store, clock), [slack], _compose_or_break, clock).drain()
    assert sorted(slack.order) == [("U0", "hello 1"), ("U2", "hello 1")]
    assert _states(store) == {first: OutboxState.SENT, unlucky: OutboxState.READY, last: OutboxState.SENT}


class _StopsItsCourier(Recorder):
    """The courier is told to stop as soon as the first message stands here."""

    carrier: Courier
    stopping: "asyncio.Task[None] | None" = None

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        self.stopping = self.stopping or asyncio.create_task(self.carrier.stop())
        return await super().send(address, view, envelope)


async def test_what_arrived_just_before_a_stop_is_marked(store: Store, clock: MovableClock) -> None:
    slack = _StopsItsCourier()
    people = _people(store, 3)
    for person in people:
        _put(store, person, 1)
        _put(store, person, 2)
    slack.carrier = courier(store, clock, slack)
    await slack.carrier.run()
    assert slack.stopping is not None
    await slack.stopping
    with store.read() as uow:
        sent = uow.db.exec(select(Outbox.person_id).where(Outbox.state == OutboxState.SENT)).all()
    assert sorted(sent) == people
    assert len(slack.order) == 3
