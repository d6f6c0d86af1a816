"""Codes with which somebody shows that they are the same person in two channels, and who mistyped one."""

import hmac
from datetime import datetime, timedelta

from sqlmodel import col, delete, select

from storage.models import LinkCode, LinkTry
from storage.statements import count, insert
from storage.unit_of_work import UnitOfWork


def offer(uow: UnitOfWork, code: LinkCode) -> None:
    """Keep a person's code, in the place of an earlier one of theirs."""
    uow.db.exec(delete(LinkCode).where(col(LinkCode.person_id) == code.person_id))
    uow.add(code)


def find(uow: UnitOfWork, name: str, code_hash: str, now: datetime, tries: int) -> int | None:
    """Whose code this is, or None where it is nobody's, is over, or was mistyped ``tries`` times before.

    A code of the same ``name`` that it is not is mistyped once more by this.
    """
    same = select(LinkCode).where(LinkCode.name == name, LinkCode.expires_at > now, LinkCode.tries < tries)
    owner = None
    for row in uow.db.exec(same.order_by(col(LinkCode.person_id)).with_for_update()):
        if hmac.compare_digest(row.code_hash, code_hash):
            owner = row.person_id
        else:
            row.tries += 1
    return owner


def use(uow: UnitOfWork, person_id: int) -> bool:
    """Take a person's code away; False where it is gone already, because somebody else was a moment earlier."""
    uow.flush()
    return count(uow, delete(LinkCode).where(col(LinkCode.person_id) == person_id)) == 1


def failures(uow: UnitOfWork, who: str, now: datetime, span: timedelta) -> int:
    """How often somebody mistyped a code in the last ``span``, which begins at the first time."""
    row = uow.db.exec(select(LinkTry).where(LinkTry.who == who).with_for_update()).first()
    return row.failed if row is not None and row.since > now - span else 0


def failed(uow: UnitOfWork, who: str, now: datetime, span: timedelta) -> None:
    """Somebody mistyped a code once more. Who did so longer than ``span`` ago is forgotten."""
    uow.db.exec(delete(LinkTry).where(col(LinkTry.since) <= now - span))
    once_more = insert(uow, LinkTry).values(who=who, failed=1, since=now)
    again = once_more.on_conflict_do_update(index_elements=["who"], set_={"failed": LinkTry.failed + 1})
    count(uow, again)


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` codes, and as many counts of mistyped ones, that are over since before this instant."""
    codes = select(LinkCode.person_id).where(col(LinkCode.expires_at) < before).limit(limit)
    tries = select(LinkTry.who).where(col(LinkTry.since) < before).limit(limit)
    gone = count(uow, delete(LinkCode).where(col(LinkCode.person_id).in_(codes)))
    return max(gone, count(uow, delete(LinkTry).where(col(LinkTry.who).in_(tries))))
