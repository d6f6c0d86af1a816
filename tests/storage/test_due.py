"""What is due is claimed once, in order of time, and its mark is kept only together with its effect."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import select

from storage.database.unit_of_work import Store
from storage.delivery import due
from storage.delivery.due import Appointment, DueRow
from storage.models import Due, DueReason, DueState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _at(hours: float, subject: int = 1, kind: str = "reminder", once: str | None = None) -> Appointment:
    return Appointment(kind, subject, NOW + hours * HOUR, None, once or f"{hours}")


def _schedule(store: Store, *appointments: Appointment) -> None:
    with store.begin() as uow:
        due.schedule_many(uow, appointments)


def _claim(store: Store, hours: float = 0, limit: int = 100) -> list[DueRow]:
    with store.begin() as uow:
        return due.claim(uow, NOW + hours * HOUR, limit)


def _only(store: Store) -> Due:
    with store.begin() as uow:
        return uow.db.exec(select(Due)).one()


def test_what_is_due_is_claimed_once_in_order_of_time(store: Store) -> None:
    _schedule(store, _at(-1, 1), _at(-3, 2), _at(0, 3), _at(0.5, 4), _at(-2, 5))
    assert [row.subject_id for row in _claim(store, limit=3)] == [2, 5, 1]
    assert [row.subject_id for row in _claim(store)] == [3]
    assert _claim(store) == []


def test_a_claimed_row_tells_what_it_is(store: Store) -> None:
    _schedule(store, Appointment("reminder", 7, NOW, NOW + HOUR, "once"))
    (row,) = _claim(store)
    assert (row.kind, row.subject_id, row.due_at, row.useful_until, row.tries) == ("reminder", 7, NOW, NOW + HOUR, 0)
    assert _only(store).state == DueState.DONE


def test_a_claim_whose_effect_failed_is_undone_with_it(store: Store) -> None:
    _schedule(store, _at(0))
    with pytest.raises(ZeroDivisionError):
        _claim_and_fail(store)
    assert len(_claim(store)) == 1


def _claim_and_fail(store: Store) -> None:
    with store.begin() as uow:
        assert len(due.claim(uow, NOW, 10)) == 1
        raise ZeroDivisionError


def test_planning_the_same_twice_plans_it_once_at_the_first_time(store: Store) -> None:
    _schedule(store, _at(0, once="once"))
    _schedule(store, _at(5, once="once"))
    assert _only(store).due_at == NOW


def test_what_is_done_is_not_planned_anew(store: Store) -> None:
    _schedule(store, _at(0, once="once"))
    _claim(store)
    _schedule(store, _at(0, once="once"))
    assert _claim(store) == []


def test_what_was_cancelled_never_falls_due(store: Store) -> None:
    _schedule(store, _at(0, 1), _at(0, 2), _at(0, 1, "prompt"), _at(0, 1, "escalation"))
    with store.begin() as uow:
        assert due.cancel(uow, 1, ["reminder", "prompt"], NOW) == 2
    assert [(row.kind, row.subject_id) for row in _claim(store)] == [("reminder", 2), ("escalation", 1)]


def test_what_was_cancelled_can_be_planned_anew_at_another_time(store: Store) -> None:
    _schedule(store, _at(0, once="once"))
    with store.begin() as uow:
        due.cancel(uow, 1, ["reminder"], NOW)
    _schedule(store, _at(1, once="once"))
    assert _claim(store) == []
    assert len(_claim(store, hours=1)) == 1


def test_why_something_was_dropped_is_recorded(store: Store) -> None:
    _schedule(store, _at(0))
    with store.begin() as uow:
        due.drop(uow, [row.id for row in due.claim(uow, NOW, 1)], DueReason.TOO_LATE)
    row = _only(store)
    assert (row.state, row.reason, row.done_at) == (DueState.DROPPED, DueReason.TOO_LATE, NOW)


def test_a_row_put_off_remembers_when_it_was_due_at_first(store: Store) -> None:
    _schedule(store, _at(0))
    row_id = _only(store).id or 0
    for hours in (1, 2):
        with store.begin() as uow:
            due.put_off(uow, row_id, NOW + hours * HOUR, "failed")
    assert _claim(store, hours=1) == []
    (row,) = _claim(store, hours=2)
    assert (row.due_at, row.tries) == (NOW, 2)


def test_a_row_set_aside_is_seen_and_can_be_taken_up_again(store: Store) -> None:
    _schedule(store, _at(0))
    row_id = _only(store).id or 0
    with store.begin() as uow:
        assert not due.take_up(uow, row_id, NOW)
        due.set_aside(uow, row_id, NOW, "fault 7")
        assert [(row.reason, row.outcome) for row in due.aside(uow, 10)] == [(DueReason.FAILED, "fault 7")]
    assert _claim(store, hours=9) == []
    with store.begin() as uow:
        assert due.take_up(uow, row_id, NOW + HOUR)
        assert due.aside(uow, 10) == []
    assert [row.tries for row in _claim(store, hours=1)] == [0]


def test_a_row_is_overtaken_by_a_later_one_of_its_kind_and_subject_that_is_due_and_of_use(store: Store) -> None:
    _schedule(store, _at(-3, 1), _at(-3, 2), _at(-3, 3), _at(-3, 4), _at(-2, 1), _at(1, 2), _at(-2, 3, "prompt"))
    _schedule(store, Appointment("reminder", 4, NOW - 2 * HOUR, NOW - HOUR, "useless by now"))
    with store.begin() as uow:
        rows = due.claim(uow, NOW, 4)
        over = due.overtaken(uow, [row.id for row in rows], NOW)
    assert {row.subject_id for row in rows if row.id in over} == {1}


def test_what_comes_next_is_known(store: Store) -> None:
    with store.read() as uow:
        assert due.earliest(uow) is None
    _schedule(store, _at(2, 1), _at(1, 2), _at(3, 3))
    with store.read() as uow:
        assert due.earliest(uow) == NOW + HOUR
        assert [row.subject_id for row in due.upcoming(uow, 2)] == [2, 1]


def test_pruning_takes_what_was_over_long_ago_and_nothing_that_waits(store: Store) -> None:
    _schedule(store, _at(-9, 1), _at(-9, 2), _at(9, 3))
    _claim(store, hours=-9, limit=1)
    _claim(store, hours=0, limit=1)
    with store.begin() as uow:
        assert due.prune(uow, NOW - HOUR, 100) == 1
        assert {row.subject_id for row in uow.db.exec(select(Due))} == {2, 3}


def test_several_processes_claim_side_by_side_without_waiting(postgres_url: str) -> None:
    store = Store(postgres_url)
    _schedule(store, *[_at(-1, n) for n in range(6)])
    with store.begin() as one, store.begin() as other:
        mine, theirs = due.claim(one, NOW, 3), due.claim(other, NOW, 10)
    assert [row.subject_id for row in mine] == [0, 1, 2]
    assert [row.subject_id for row in theirs] == [3, 4, 5]
    store.close()


@given(hours=st.lists(st.integers(-5, 5), max_size=25), limit=st.integers(1, 7))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_everything_due_is_claimed_exactly_once_whatever_the_size_of_a_batch(
    store: Store, hours: list[int], limit: int
) -> None:
    with store.begin() as uow:
        uow.db.execute(delete(Due))
    _schedule(store, *[_at(at, subject) for subject, at in enumerate(hours)])
    claimed: list[DueRow] = []
    while batch := _claim(store, limit=limit):
        claimed += batch
    assert sorted(row.subject_id for row in claimed) == [n for n, at in enumerate(hours) if at <= 0]
    assert [row.due_at for row in claimed] == sorted(row.due_at for row in claimed)
