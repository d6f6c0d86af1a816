"""People of flesh and blood behind their accounts, and all that one of them can take from another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import select

from bot.demo.simulated_person import Actor
from storage.database.unit_of_work import Store
from storage.models import Address, Draft, Facilitator, JoinedAccount, Person, PracticeBuilder, Request


@dataclass
class Human:
    """Somebody of flesh and blood. ``used`` is what they themselves used last: a code they may confirm elsewhere."""

    name: str
    email: str | None = None
    accounts: dict[str, Actor] = field(default_factory=dict)
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
