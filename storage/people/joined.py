"""What has to be remembered of an account that became a person's, for the two to be parted again (``parting``).

A joining keeps which rows changed hands, what the person's own row was before, and, from then on, which rows are made
from the account that was joined. So each row can go back to whose it was, or stay with the account that made it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, event, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import count, insert_into, table_of
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    Address,
    Draft,
    JoinCause,
    JoinedAccount,
    JoinedRow,
    Person,
)
from storage.people import belongings
from storage.people.merging import Merged, one_draft

SPAN = timedelta(days=7)
"""How long an account can be taken apart from the person it became."""

_JOINED_ROW = table_of(JoinedRow)
_ADDRESS = belongings.place(table_of(Address).c.person_id)
_FOLLOWING = "following"
"""Under which the listener of a session is kept that remembers what an account makes."""
_ACTING = "acting"
"""Under which the joining of the account is kept that acts in a session."""


@dataclass(frozen=True)
class Account:
    """An account on its way to become a person's: how it is called there, and how that came about."""

    name: str
    channels: tuple[str, ...]
    cause: JoinCause
    watched: bool
    language: str | None = None
    invitation_id: int | None = None


def remember(uow: UnitOfWork, person_id: int, account: Account, merged: Merged, now: datetime) -> JoinedAccount:
    """Keep what is needed to part this person from the one who was made the same as them."""
    joined = _joined(person_id, account, now)
    joined.former_id, joined.former, joined.learned = merged.former["id"], merged.former, list(merged.learned)
    uow.add(joined)
    _keep_rows(uow, joined, merged.rows)
    draft = table_of(Draft).c
    theirs = update(Draft).where(draft.person_id == person_id, draft.side == -joined.former_id)
    count(uow, theirs.values(side=joined.id))
    return joined


def remember_newcomer(
    uow: UnitOfWork, person_id: int, account: Account, address: Address, now: datetime
) -> JoinedAccount:
    """Keep what is needed to part this person from an account that nobody knew before: its address."""
    joined = uow.add(_joined(person_id, account, now))
    _keep_rows(uow, joined, [(_ADDRESS, address.id)])
    return joined


def _joined(person_id: int, account: Account, now: datetime) -> JoinedAccount:
    return JoinedAccount(
        person_id=person_id,
        channels=list(account.channels),
        name=account.name,
        language=account.language,
        cause=account.cause,
        invitation_id=account.invitation_id,
        watched=account.watched,
        joined_at=now,
        until=now + SPAN,
    )


def _keep_rows(uow: UnitOfWork, joined: JoinedAccount, rows: Iterable[tuple[str, int]]) -> None:
    kept = [{"joined_id": joined.id, "place": place, "row_id": row_id, "since": False} for place, row_id in rows]
    if kept:
        uow.db.execute(_JOINED_ROW.insert(), kept)
    theirs = [row["row_id"] for row in kept if row["place"] == _ADDRESS]
    followed = update(Address).where(col(Address.id).in_(theirs), col(Address.joined_id).is_(None))
    count(uow, followed.values(joined_id=joined.id))
    uow.db.expire_all()


def of(uow: UnitOfWork, person_id: int, now: datetime) -> Sequence[JoinedAccount]:
    """The accounts that can still be taken apart from this person, the newest first."""
    theirs = select_rows(JoinedAccount).where(JoinedAccount.person_id == person_id, JoinedAccount.until > now)
    return uow.db.exec(theirs.order_by(col(JoinedAccount.id).desc())).all()


def reaching(uow: UnitOfWork, person_id: int, now: datetime) -> Sequence[JoinedAccount]:
    """Those of them whose account still reaches the person: the import may have taken its address away."""
    there = {*uow.db.exec(select_rows(Address.joined_id).where(Address.person_id == person_id))}
    return [one for one in of(uow, person_id, now) if one.id in there]


def hold(uow: UnitOfWork, joined_id: int, now: datetime) -> JoinedAccount | None:
    """The joining with this id, held until the transaction ends; None once it is over or was taken apart."""
    query = select_rows(JoinedAccount).where(JoinedAccount.id == joined_id, JoinedAccount.until > now)
    return uow.db.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def follow(uow: UnitOfWork, joined_id: int, person_id: int) -> None:
    """Remember each row that is stored for this person in the rest of this unit of work: the account made it."""

    def keep(db: Session, _flush: object) -> None:
        made = [row for row in (_made(one, joined_id, person_id) for one in db.new) if row]
        for row in made:
            new = insert_into(db.connection().dialect.name, JoinedRow).values(row)
            db.connection().execute(new.on_conflict_do_nothing())

    event.listen(uow.db, "after_flush", keep)
    uow.db.info[_FOLLOWING] = keep


