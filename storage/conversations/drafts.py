"""Unfinished conversations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, delete, select

from storage.database.bulk_statements import count
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import Address, Draft
from storage.people import joined

_LATEST = Prepared(
    select(Draft)
    .where(Draft.person_id == bindparam("person"), Draft.side == bindparam("side"))
    .order_by(col(Draft.updated_at).desc(), col(Draft.id).desc())
    .limit(bindparam("limit"))
)


def of(uow: UnitOfWork, person_id: int, form: str, subject_id: int) -> Draft | None:
    """The person's unfinished answers to this form about this subject, or None."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.form == form, Draft.subject_id == subject_id)
    return uow.db.exec(query.where(Draft.side == joined.acting_from(uow))).first()


def latest(uow: UnitOfWork, person_id: int, limit: int) -> Sequence[Draft]:
    """Up to ``limit`` drafts of the person, what they worked on last first."""
    return uow.ask(_LATEST, person=person_id, side=joined.acting_from(uow), limit=limit)


def is_at_hand(uow: UnitOfWork, draft: Draft, person_id: int) -> bool:
    """Whether this person may go on with the draft from the account that acts in this unit of work.

    While an account can be taken apart from a person, each side has the drafts that were begun from it, and no other.
    """
    return draft.person_id == person_id and draft.side == joined.acting_from(uow)


def begun(
    uow: UnitOfWork, person_id: int, form: str, subject_id: int, known: Mapping[str, Any], now: datetime
) -> Draft:
    """A new draft, not stored yet, in which stands what is known beforehand.

    What is known counts as answers to an earlier version of the form: what no longer fits is asked again.
    """
    side = joined.hold_side(uow)
    answers = dict(known)
    return Draft(
        person_id=person_id,
        form=form,
        subject_id=subject_id,
        side=side,
        form_version=0,
        answers=answers,
        updated_at=now,
    )


def channel_of(uow: UnitOfWork, draft: Draft) -> str | None:
    """The channel in which messages about the draft belong; None where any of the person's will do."""
    theirs = uow.db.exec(select(Address).where(Address.person_id == draft.person_id)).all()
    side = [row for row in theirs if (row.joined_id or 0) == draft.side]
    if len(side) == len(theirs) or not side:
        return None
    return next((row.channel for row in side if row.preferred), side[0].channel)


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` drafts that nobody touched since before this instant; gives how many."""
    old = select(Draft.id).where(Draft.updated_at < before).limit(limit)
    return count(uow, delete(Draft).where(col(Draft.id).in_(old)))
