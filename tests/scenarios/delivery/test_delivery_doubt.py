"""Whether an attempt may have arrived is known: only from where the letter is handed over on there is a doubt."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.delivery.dispatcher import Dispatcher
from bot.schedule.clock import MovableClock
from flows.engine.views.view import View
from handlers.outbound.channel import PLAIN, Envelope, RetryLater
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import Outbox, OutboxReason, Person
from tests.conftest import make_schema
from tests.scenarios.far_side import NOW, Recorder, add_person, carry_over, compose, reading, writing


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'doubt.db'}")
    make_schema(opened)
    yield opened
    opened.close()


class LooksInVain(Recorder):
    """A channel that cannot be asked now whom it knows; nobody knows whether it heard the question."""

    async def find(self, email: str) -> str | None:
        raise RetryLater("no answer", maybe_sent=True)


class SlowWords(Recorder):
    """A channel that is never got to."""

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        raise AssertionError("nothing is to be sent")


def put(store: Store, person: int, kind: str = "hello") -> None:
    with store.begin() as uow:
        outbox.put(uow, OutboxMessage(person, kind, 1, {}, None, once="1"), now=NOW)


def begun(store: Store) -> int:
    """How many attempts of the only letter may have arrived."""
    with store.read() as uow:
        (row,) = uow.db.exec(select(Outbox)).all()
        assert row.reason is OutboxReason.NOT_NOW
        return row.begun


async def test_a_fault_in_finding_the_words_leaves_no_doubt(store: Store, clock: MovableClock) -> None:
    put(store, add_person(store, "Anna", slack="U1"), "bad")
    await carry_over(store, clock, Recorder()).drain()
    assert begun(store) == 0


async def test_a_fault_once_the_channel_has_the_letter_does(store: Store, clock: MovableClock) -> None:
    put(store, add_person(store, "Anna", slack="U1"))
    await carry_over(store, clock, Recorder(troubles=[ValueError("halfway")])).drain()
    assert begun(store) == 1


async def test_looking_up_an_address_in_vain_leaves_no_doubt(store: Store, clock: MovableClock) -> None:
    anna = add_person(store, "Anna")
    with store.begin() as uow:
        uow.get(Person, anna).email = "anna@example.org"
    put(store, anna)
    await carry_over(store, clock, LooksInVain()).drain()
    assert begun(store) == 0


async def test_words_that_take_longer_than_the_lease_leave_no_doubt(store: Store, clock: MovableClock) -> None:
    put(store, add_person(store, "Anna", slack="U1"))
    lease = timedelta(0)
    await Dispatcher(writing(store, clock), reading(store, clock), [SlowWords()], compose, clock, lease=lease).drain()
    assert begun(store) == 0