def act_from(uow: UnitOfWork, joined_id: int | None) -> None:
    """Keep which account acts or looks in this unit of work: one of a joining, or None for any other."""
    uow.db.info[_ACTING] = joined_id or 0


def hold_side(uow: UnitOfWork) -> int:
    """The joining of the account that acts, held so that it is not taken apart meanwhile; else 0.

    Raises Conflict where that was done since.
    """
    side = acting_from(uow)
    if side:
        same = select_rows(JoinedAccount.id).where(JoinedAccount.id == side).with_for_update(read=True, key_share=True)
        if uow.db.exec(same).first() is None:
            raise Conflict
    return side


def acting_from(uow: UnitOfWork) -> int:
    """The joining of the account that acts or looks in this unit of work, while it can be taken apart; else 0."""
    return int(uow.db.info.get(_ACTING, 0))


def follow_no_more(uow: UnitOfWork) -> None:
    """What is brought back from here on was not made by the account."""
    uow.flush()
    keep = uow.db.info.pop(_FOLLOWING, None)
    if keep is not None:
        event.remove(uow.db, "after_flush", keep)


def _made(row: Any, joined_id: int, person_id: int) -> dict[str, object] | None:
    for column in belongings.of_table(row.__tablename__):
        if getattr(row, column.name) == person_id:
            key = getattr(row, belongings.key_of(column).name)
            return {"joined_id": joined_id, "place": belongings.place(column), "row_id": key, "since": True}
    return None


def settle(uow: UnitOfWork, person_ids: Collection[int], now: datetime) -> None:
    """Forget the joinings of these people that cannot be taken apart any more, or whose account is gone."""
    theirs = select_rows(JoinedAccount).where(col(JoinedAccount.person_id).in_(person_ids))
    reach = {one.id for person_id in person_ids for one in reaching(uow, person_id, now)}
    over = [one.id for one in uow.db.exec(theirs).all() if one.id not in reach]
    if acting_from(uow) in over:
        follow_no_more(uow)
        act_from(uow, None)
    forget(uow, over)


def forget(uow: UnitOfWork, joined_ids: Collection[int]) -> int:
    """Forget these joinings, and which rows they were about; gives how many there were.

    What was left half written from the account is the person's own from here on.
    """
    for one in uow.db.exec(select_rows(JoinedAccount).where(col(JoinedAccount.id).in_(joined_ids))).all():
        _learn_email(uow, one)
    count(uow, delete(JoinedRow).where(col(JoinedRow.joined_id).in_(joined_ids)))
    count(uow, update(Address).where(col(Address.joined_id).in_(joined_ids)).values(joined_id=None))
    for draft in uow.db.exec(select_rows(Draft).where(col(Draft.side).in_(joined_ids)).with_for_update()).all():
        keep_draft(uow, draft, draft.person_id)
    return count(uow, delete(JoinedAccount).where(col(JoinedAccount.id).in_(joined_ids)))


def _learn_email(uow: UnitOfWork, one: JoinedAccount) -> None:
    """Have the person be known by the account's e-mail address, where they have none and nobody else has it."""
    person, email = uow.get(Person, one.person_id), one.former.get("email")
    taken = uow.db.exec(select_rows(Person.id).where(Person.email == email)).first()
    if person.email is None and email is not None and taken is None:
        person.email = email
        uow.flush()


def keep_draft(uow: UnitOfWork, draft: Draft, person_id: int) -> None:
    """Have a draft be this person's own. Of two of one form about one thing one is made, whose later answers count."""
    same = (Draft.person_id == person_id, Draft.form == draft.form, Draft.subject_id == draft.subject_id)
    own = uow.db.exec(select_rows(Draft).where(*same, Draft.side == 0)).first()
    if own is not None:
        draft = one_draft(uow, *sorted((own, draft), key=lambda one: (one.updated_at, one.id)))
        uow.flush()
    draft.person_id, draft.side = person_id, 0
    uow.flush()


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Forget up to ``limit`` joinings that cannot be taken apart since before this instant; gives how many."""
    over = select_rows(JoinedAccount.id).where(col(JoinedAccount.until) < before).limit(limit)
    return forget(uow, uow.db.exec(over).all())
