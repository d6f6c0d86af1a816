"""Codes with which somebody shows that they are the same person in two channels, who used one, and who mistyped one."""

import hmac
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, delete, or_, select

from storage.database.bulk_statements import count, insert
from storage.database.unit_of_work import UnitOfWork
from storage.models import LinkClaim, LinkCode, LinkTry


def offer(uow: UnitOfWork, code: LinkCode) -> None:
    """Keep a person's code, in the place of an earlier one of theirs."""
    uow.db.exec(delete(LinkCode).where(col(LinkCode.person_id) == code.person_id))
    uow.add(code)


def find(uow: UnitOfWork, name: str, code_hash: str, now: datetime, tries: int) -> LinkCode | None:
    """The code that this is, or None where it is nobody's, is over, or was mistyped ``tries`` times before.

    A code of the same ``name`` that it is not is mistyped once more by this.
    """
    same = select(LinkCode).where(LinkCode.name == name, LinkCode.expires_at > now, LinkCode.tries < tries)
    found = None
    for row in uow.db.exec(same.order_by(col(LinkCode.person_id)).with_for_update()):
        if hmac.compare_digest(row.code_hash, code_hash):
            found = row
        else:
            row.tries += 1
    return found


def is_over(uow: UnitOfWork, name: str, code_hash: str, now: datetime) -> bool:
    """Whether this was somebody's code until a while ago: who brings it did not mistype it, and came too late."""
    late = select(LinkCode.code_hash).where(LinkCode.name == name, LinkCode.expires_at <= now)
    return any(hmac.compare_digest(one, code_hash) for one in uow.db.exec(late))


def claim(uow: UnitOfWork, claim: LinkClaim) -> bool:
    """Take a person's code away, and keep who used it; False where somebody else was a moment earlier."""
    uow.flush()
    if count(uow, delete(LinkCode).where(col(LinkCode.person_id) == claim.owner_id)) != 1:
        return False
    uow.add(claim)
    return True


def claim_of(uow: UnitOfWork, owner_id: int) -> LinkClaim | None:
    """Who used this person's code and waits for them to confirm it, if anybody; also one that is over."""
    return uow.db.exec(select(LinkClaim).where(LinkClaim.owner_id == owner_id)).first()


def claims_with(uow: UnitOfWork, person_ids: Collection[int]) -> Sequence[LinkClaim]:
    """The claims of these people, on whichever side."""
    sides = or_(col(LinkClaim.owner_id).in_(person_ids), col(LinkClaim.claimant_id).in_(person_ids))
    return uow.db.exec(select(LinkClaim).where(sides).with_for_update()).all()


def hold_claim(uow: UnitOfWork, claim_id: int) -> LinkClaim | None:
    """The claim with this id, held until the transaction ends; None where it is gone."""
    query = select(LinkClaim).where(LinkClaim.id == claim_id).with_for_update()
    return uow.db.exec(query.execution_options(populate_existing=True)).first()


def failures(uow: UnitOfWork, who: str, now: datetime, span: timedelta) -> int:
    """How often somebody mistyped a code in the last ``span``, which begins at the first time."""
    row = uow.db.exec(select(LinkTry).where(LinkTry.who == who).with_for_update()).first()
    return row.failed if row is not None and row.since > now - span else 0


def failed(uow: UnitOfWork, who: str, now: datetime, span: timedelta) -> None:
    """Count a mistyped code. Mistakes from longer than ``span`` ago are forgotten."""
    uow.db.exec(delete(LinkTry).where(col(LinkTry.since) <= now - span))
    once_more = insert(uow, LinkTry).values(who=who, failed=1, since=now)
    again = once_more.on_conflict_do_update(index_elements=["who"], set_={"failed": LinkTry.failed + 1})
    count(uow, again)


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` codes, claims and counts of mistakes each, that are over since before this instant."""
    claims = select(LinkClaim.id).where(col(LinkClaim.expires_at) < before).limit(limit)
    count(uow, delete(LinkClaim).where(col(LinkClaim.id).in_(claims)))
    codes = select(LinkCode.person_id).where(col(LinkCode.expires_at) < before).limit(limit)
    tries = select(LinkTry.who).where(col(LinkTry.since) < before).limit(limit)
    gone = count(uow, delete(LinkCode).where(col(LinkCode.person_id).in_(codes)))
    return max(gone, count(uow, delete(LinkTry).where(col(LinkTry.who).in_(tries))))
