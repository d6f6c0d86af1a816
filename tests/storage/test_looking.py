"""A look at the database changes nothing, and says so where it would."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import col, delete, update

from storage.database import bulk_statements
from storage.database.unit_of_work import Store, UnitOfWork, WouldWrite
from storage.delivery import inbox
from storage.models import Person
from storage.people import people
from tests.scenarios.writing import counted

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _rename(uow: UnitOfWork) -> None:
    uow.get(Person, 1).name = "Somebody else"


def _rename_and_read_on(uow: UnitOfWork) -> None:
    _rename(uow)
    assert people.at(uow, "slack", "U1") is None


def _delete(uow: UnitOfWork) -> None:
    uow.delete(uow.get(Person, 1))


def _update_in_bulk(uow: UnitOfWork) -> None:
    bulk_statements.count(uow, update(Person).values(name="Somebody else"))


def _delete_in_bulk(uow: UnitOfWork) -> None:
    bulk_statements.count(uow, delete(Person).where(col(Person.id) == 1))


CHANGES: dict[str, Callable[[UnitOfWork], object]] = {
    "a changed row": _rename,
    "a changed row, before the next query": _rename_and_read_on,
    "a new row": lambda uow: uow.add(Person(name="Ben")),
    "new rows": lambda uow: uow.add_all([Person(name="Ben")]),
    "a deleted row": _delete,
    "an update of many": _update_in_bulk,
    "a deletion of many": _delete_in_bulk,
    "a prepared insert": lambda uow: inbox.first_time(uow, "slack", "Ev1", NOW),
}


@pytest.fixture
def peopled(store: Store) -> Store:
    """A database with one person in it."""
    with store.begin() as uow:
        uow.add(Person(name="Anna"))
    return store


def _names(store: Store) -> list[str]:
    with store.read() as uow:
        return [person.name for person in people.without_role(uow)]


@pytest.mark.parametrize("change", CHANGES)
def test_a_look_that_would_change_something_says_so_and_changes_nothing(peopled: Store, change: str) -> None:
    with counted(peopled) as writes:
        with pytest.raises(WouldWrite), peopled.look() as uow:
            CHANGES[change](uow)
        assert _names(peopled) == ["Anna"]
    with peopled.begin() as uow:
        assert inbox.first_time(uow, "slack", "Ev1", NOW)
    assert writes.begun == 0


def test_a_look_sees_what_stands_there_and_what_is_put_there_again_is_no_change(peopled: Store) -> None:
    with peopled.look() as uow:
        person = uow.get(Person, 1)
        person.name = "Anna"
        assert people.without_role(uow) == [person]


def test_a_look_holds_up_nobody_who_writes(peopled: Store) -> None:
    with peopled.look() as looking:
        assert looking.get(Person, 1).name == "Anna"
        with peopled.begin() as uow:
            _rename(uow)
    assert _names(peopled) == ["Somebody else"]
