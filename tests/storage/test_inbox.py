"""A platform event has its effect once."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.database.unit_of_work import Store
from storage.delivery import inbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_an_event_is_new_once(store: Store) -> None:
    with store.begin() as uow:
        assert inbox.first_time(uow, "slack", "Ev1", NOW)
    with store.begin() as uow:
        assert not inbox.first_time(uow, "slack", "Ev1", NOW + timedelta(minutes=1))


def test_the_same_id_on_another_channel_is_another_event(store: Store) -> None:
    with store.begin() as uow:
        assert inbox.first_time(uow, "slack", "77", NOW)
        assert inbox.first_time(uow, "telegram", "77", NOW)


def test_an_event_whose_effect_was_undone_is_still_new(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _see_and_fail(store)
    with store.begin() as uow:
        assert inbox.first_time(uow, "slack", "Ev1", NOW)


def test_when_an_event_was_seen_is_kept(store: Store) -> None:
    with store.begin() as uow:
        inbox.first_time(uow, "slack", "Ev1", NOW)
    with store.read() as uow:
        assert inbox.seen_at(uow, "slack", "Ev1") == NOW
        assert inbox.seen_at(uow, "telegram", "Ev1") is None


def test_pruning_forgets_only_what_is_old(store: Store) -> None:
    with store.begin() as uow:
        inbox.first_time(uow, "slack", "old", NOW - timedelta(days=8))
        inbox.first_time(uow, "slack", "young", NOW)
        assert inbox.prune(uow, NOW - timedelta(days=7)) == 1
        assert not inbox.first_time(uow, "slack", "young", NOW)
        assert inbox.first_time(uow, "slack", "old", NOW)


def _see_and_fail(store: Store) -> None:
    with store.begin() as uow:
        assert inbox.first_time(uow, "slack", "Ev1", NOW)
        raise ZeroDivisionError
