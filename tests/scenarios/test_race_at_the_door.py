"""Whoever comes at the same moment: one is let in where there is room for one, and nobody is lost between two names."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import pytest

from flows import inviting, linking
from flows.desk import Desk, Turn
from handlers.inbound import Began, Came, Event, Said, Sender
from storage.models import Address, Draft, Organisation, Person
from storage.profiles import Profile
from storage.unit_of_work import Store
from tests.scenarios.doorway import DOOR, RULES, SLACK, TELEGRAM, TEXTS, Doorway
from tests.scenarios.racing import race

Given = TypeVar("Given")
ROUNDS = 8


@pytest.fixture
def door(store: Store) -> Doorway:
    """The programme's door, on each kind of database in turn."""
    return Doorway(store)


def _at_once(door: Doorway, events: Sequence[Event]) -> list[str]:
    """What each gets to read who does this at the same moment."""
    told = race([partial(door.router.answer, event) for event in events])
    return [view.text if view else "" for view in told]


def _with_desk(door: Doorway, do: Callable[[Desk], Given]) -> Given:
    with door.store.begin() as uow:
        return do(Desk(uow, door.clock.now(), RULES, TEXTS))


def _code(door: Doorway, person_id: int) -> str:
    def offered(desk: Desk) -> str:
        return dict(linking.offer(Turn(desk, desk.uow.get(Person, person_id))).facts)["Code"]

    return _with_desk(door, offered)


def _invitation(door: Doorway, *, whose: int | None) -> str:
    def made(desk: Desk) -> str:
        person = desk.uow.get(Person, whose) if whose else None
        organisation = desk.uow.get(Organisation, door.unit)
        return inviting.make(desk, organisation, person, once=True, by=None).link.removeprefix(DOOR)

    return _with_desk(door, made)


@pytest.mark.parametrize("known", [True, False])
def test_of_many_who_come_at_once_by_one_invitation_for_one_one_is_let_in(door: Doorway, *, known: bool) -> None:
    before = len(door.rows(Person))
    for number in range(ROUNDS):
        whose = door.person("Anna", email=f"a{number}@gov.example") if known else None
        token = _invitation(door, whose=whose)
        anna = Profile("Anna", None, "nl")
        who = [Sender(TELEGRAM, f"T{number}.{one}") for one in range(4)]
        told = _at_once(door, [Came(f"{number}.{one.address}", one, token, anna, sure=True) for one in who])
        assert sum(text.startswith("Welkom") for text in told) == 1, told
    assert (len(door.rows(Address)), len(door.rows(Person)) - before) == (ROUNDS, ROUNDS)


def test_of_two_who_type_one_code_at_once_one_is_who_it_is_of(door: Doorway) -> None:
    for number in range(ROUNDS):
        anna = door.person("Anna", email=f"a{number}@gov.example")
        door.at(SLACK, f"U{number}", anna)
        typing = [door.at(TELEGRAM, f"T{number}.{one}", door.person("Somebody")) for one in range(2)]
        code = _code(door, anna)
        told = _at_once(door, [Said(f"{number}.{one}", who.sender, f"link {code}") for one, who in enumerate(typing)])
        assert sum(text.startswith("Gelukt.") for text in told) == 1, told
        assert sum(getattr(door.person_at(who), "id", None) == anna for who in typing) == 1


def test_what_somebody_begins_while_they_turn_out_to_be_another_is_that_others(door: Doorway) -> None:
    for number in range(ROUNDS):
        fien = door.person("Fien", email=f"f{number}@gov.example")
        with door.store.begin() as uow:
            door.lead(uow, fien)
        door.at(SLACK, f"U{number}", fien)
        phone = door.at(TELEGRAM, f"T{number}", door.person("F."))
        said = Said(f"{number}.link", phone.sender, f"link {_code(door, fien)}")
        begun = [Began(f"{number}.{one}", phone.sender, "code") for one in range(3)]
        told = _at_once(door, [said, *begun])
        assert told[0].startswith("Gelukt."), told
        assert not any("Er ging bij ons iets mis" in text for text in told), told
        drafts = [row.person_id for row in door.rows(Draft)]
        assert drafts.count(fien) == 1
    assert _dangling(door) == []


def _dangling(door: Doorway) -> list[int]:
    people = {row.id for row in door.rows(Person)}
    return [row.person_id for row in door.rows(Draft) if row.person_id not in people]
