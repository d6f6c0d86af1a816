"""Invitations: made, found by what was handed in, used, and withdrawn."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, or_, select, update

from storage.models import Address, Invitation, Person, PracticeBuilder
from storage.statements import count
from storage.unit_of_work import UnitOfWork


def named(uow: UnitOfWork, name: str) -> Invitation | None:
    """The invitation with this name, whether it is still worth anything or not; None where there is none."""
    return uow.db.exec(select(Invitation).where(Invitation.name == name)).first()


def use(uow: UnitOfWork, invitation_id: int, now: datetime) -> bool:
    """Let one more come in by an invitation; False where it is not worth anything any more.

    Of two who come at the same moment by an invitation for one, one is let in.
    """
    room = or_(col(Invitation.most).is_(None), col(Invitation.uses) < col(Invitation.most))
    open_now = update(Invitation).where(col(Invitation.id) == invitation_id, col(Invitation.expires_at) > now, room)
    return count(uow, open_now.values(uses=Invitation.uses + 1)) == 1


def is_open(row: Invitation, now: datetime) -> bool:
    """Whether it would still let somebody in. Whether it does, ``use`` tells."""
    return row.expires_at > now and (row.most is None or row.uses < row.most)


def open_of(uow: UnitOfWork, person_id: int | None, now: datetime, limit: int) -> Sequence[Invitation]:
    """Up to ``limit`` invitations that this person made, or anybody for None, and that let people in; the newest first.

    For one person they let in until somebody came; for somebody whom the programme knows, until they are in a channel,
    by whichever way.
    """
    room = or_(col(Invitation.most).is_(None), col(Invitation.uses) < col(Invitation.most))
    awaited = col(Invitation.person_id).is_(None) | col(Invitation.person_id).not_in(select(Address.person_id))
    query = select(Invitation).where(col(Invitation.expires_at) > now, room, awaited)
    if person_id is not None:
        query = query.where(Invitation.made_by == person_id)
    return uow.db.exec(query.order_by(col(Invitation.id).desc()).limit(limit)).all()


def unreached(uow: UnitOfWork) -> Sequence[Person]:
    """The active people whom the import named by an e-mail address and who are in no channel yet, by name."""
    query = select(Person).where(col(Person.active), col(Person.email).is_not(None))
    nowhere = query.where(col(Person.id).not_in(select(Address.person_id)))
    return uow.db.exec(nowhere.order_by(col(Person.name), col(Person.id))).all()


def builders(uow: UnitOfWork) -> frozenset[int]:
    """Everybody who builds some organisation."""
    return frozenset(uow.db.exec(select(PracticeBuilder.person_id)))


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` invitations that were worth nothing since before this instant; gives how many."""
    old = select(Invitation.id).where(col(Invitation.expires_at) < before).limit(limit)
    return count(uow, delete(Invitation).where(col(Invitation.id).in_(old)))
