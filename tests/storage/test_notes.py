"""Single facts that are noted by name."""

from datetime import UTC, datetime, timedelta, timezone

from handlers.slack import rate_limited
from storage.conversations import playground
from storage.database.key_values import note, noted
from storage.database.unit_of_work import Store
from storage.programme.demo_guard import is_demo, mark_as_demo


def test_the_last_thing_noted_holds(store: Store) -> None:
    for value in ("first", "second"):
        with store.begin() as uow:
            note(uow, "a", value)
    with store.read() as uow:
        assert (noted(uow, "a"), noted(uow, "b")) == ("second", None)


def test_when_slack_held_events_back_is_known_until_it_does_so_again(store: Store) -> None:
    first = datetime(2026, 12, 1, 9, tzinfo=UTC)
    with store.begin() as uow:
        assert rate_limited.last(uow) is None
        rate_limited.keep(uow, first)
    with store.begin() as uow:
        assert rate_limited.last(uow) == first
        rate_limited.keep(uow, (first + timedelta(hours=1)).astimezone(timezone(timedelta(hours=2))))
    with store.read() as uow:
        assert rate_limited.last(uow) == first + timedelta(hours=1)


def test_marking_a_demo_twice_and_keeping_the_clock_twice_is_no_fault(store: Store) -> None:
    for hours in (1, 2):
        with store.begin() as uow:
            mark_as_demo(uow)
            playground.keep_clock_offset(uow, timedelta(hours=hours, microseconds=1))
    with store.read() as uow:
        assert is_demo(uow)
        assert playground.clock_offset(uow) == timedelta(hours=2, microseconds=1)
