"""The clock that the playground and the tests move."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.schedule.clock import MovableClock, SystemClock

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_the_systems_clock_tells_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta()


def test_a_moved_clock_stays_ahead_by_as_much() -> None:
    ticks = iter([NOW, NOW + timedelta(seconds=1)])
    clock = MovableClock(offset=timedelta(days=1), base=lambda: next(ticks))
    clock.move(timedelta(hours=1))
    assert clock.now() == NOW + timedelta(days=1, hours=1)
    assert clock.now() == NOW + timedelta(days=1, hours=1, seconds=1)
    assert clock.offset == timedelta(days=1, hours=1)


def test_a_clock_can_be_set_to_an_instant_to_come() -> None:
    clock = MovableClock(base=lambda: NOW)
    clock.set(NOW + timedelta(weeks=1))
    assert clock.now() == NOW + timedelta(weeks=1)


def test_time_does_not_go_back() -> None:
    clock = MovableClock(base=lambda: NOW)
    with pytest.raises(ValueError, match="does not go back"):
        clock.set(NOW - timedelta(seconds=1))
    assert clock.now() == NOW


def test_whoever_listens_hears_of_each_move_and_sees_the_new_time() -> None:
    clock = MovableClock(base=lambda: NOW)
    heard: list[datetime] = []
    clock.on_move(lambda: heard.append(clock.now()))
    clock.move(timedelta(hours=1))
    clock.move(timedelta(hours=1))
    assert heard == [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
