"""Finding people, where they are reached, and what they are to the programme."""

from collections.abc import Iterable

from sqlalchemy import bindparam
from sqlmodel import col, select

from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
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
from storage.people import joined

_AT: Prepared[tuple[Person, int | None]] = Prepared(
    select(Person, Address.joined_id)
    .join(Address, col(Address.person_id) == Person.id)
    .where(Address.channel == bindparam("channel"), Address.address == bindparam("address"), col(Person.active))
)


def at(uow: UnitOfWork, channel: str, address: str) -> Person | None:
    """The active person reached at this address of this channel, or None.

    They see what was left half written from there, where the account can still be taken apart from them.
    """
    found = uow.first(_AT, channel=channel, address=address)
    if found is None:
        return None
    person, joined_id = found
    joined.act_from(uow, joined_id)
    return person


_ACTING: Prepared[tuple[Person, bool, int | None]] = Prepared(
    select(Person, Address.reachable, Address.joined_id)
    .join(Address, col(Address.person_id) == Person.id)
    .where(Address.channel == bindparam("channel"), Address.address == bindparam("address"), col(Person.active))
)


def acting(uow: UnitOfWork, channel: str, address: str) -> Person | None:
    """The active person who does something at this address, or None.

    Who acts can be reached there from now on, whatever was found when something was delivered. What they make from an
    account that can still be taken apart is remembered.
    """
    found = uow.first(_ACTING, channel=channel, address=address)
    if found is None:
        return None
    person, reachable, joined_id = found
    joined.act_from(uow, joined_id)
    if joined_id is not None:
        joined.follow(uow, joined_id, person.id)
    if not reachable:
        (here,) = [row for row in addresses(uow, person.id) if (row.channel, row.address) == (channel, address)]
        here.reachable = True
    return person


_ADDRESSES = Prepared(
    select(Address)
    .where(Address.person_id == bindparam("person"))
    .order_by(col(Address.preferred).desc(), col(Address.id))
)


def addresses(uow: UnitOfWork, person_id: int) -> list[Address]:
    """Where the person is reached, the preferred place first."""
    return uow.ask(_ADDRESSES, person=person_id)


def anybody_in(uow: UnitOfWork, channel: str) -> bool:
    """Whether anybody at all has an address in this channel."""
    return uow.db.exec(select(Address.id).where(Address.channel == channel).limit(1)).first() is not None


def keep_address(uow: UnitOfWork, person_id: int, channel: str, address: str) -> Address | None:
    """The person's address in a channel where they were found, kept; None where it is somebody else's already."""
    known = uow.db.exec(select(Address).where(Address.channel == channel, Address.address == address)).first()
    if known is None:
        return uow.add(Address(person_id=person_id, channel=channel, address=address))
    known.reachable = known.reachable or known.person_id == person_id
    return known if known.person_id == person_id else None


def facilitator(uow: UnitOfWork, person_id: int) -> Facilitator | None:
    """The person's profile as a facilitator, or None."""
    return uow.find(Facilitator, person_id)


def hold_facilitators(uow: UnitOfWork, person_ids: Iterable[int]) -> None:
    """Hold these profiles until the transaction ends, always in the same order: no two wait for each other."""
    ids = col(Facilitator.person_id).in_(list(person_ids))
    query = select(Facilitator.person_id).where(ids).order_by(col(Facilitator.person_id))
    uow.db.exec(query.with_for_update(key_share=True)).all()


_BUILT = Prepared(
    select(Organisation)
    .join(PracticeBuilder, col(PracticeBuilder.organisation_id) == Organisation.id)
    .where(PracticeBuilder.person_id == bindparam("person"))
    .order_by(Organisation.code)
)


def built_organisations(uow: UnitOfWork, person_id: int) -> list[Organisation]:
    """The organisations this person is practice builder of."""
    return uow.ask(_BUILT, person=person_id)


_BUILDERS = Prepared(
    select(PracticeBuilder.person_id)
    .join(Person, col(Person.id) == PracticeBuilder.person_id)
    .where(PracticeBuilder.organisation_id == bindparam("organisation"), col(Person.active))
    .order_by(col(PracticeBuilder.person_id))
)


def builders_of(uow: UnitOfWork, organisation_ids: list[int]) -> list[int]:
    """The active practice builders of the nearest of these organisations that has any (ordered from root to unit)."""
    for organisation_id in reversed(organisation_ids):
        found = uow.ask(_BUILDERS, organisation=organisation_id)
        if found:
            return found
    return []


_TEAM = Prepared(select(Person.id).where(col(Person.programme_team), col(Person.active)).order_by(col(Person.id)))


def programme_team(uow: UnitOfWork) -> list[int]:
    """The active members of the programme team."""
    return uow.ask(_TEAM)


_BUSY = (SessionState.PLANNED, SessionState.SEEKING, SessionState.PROPOSED, SessionState.HELD)
"""A seat taken in a session that still seeks its second facilitator is time spoken for, as a planned one is."""
_PLANNED = Prepared(
    select(DialogueSession)
    .join(Seat, col(Seat.session_id) == DialogueSession.id)
    .where(Seat.facilitator_id == bindparam("facilitator"), col(DialogueSession.state).in_(_BUSY))
    .order_by(col(DialogueSession.starts_at))
)
_AWAY = Prepared(select(Away).where(Away.facilitator_id == bindparam("facilitator")).order_by(col(Away.first_day)))


_ALL_BUILDERS = Prepared(
    select(PracticeBuilder.person_id)
    .join(Person, col(Person.id) == PracticeBuilder.person_id)
    .where(col(Person.active))
    .distinct()
)


def who_may_steer(uow: UnitOfWork) -> list[int]:
    """Everybody active who builds some organisation, and the active members of the programme team."""
    return sorted({*uow.ask(_ALL_BUILDERS), *programme_team(uow)})


def planned_of(uow: UnitOfWork, facilitator_id: int) -> list[DialogueSession]:
    """The planned sessions in which this facilitator has a seat, in order of time."""
    return uow.ask(_PLANNED, facilitator=facilitator_id)


def away_periods(uow: UnitOfWork, facilitator_id: int) -> list[Away]:
    """The stretches of days on which a facilitator is away, in order."""
    return uow.ask(_AWAY, facilitator=facilitator_id)


WITHOUT_ROLE = (
    col(Person.active),
    col(Person.programme_team).is_(False),
    col(Person.id).not_in(select(Facilitator.person_id)),
    col(Person.id).not_in(select(PracticeBuilder.person_id)),
)
"""What is true of the active people who are only civil servants."""


def without_role(uow: UnitOfWork) -> list[Person]:
    """The active people who are only civil servants: neither facilitator, practice builder nor programme team."""
    return list(uow.db.exec(select(Person).where(*WITHOUT_ROLE).order_by(col(Person.id))))
