"""Unfinished conversations."""

from sqlmodel import col, select

from storage.models import Draft
from storage.unit_of_work import UnitOfWork


def of(uow: UnitOfWork, person_id: int, form: str, subject_id: int) -> Draft | None:
    """The person's unfinished answers to this form about this subject, or None."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.form == form, Draft.subject_id == subject_id)
    return uow.db.exec(query).first()


def newest(uow: UnitOfWork, person_id: int) -> Draft | None:
    """The draft the person worked on last, or None."""
    query = select(Draft).where(Draft.person_id == person_id)
    return uow.db.exec(query.order_by(col(Draft.updated_at).desc(), col(Draft.id).desc())).first()
