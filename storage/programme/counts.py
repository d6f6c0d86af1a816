"""How much of a programme is there, counted."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlmodel import SQLModel, col, select

from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    Address,
    DialogueForm,
    Facilitator,
    Organisation,
    Person,
    PracticeBuilder,
    SeriesTemplate,
    Topic,
)
from storage.programme.demo_guard import DEMO_CHANNEL


@dataclass(frozen=True)
class Census:
    """Numbers of things a programme is made of. Somebody who builds two organisations counts once.

    ``reached`` are the active facilitators to whom something can be delivered in a channel, the playground not counted;
    ``findable`` those who have an e-mail address and are in no channel yet.
    """

    organisations: int = 0
    topics: int = 0
    forms: int = 0
    templates: int = 0
    facilitators: int = 0
    practice_builders: int = 0
    programme_team: int = 0
    reached: int = 0
    findable: int = 0

    @property
    def missing(self) -> tuple[str, ...]:
        """The things, by field name, of which there are none, though no request can be served without them."""
        needed = ("organisations", "topics", "forms", "facilitators", "programme_team")
        return tuple(name for name in needed if getattr(self, name) == 0)

    @property
    def empty(self) -> bool:
        """Whether there is no programme here at all."""
        return self.organisations == 0 and self.facilitators == 0


def count(uow: UnitOfWork) -> Census:
    """The present numbers. Members of the programme team count while they are active."""
    builders = select(func.count(func.distinct(PracticeBuilder.person_id)))
    team = select(func.count()).select_from(Person).where(col(Person.programme_team), col(Person.active))
    return Census(
        organisations=_all(uow, Organisation),
        topics=_all(uow, Topic),
        forms=_all(uow, DialogueForm),
        templates=_all(uow, SeriesTemplate),
        facilitators=_all(uow, Facilitator),
        practice_builders=uow.db.exec(builders).one(),
        programme_team=uow.db.exec(team).one(),
        reached=_facilitators(uow, _somewhere(reachable=True)),
        findable=_facilitators(uow, ~_somewhere(), col(Person.email).is_not(None)),
    )


_ORGANISATION = Prepared(select(Organisation.id).limit(1))
_FACILITATOR = Prepared(select(Facilitator.person_id).limit(1))


def can_serve(uow: UnitOfWork) -> bool:
    """Whether a dialogue can be asked for and led at all: there are organisations and facilitators."""
    return all(uow.first(one) is not None for one in (_ORGANISATION, _FACILITATOR))


def _somewhere(*, reachable: bool = False) -> ColumnElement[bool]:
    """Whether somebody is in a channel, or can be reached in one."""
    here = select(Address.id).where(Address.person_id == Person.id, Address.channel != DEMO_CHANNEL)
    return (here.where(col(Address.reachable)) if reachable else here).exists()


def _facilitators(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> int:
    active = select(func.count()).select_from(Facilitator).join(Person, col(Person.id) == Facilitator.person_id)
    return uow.db.exec(active.where(col(Facilitator.active), col(Person.active), *conditions)).one()


def _all(uow: UnitOfWork, model: type[SQLModel]) -> int:
    return uow.db.exec(select(func.count()).select_from(model)).one()
