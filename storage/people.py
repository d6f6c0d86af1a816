"""Finding people, where they are reached, and what they are to the programme."""

from collections.abc import Iterable

from sqlalchemy import bindparam
from sqlmodel import col, select

from storage.models import (
    Address,
    Away,
    DialogueSession,
    Facilitator,
    Organisation,
    Person,
    PracticeBuilder,
    Seat,
    SessionState,
)
from storage.unit_of_work import UnitOfWork

# Made once: every event asks this, and making it takes as long as answering it.
_AT = (
    select(Person)
    .join(Address, col(Address.person_id) == Person.id)
    .where(Address.channel == bindparam("channel"), Address.address == bindparam("address"), col(Person.active))
)


def at(uow: UnitOfWork, channel: str, address: str) -> Person | None:
    """The active person reached at this address of this channel, or None."""
    return uow.db.scalars(_AT, {"channel": channel, "address": address}).first()


def addresses(uow: UnitOfWork, person_id: int) -> list[Address]:
    """Where the person is reached, the preferred place first."""
    query = select(Address).where(Address.person_id == person_id)
    return list(uow.db.exec(query.order_by(col(Address.preferred).desc(), col(Address.id))))


def keep_address(uow: UnitOfWork, person_id: int, channel: str, address: str) -> Address | None:
    """The person's address in a channel where they were found, kept; None where it is somebody else's already."""
    known = uow.db.exec(select(Address).where(Address.channel == channel, Address.address == address)).first()
    if known is None:
        return uow.add(Address(person_id=person_id, channel=channel, address=address))
    known.reachable = known.reachable or known.person_id == person_id
    return known if known.person_id == person_id else None


def facilitator(uow: UnitOfWork, person_id: int) -> Facilitator | None:
    """The person's profile as a facilitator, or None."""
    return uow.db.get(Facilitator, person_id)


def hold_facilitators(uow: UnitOfWork, person_ids: Iterable[int]) -> None:
    """Hold these profiles until the transaction ends, always in the same order: no two wait for each other."""
    ids = col(Facilitator.person_id).in_(list(person_ids))
    query = select(Facilitator.person_id).where(ids).order_by(col(Facilitator.person_id))
    uow.db.exec(query.with_for_update(key_share=True)).all()


def built_organisations(uow: UnitOfWork, person_id: int) -> list[Organisation]:
    """The organisations this person is practice builder of."""
    mine = select(PracticeBuilder.organisation_id).where(PracticeBuilder.person_id == person_id)
    return list(uow.db.exec(select(Organisation).where(col(Organisation.id).in_(mine)).order_by(Organisation.code)))


def builders_of(uow: UnitOfWork, organisation_ids: list[int]) -> list[int]:
    """The active practice builders of the nearest of these organisations that has any (ordered from root to unit)."""
    for organisation_id in reversed(organisation_ids):
        query = (
            select(PracticeBuilder.person_id)
            .join(Person, col(Person.id) == PracticeBuilder.person_id)
            .where(PracticeBuilder.organisation_id == organisation_id, col(Person.active))
        )
        found = list(uow.db.exec(query.order_by(col(PracticeBuilder.person_id))))
        if found:
            return found
    return []


def programme_team(uow: UnitOfWork) -> list[int]:
    """The active members of the programme team."""
    query = select(Person.id).where(col(Person.programme_team), col(Person.active)).order_by(col(Person.id))
    return list(uow.db.exec(query))


def planned_of(uow: UnitOfWork, facilitator_id: int) -> list[DialogueSession]:
    """The planned sessions in which this facilitator has a seat, in order of time."""
    query = (
        select(DialogueSession)
        .join(Seat, col(Seat.session_id) == DialogueSession.id)
        .where(Seat.facilitator_id == facilitator_id, _takes_time())
    )
    return list(uow.db.exec(query.order_by(col(DialogueSession.starts_at))))


def _takes_time() -> bool:
    # A seat taken in a session that still seeks its second facilitator is time spoken for, just as a planned one is.
    busy = (SessionState.PLANNED, SessionState.SEEKING, SessionState.PROPOSED, SessionState.HELD)
    return col(DialogueSession.state).in_(busy)  # type: ignore[return-value]  # SQLModel takes the expression as bool


def away_periods(uow: UnitOfWork, facilitator_id: int) -> list[Away]:
    """The stretches of days on which a facilitator is away, in order."""
    query = select(Away).where(Away.facilitator_id == facilitator_id)
    return list(uow.db.exec(query.order_by(col(Away.first_day))))


def without_role(uow: UnitOfWork) -> list[Person]:
    """The active people who are only civil servants: neither facilitator, practice builder nor programme team."""
    query = (
        select(Person)
        .where(
            col(Person.active),
            col(Person.programme_team).is_(False),
            col(Person.id).not_in(select(Facilitator.person_id)),
            col(Person.id).not_in(select(PracticeBuilder.person_id)),
        )
        .order_by(col(Person.id))
    )
    return list(uow.db.exec(query))
