"""Unfinished conversations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, delete, select

from storage.database.bulk_statements import count
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import Draft
from storage.people import joined

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


def begun(
    uow: UnitOfWork, person_id: int, form: str, subject_id: int, known: Mapping[str, Any], now: datetime
) -> Draft:
    """A new draft, not stored yet, in which stands what is known beforehand.

    What is known counts as answers to an earlier version of the form: what no longer fits is asked again.
    """
    draft = Draft(person_id=person_id, form=form, subject_id=subject_id, form_version=0, updated_at=now)
    fill(uow, draft, known, {})
    return draft


def fill(uow: UnitOfWork, draft: Draft, answers: Mapping[str, Any], typed: Mapping[str, Any]) -> None:
    """Put these answers in the place of those that stand in the draft, and ``typed`` beside them.

    The account that a new answer came from is kept, where it can still be parted from the person.
    """
    author = joined.acting_from(uow)
    stands = answers.keys() | typed.keys()
    same = {name for name in stands if _at(answers, typed, name) == _at(draft.answers, draft.typed, name)}
    authors = {name: draft.authors[name] for name in same & draft.authors.keys()}
    if author is not None:
        authors |= dict.fromkeys(sorted(stands - same), author)
    draft.answers, draft.typed, draft.authors = dict(answers), dict(typed), authors


def _at(answers: Mapping[str, Any], typed: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    return name in answers, answers.get(name), name in typed, typed.get(name)


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` drafts that nobody touched since before this instant; gives how many."""
    old = select(Draft.id).where(Draft.updated_at < before).limit(limit)
    return count(uow, delete(Draft).where(col(Draft.id).in_(old)))
