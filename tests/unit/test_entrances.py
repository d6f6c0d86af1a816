"""Which channels are served, as several processes note it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flows.people import served_channels
from storage.database.unit_of_work import Store

NOW = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
DOOR = "https://t.me/dialoog_bot?start="
MINUTE = timedelta(minutes=1)


def _serve(store: Store, at: datetime, **served: str) -> None:
    with store.begin() as uow:
        served_channels.serve(uow, served, at)


def _served(store: Store) -> Mapping[str, str]:
    with store.read() as uow:
        return served_channels.served(uow)


def test_before_any_process_started_no_channel_is_served(store: Store) -> None:
    assert _served(store) == {}
    with store.read() as uow:
        assert (served_channels.link(uow, "x"), served_channels.several(uow)) == (None, False)
        assert served_channels.last_served(uow, "telegram") is None


def test_two_processes_with_a_channel_each_leave_each_others_alone(store: Store) -> None:
    _serve(store, NOW, slack="")
    _serve(store, NOW + MINUTE, telegram=DOOR)
    _serve(store, NOW + 2 * MINUTE, slack="")
    assert _served(store) == {"slack": "", "telegram": DOOR}
    with store.read() as uow:
        assert (served_channels.link(uow, "x"), served_channels.several(uow)) == (f"{DOOR}x", True)
        assert served_channels.last_served(uow, "telegram") == NOW + MINUTE


def test_a_channel_that_is_noted_no_more_is_served_no_more_after_a_while(store: Store) -> None:
    _serve(store, NOW, slack="", telegram=DOOR)
    _serve(store, NOW + served_channels.OVER - MINUTE, slack="")
    assert set(_served(store)) == {"slack", "telegram"}
    _serve(store, NOW + served_channels.OVER, slack="")
    assert set(_served(store)) == {"slack"}


def test_however_long_all_are_down_what_they_served_is_known(store: Store) -> None:
    _serve(store, NOW - timedelta(days=400), slack="", telegram=DOOR)
    assert set(_served(store)) == {"slack", "telegram"}


def test_another_link_takes_the_place_of_the_one_before(store: Store) -> None:
    _serve(store, NOW, telegram=DOOR)
    _serve(store, NOW, telegram="https://t.me/other_bot?start=")
    assert _served(store) == {"telegram": "https://t.me/other_bot?start="}
