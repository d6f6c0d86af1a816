"""A letter knows whether an earlier attempt may have arrived: one never marked may have, one that surely failed not."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.database.unit_of_work import Store
from storage.delivery import dead_letters, outbox
from storage.delivery.outbox import Leased, OutboxMessage
from storage.models import OutboxReason, Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)


@pytest.fixture
def person(store: Store) -> int:
    with store.begin() as uow:
        person = uow.add(Person(name="Anna")).id
        outbox.put_many(uow, [OutboxMessage(person, "hello", n, {}, None, once="once") for n in (1, 2)], now=NOW)
        return person


def _lease(store: Store, at: datetime) -> Leased:
    with store.begin() as uow:
        (letter,) = outbox.lease(uow, at, 10, LEASE)
        return letter


def _fails(store: Store, letter: Leased, at: datetime, *, maybe_sent: bool) -> None:
    with store.begin() as uow:
        outbox.settle_retry(uow, letter, at, "not now", maybe_sent=maybe_sent)


def test_the_first_attempt_of_a_letter_is_the_first(store: Store, person: int) -> None:
    letter = _lease(store, NOW)
    assert (letter.begun, letter.created_at) == (1, NOW)


def test_an_attempt_that_nobody_marked_may_have_arrived(store: Store, person: int) -> None:
    _lease(store, NOW)
    again = _lease(store, NOW + LEASE)
    assert (again.begun, again.attempts) == (2, 0)


@pytest.mark.parametrize(("maybe_sent", "begun"), [(True, 2), (False, 1)])
def test_a_failed_attempt_counts_where_it_may_have_arrived(
    store: Store, person: int, *, maybe_sent: bool, begun: int
) -> None:
    _fails(store, _lease(store, NOW), NOW + LEASE, maybe_sent=maybe_sent)
    assert _lease(store, NOW + LEASE).begun == begun


def test_an_attempt_that_surely_failed_does_not_undo_the_doubt_about_one_before(store: Store, person: int) -> None:
    _lease(store, NOW)
    _fails(store, _lease(store, NOW + LEASE), NOW + 2 * LEASE, maybe_sent=False)
    assert _lease(store, NOW + 2 * LEASE).begun == 2


def test_the_letters_behind_one_that_waits_were_never_begun(store: Store, person: int) -> None:
    first = _lease(store, NOW)
    _fails(store, first, NOW + LEASE, maybe_sent=True)
    again = _lease(store, NOW + LEASE)
    with store.begin() as uow:
        outbox.settle_sent(uow, again, NOW + LEASE, "slack", "C1:1")
    second = _lease(store, NOW + LEASE)
    assert (second.subject_id, second.begun) == (2, 1)


def test_a_letter_that_is_sent_again_by_hand_is_first_looked_for(store: Store, person: int) -> None:
    letter = _lease(store, NOW)
    with store.begin() as uow:
        outbox.settle_dead(uow, letter, NOW, OutboxReason.GAVE_UP, "gave up")
        assert dead_letters.replay(uow, letter.id, NOW)
    assert _lease(store, NOW).begun == 2
