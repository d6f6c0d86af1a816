"""Two transactions in each other's way: the database undoes one, and what that one was for is done once more."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from flows.capabilities import CAPABILITIES
from handlers.inbound import router
from handlers.inbound.events import Pressed, Sender
from handlers.inbound.results import Repeat, to_say
from handlers.inbound.router import Router
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import Draft, Person
from tests.scenarios.hamlet import ASKER, BUILDER, CHANNEL, invent
from tests.scenarios.machine import MONDAY, RULES, TEXTS
from tests.scenarios.racing import race


class Crowded(Store):
    """A database in which the first few transactions end in a conflict."""

    def __init__(self, url: str, times: int) -> None:
        super().__init__(url)
        self.times = times

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Begin a unit of work, which the first few times is undone at its end by a conflict."""
        with super().begin() as uow:
            yield uow
            if self.times:
                self.times -= 1
                raise Conflict


def _lock_both(store: Store, meet: threading.Barrier, first: int, second: int) -> str:
    try:
        with store.begin() as uow:
            uow.lock(Person, first)
            meet.wait(300)
            uow.lock(Person, second)
    except Conflict:
        return "undone"
    return "kept"


def test_of_two_that_wait_for_each_other_one_is_undone_as_a_conflict(postgres_url: str) -> None:
    store, meet = Store(postgres_url), threading.Barrier(2)
    invent(store, MONDAY.date())
    pairs = ((ASKER, BUILDER), (BUILDER, ASKER))
    assert sorted(race([partial(_lock_both, store, meet, *pair) for pair in pairs])) == ["kept", "undone"]
    store.close()


def test_what_another_stored_a_moment_earlier_is_a_conflict(postgres_url: str) -> None:
    store = Store(postgres_url)
    invent(store, MONDAY.date())

    def begin() -> str:
        try:
            with store.begin() as uow:
                uow.add(Draft(person_id=ASKER, form="request", form_version=1, updated_at=MONDAY))
        except Conflict:
            return "undone"
        return "kept"

    assert sorted(race([begin, begin])) == ["kept", "undone"]
    store.close()


@pytest.mark.parametrize("times", [router.TRIES - 1, router.TRIES])
def test_an_event_that_others_get_in_the_way_of_is_taken_in_once_more_and_not_for_ever(
    sqlite_url: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "LONGEST_PAUSE", 0.0)
    works = times < router.TRIES
    store = Crowded(sqlite_url, 0)
    invent(store, MONDAY.date())
    store.times = times
    taking_in = Router(store, lambda: MONDAY, RULES, TEXTS, wake=lambda: None, capabilities=CAPABILITIES)
    event = Pressed("event-1", Sender(CHANNEL, str(ASKER)), "language:0:0:nl")
    view = to_say(taking_in.answer(event))
    assert view is not None
    hello = TEXTS.into("nl")("menu.hello", name=f"Persoon {ASKER}")
    assert (view.text == hello) is works
    assert taking_in.answer(event) == Repeat() or not works
    store.close()
