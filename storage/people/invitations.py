"""Invitations: made, found by what was handed in, used, and withdrawn."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, delete, or_, select, update

from storage.database.bulk_statements import count
from storage.database.unit_of_work import UnitOfWork
from storage.models import Address, Invitation, InvitationProposal, Organisation, Person, PracticeBuilder


def named(uow: UnitOfWork, name: str) -> Invitation | None:
    """The invitation with this name, whether it is still worth anything or not; None where there is none."""
    return uow.db.exec(select(Invitation).where(Invitation.name == name)).first()


def use(uow: UnitOfWork, invitation_id: int, now: datetime) -> bool:
    """Let one more come in by an invitation; False where it is not worth anything any more.

    An invitation for one serves one of two who use it at the same moment.
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


def proposal(uow: UnitOfWork, proposed_by: int, person_id: int, now: datetime) -> InvitationProposal | None:
    """This person's open proposal to invite that one, or None."""
    mine = (InvitationProposal.proposed_by == proposed_by, InvitationProposal.person_id == person_id)
    return uow.db.exec(select(InvitationProposal).where(*mine, *_stands(now))).first()


def proposals(uow: UnitOfWork, person_id: int | None, now: datetime, limit: int) -> Sequence[InvitationProposal]:
    """Up to ``limit`` open proposals of this person, or of anybody for None, the newest first."""
    query = select(InvitationProposal).where(*_stands(now))
    if person_id is not None:
        query = query.where(InvitationProposal.proposed_by == person_id)
    return uow.db.exec(query.order_by(col(InvitationProposal.id).desc()).limit(limit)).all()


def proposed_in(uow: UnitOfWork, organisation_ids: Collection[int], now: datetime) -> frozenset[int]:
    """Whom a practice builder of one of these organisations proposes to invite, as long as nobody decided on it."""
    builds = col(PracticeBuilder.person_id) == col(InvitationProposal.proposed_by)
    query = select(InvitationProposal.person_id).join(PracticeBuilder, builds)
    here = col(PracticeBuilder.organisation_id).in_(organisation_ids)
    return frozenset(uow.db.exec(query.where(here, *_stands(now))))


def _stands(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a proposal awaits a decision: its person is still awaited in every channel."""
    awaited = select(Person.id).where(col(Person.active), col(Person.id).not_in(select(Address.person_id)))
    return col(InvitationProposal.expires_at) > now, col(InvitationProposal.person_id).in_(awaited), _by_a_builder()


def _by_a_builder() -> ColumnElement[bool]:
    """The condition that the proposer still builds the organisation that the proposal is for, or one above it."""
    built, asked = aliased(Organisation), aliased(Organisation)
    mine = select(PracticeBuilder.person_id).join(Person, col(Person.id) == PracticeBuilder.person_id)
    above = mine.join(built, col(built.id) == PracticeBuilder.organisation_id).join(
        asked, col(asked.path).startswith(col(built.path))
    )
    theirs = (
        PracticeBuilder.person_id == InvitationProposal.proposed_by,
        asked.id == InvitationProposal.organisation_id,
        col(Person.active),
    )
    return above.where(*theirs).correlate(InvitationProposal).exists()


def open_proposal(uow: UnitOfWork, proposal_id: int, now: datetime) -> InvitationProposal | None:
    """The proposal with this id, where somebody has yet to decide on it; else None."""
    query = select(InvitationProposal).where(InvitationProposal.id == proposal_id, *_stands(now))
    return uow.db.exec(query).first()


def others_for(uow: UnitOfWork, proposal: InvitationProposal) -> Sequence[InvitationProposal]:
    """The proposals of others to invite the same person, held until the transaction ends, in their order."""
    same = (InvitationProposal.person_id == proposal.person_id, InvitationProposal.id != proposal.id)
    query = select(InvitationProposal).where(*same).order_by(col(InvitationProposal.id))
    return uow.db.exec(query.with_for_update()).all()


def hold_proposal(uow: UnitOfWork, proposal_id: int) -> InvitationProposal | None:
    """The proposal with this id, held until the transaction ends.

    None where it is decided, or who made it does not build that organisation any more.
    """
    query = select(InvitationProposal).where(InvitationProposal.id == proposal_id, _by_a_builder())
    held = query.with_for_update(of=InvitationProposal).execution_options(populate_existing=True)
    return uow.db.exec(held).first()


def unreached(uow: UnitOfWork) -> Sequence[Person]:
    """The active people whom the import named by an e-mail address and who are in no channel yet, by name."""
    query = select(Person).where(col(Person.active), col(Person.email).is_not(None))
    nowhere = query.where(col(Person.id).not_in(select(Address.person_id)))
    return uow.db.exec(nowhere.order_by(col(Person.name), col(Person.id))).all()


def builders(uow: UnitOfWork) -> frozenset[int]:
    """Everybody who builds some organisation."""
    return frozenset(uow.db.exec(select(PracticeBuilder.person_id)))


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` invitations, and proposals, worth nothing since before this instant; gives how many."""
    proposed = select(InvitationProposal.id).where(col(InvitationProposal.expires_at) < before).limit(limit)
    count(uow, delete(InvitationProposal).where(col(InvitationProposal.id).in_(proposed)))
    old = select(Invitation.id).where(col(Invitation.expires_at) < before).limit(limit)
    return count(uow, delete(Invitation).where(col(Invitation.id).in_(old)))
