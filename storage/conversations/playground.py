"""What the playground keeps: its chats, who can be played, and how far its clock was moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, func, select

from storage.database import key_values
from storage.database.bulk_statements import table_of
from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    ChatLine,
    Facilitator,
    Level,
    Organisation,
    OrganisationKind,
    Person,
    PracticeBuilder,
)
from storage.people.people import WITHOUT_ROLE
from storage.programme import catalogue

_CLOCK = "playground_clock_seconds"
_OPENED = "playground_opened_at"
_lines = table_of(ChatLine)


@dataclass(frozen=True)
class Player:
    """Somebody who can be played. ``level`` is None for who is no facilitator; ``home`` the ministry or agency."""

    id: int
    name: str
    language: str | None
    team: bool
    builds: bool
    level: Level | None
    unit: Organisation | None
    home: Organisation | None

    @property
    def only_asks(self) -> bool:
        """Whether this is a civil servant without a role in the programme."""
        return not self.team and not self.builds and self.level is None


def lines(uow: UnitOfWork, person_id: int, limit: int) -> list[ChatLine]:
    """The newest ``limit`` lines of somebody's chat, the oldest of them first."""
    query = select(ChatLine).where(ChatLine.person_id == person_id).order_by(col(ChatLine.id).desc()).limit(limit)
    return list(reversed(uow.db.exec(query).all()))


def line(uow: UnitOfWork, person_id: int, line_id: int) -> ChatLine | None:
    """This line of this person's chat; None where there is none."""
    return uow.db.exec(select(ChatLine).where(ChatLine.id == line_id, ChatLine.person_id == person_id)).first()


def letters(uow: UnitOfWork, limit: int) -> Sequence[tuple[ChatLine, str]]:
    """The messages the bot sent by itself, the newest or last changed first, each with its reader's name."""
    last = func.coalesce(_lines.c.edited_at, _lines.c.at)
    query = (
        select(ChatLine, Person.name)
        .join(Person, col(Person.id) == ChatLine.person_id)
        .where(_lines.c.body["letter"].as_boolean())
        .order_by(last.desc(), col(ChatLine.id).desc())
    )
    return uow.db.exec(query.limit(limit)).all()


def untouched(uow: UnitOfWork) -> bool:
    """Whether nobody has written or been written to yet."""
    return uow.db.exec(select(ChatLine.id).limit(1)).first() is None


def last_reader(uow: UnitOfWork) -> int | None:
    """The facilitator who got a message last, or None while none did."""
    asked = col(ChatLine.person_id).in_(select(Facilitator.person_id))
    query = select(ChatLine.person_id).where(_lines.c.body["letter"].as_boolean(), asked)
    return uow.db.exec(query.order_by(col(ChatLine.id).desc())).first()


def last_asker(uow: UnitOfWork) -> int | None:
    """The civil servant without a role who used their chat last; the first of them where nobody did yet."""
    chatted = select(ChatLine.person_id, func.max(ChatLine.id).label("last")).group_by(col(ChatLine.person_id))
    newest = chatted.subquery()
    query = select(Person.id).outerjoin(newest, newest.c.person_id == Person.id).where(*WITHOUT_ROLE)
    return uow.db.exec(query.order_by(func.coalesce(newest.c.last, 0).desc(), col(Person.id))).first()


def players(uow: UnitOfWork) -> list[Player]:
    """Everybody active, those without a role first, then the programme team, practice builders and facilitators."""
    query = select(Person).where(col(Person.active))
    found = _as_players(uow, uow.db.exec(query.order_by(Person.name, col(Person.id))).all())
    return sorted(found, key=lambda one: (not one.only_asks, not one.team, not one.builds))


def player(uow: UnitOfWork, person_id: int) -> Player | None:
    """This active person, or None."""
    person = uow.find(Person, person_id)
    return _as_players(uow, [person])[0] if person is not None and person.active else None


def _as_players(uow: UnitOfWork, people: Sequence[Person]) -> list[Player]:
    levels = {row.person_id: row.level for row in uow.db.exec(select(Facilitator))}
    builders = set(uow.db.exec(select(PracticeBuilder.person_id)))
    nodes = {node.id: node for node in catalogue.organisations(uow)}
    return [
        Player(
            id=person.id,
            name=person.name,
            language=person.language,
            team=person.programme_team,
            builds=person.id in builders,
            level=levels.get(person.id),
            unit=(unit := nodes.get(person.unit_id) if person.unit_id else None),
            home=_home(unit, nodes),
        )
        for person in people
    ]


def _home(unit: Organisation | None, nodes: dict[int, Organisation]) -> Organisation | None:
    above = [nodes[i] for i in catalogue.path_ids(unit.path) if i in nodes] if unit else []
    return next((node for node in reversed(above) if node.kind is not OrganisationKind.UNIT), None)


def clock_offset(uow: UnitOfWork) -> timedelta:
    """How far ahead of the machine's clock the playground's was left; zero where it was never moved."""
    return timedelta(seconds=float(key_values.noted(uow, _CLOCK) or 0))


def opened_at(uow: UnitOfWork) -> str | None:
    """Where the playground on this database was opened last, as it was kept; it may be closed since."""
    return key_values.noted(uow, _OPENED)


def keep_opened_at(uow: UnitOfWork, place: str) -> None:
    """Remember where the playground on this database is open."""
    key_values.note(uow, _OPENED, place)


def keep_clock_offset(uow: UnitOfWork, offset: timedelta) -> None:
    """Remember how far ahead the playground's clock is, for the next start."""
    key_values.note(uow, _CLOCK, repr(offset.total_seconds()))
