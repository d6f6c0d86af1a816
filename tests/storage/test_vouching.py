"""What a channel said about an address is kept with it, and nothing is kept of whoever nobody knows."""

from datetime import UTC, datetime

from sqlmodel import func, select

from storage import people, vouching
from storage.models import Address, Person
from storage.unit_of_work import Store

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _vouched_at(store: Store, address: str) -> datetime | None:
    with store.read() as uow:
        return vouching.vouched_at(uow, "slack", address)


def _say(store: Store, address: str, at: datetime | None) -> None:
    with store.begin() as uow:
        vouching.set_vouched_at(uow, "slack", address, at)


def _address(store: Store, address: str, channel: str = "slack") -> None:
    with store.begin() as uow:
        person = uow.add(Person(name="Anna"))
        people.keep_address(uow, person.id, channel, address)


def test_nobody_is_vouched_for_until_the_channel_said_so(store: Store) -> None:
    _address(store, "U1")
    assert _vouched_at(store, "U1") is None
    _say(store, "U1", AT)
    assert _vouched_at(store, "U1") == AT


def test_what_the_channel_takes_back_holds_no_longer(store: Store) -> None:
    _address(store, "U1")
    _say(store, "U1", AT)
    _say(store, "U1", None)
    assert _vouched_at(store, "U1") is None


def test_it_holds_for_that_address_of_that_channel_alone(store: Store) -> None:
    _address(store, "U1")
    _address(store, "U2")
    _address(store, "U1", "telegram")
    _say(store, "U1", AT)
    assert _vouched_at(store, "U2") is None
    with store.read() as uow:
        assert vouching.vouched_at(uow, "telegram", "U1") is None


def test_of_an_address_at_which_nobody_is_known_nothing_is_kept(store: Store) -> None:
    _say(store, "U9", AT)
    assert _vouched_at(store, "U9") is None
    with store.read() as uow:
        assert uow.db.exec(select(func.count()).select_from(Address)).one() == 0
