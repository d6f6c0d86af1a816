"""People of flesh and blood behind their accounts, and all that one of them can take from another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import select

from bot.demo.simulated_person import SimulatedPerson
from storage.database.unit_of_work import Store
from storage.models import Address, Draft, Facilitator, JoinedAccount, Person, PracticeBuilder, Request
from storage.people.addresses import Shape
from storage.programme.csv_files.applying import import_folder
from tests.scenarios.doorway import SLACK, TELEGRAM

SHAPES = {one: Shape(lambda address: address.startswith(("U-", "T-")), "U-Anna") for one in (SLACK, TELEGRAM)}
"""What the addresses of these people look like."""


@dataclass
class Human:
    """Somebody of flesh and blood. ``used`` is what they themselves used last: a code they may confirm elsewhere."""

    name: str
    email: str | None = None
    accounts: dict[str, SimulatedPerson] = field(default_factory=dict)
    used: str = ""
    code: str = ""


@dataclass(frozen=True)
class Holdings:
    """All that can be stolen."""

    people: Mapping[int, Person]
    addresses: list[Address]
    joinings: list[JoinedAccount]
    requests: list[Request]
    drafts: list[Draft]
    facilitators: frozenset[int]
    builders: frozenset[int]

    def roles(self, person: Person) -> Mapping[str, bool]:
        """Which of the roles this person has."""
        leads, builds = person.id in self.facilitators, person.id in self.builders
        return {"team": person.programme_team, "facilitator": leads, "builder": builds}


def holdings(store: Store) -> Holdings:
    """All that can be stolen, read at once."""
    with store.read() as uow:
        return Holdings(
            {row.id: row for row in uow.db.exec(select(Person))},
            list(uow.db.exec(select(Address))),
            list(uow.db.exec(select(JoinedAccount))),
            list(uow.db.exec(select(Request))),
            list(uow.db.exec(select(Draft))),
            frozenset(uow.db.exec(select(Facilitator.person_id))),
            frozenset(uow.db.exec(select(PracticeBuilder.person_id))),
        )


def bring_in(store: Store, name: str, lines: str) -> bool:
    """Import a file of this name with these lines; gives whether it was taken."""
    with TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.csv").write_text(lines, encoding="utf-8")
        with store.begin() as uow:
            return import_folder(uow, Path(folder), SHAPES).bad == ()


def request(person_id: int, unit: int, whose: str, now: Any) -> Request:
    """A request of this person, with words in confidence that say whose it is."""
    return Request.model_validate(
        {
            "requester_id": person_id, "organisation_id": unit, "occasion": "other", "urgency": "normal",
            "participants": 8, "online": True, "origin": "any", "language": "nl", "series_wish": "no",
            "state": "closed", "created_at": now, "confidential_note": whose,
        }
    )  # fmt: skip
