"""Unfinished conversations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, delete, select

from storage.database.bulk_statements import count
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import Draft

_LATEST = Prepared(
    select(Draft)
    .where(Draft.person_id == bindparam("person"))
    .order_by(col(Draft.updated_at).desc(), col(Draft.id).desc())
    .limit(bindparam("limit"))
)


def of(uow: UnitOfWork, person_id: int, form: str, subject_id: int) -> Draft | None:
    """The person's unfinished answers to this form about this subject, or None."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.form == form, Draft.subject_id == subject_id)
    return uow.db.exec(query).first()


def latest(uow: UnitOfWork, person_id: int, limit: int) -> Sequence[Draft]:
    """Up to ``limit`` drafts of the person, what they worked on last first."""
    return uow.ask(_LATEST, person=person_id, limit=limit)


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` drafts that nobody touched since before this instant; gives how many."""
    old = select(Draft.id).where(Draft.updated_at < before).limit(limit)
    return count(uow, delete(Draft).where(col(Draft.id).in_(old)))
