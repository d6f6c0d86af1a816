"""An address keeps when a member was last seen to use it, and nothing is kept of somebody unknown."""

from datetime import UTC, datetime

from sqlmodel import func, select

from storage.database.unit_of_work import Store
from storage.models import Address, Person
from storage.people import memberships, people

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _confirmed_at(store: Store, address: str) -> datetime | None:
    with store.read() as uow:
        return memberships.confirmed_at(uow, "slack", address)


def _confirm(store: Store, address: str, at: datetime | None = AT) -> None:
    with store.begin() as uow:
        memberships.set_confirmed_at(uow, "slack", address, at)


def _address(store: Store, address: str, channel: str = "slack") -> None:
    with store.begin() as uow:
        person = uow.add(Person(name="Anna"))
        people.keep_address(uow, person.id, channel, address)


def test_no_membership_is_confirmed_until_the_channel_said_so(store: Store) -> None:
    _address(store, "U1")
    assert _confirmed_at(store, "U1") is None
    _confirm(store, "U1")
    assert _confirmed_at(store, "U1") == AT


def test_a_membership_that_is_to_be_asked_again_is_confirmed_no_longer(store: Store) -> None:
    _address(store, "U1")
    _confirm(store, "U1")
    _confirm(store, "U1", None)
    assert _confirmed_at(store, "U1") is None


def test_a_membership_is_confirmed_for_that_address_of_that_channel_alone(store: Store) -> None:
    _address(store, "U1")
    _address(store, "U2")
    _address(store, "U1", "telegram")
    _confirm(store, "U1")
    assert _confirmed_at(store, "U2") is None
    with store.read() as uow:
        assert memberships.confirmed_at(uow, "telegram", "U1") is None


def test_of_an_address_at_which_nobody_is_known_nothing_is_kept(store: Store) -> None:
    _confirm(store, "U9")
    assert _confirmed_at(store, "U9") is None
    with store.read() as uow:
        assert uow.db.exec(select(func.count()).select_from(Address)).one() == 0
