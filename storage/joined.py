"""What has to be remembered of an account that became a person's, and taking the two apart again.

Of a joining is kept which rows changed hands, what the person's own row was before, and, from then on, which rows are
made from the account that was joined. So each row can go back to whose it was, or stay with the account that made it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, event, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from storage import belongings
from storage.merging import Merged, TwoDrafts
from storage.models import (
    Address,
    Cursor,
    Draft,
    JoinCause,
    JoinedAccount,
    JoinedRow,
    Outbox,
    OutboxState,
    Person,
    Posted,
    Request,
    Room,
)
from storage.statements import count, insert_into, table_of
from storage.unit_of_work import UnitOfWork

SPAN = timedelta(days=7)
"""How long an account can be taken apart from the person it became."""

_JOINED_ROW = table_of(JoinedRow)
_ADDRESS = belongings.place(table_of(Address).c.person_id)
_REQUEST = belongings.place(table_of(Request).c.requester_id)
_LETTER = belongings.place(table_of(Outbox).c.person_id)


@dataclass(frozen=True)
class Account:
    """An account on its way to become a person's: how it is called there, and how that came about."""

    name: str
    channels: tuple[str, ...]
    cause: JoinCause
    watched: bool
    language: str | None = None


def remember(uow: UnitOfWork, person_id: int, account: Account, merged: Merged, now: datetime) -> JoinedAccount:
    """Keep what is needed to part this person from the one who was made the same as them."""
    joined = _joined(person_id, account, now)
    joined.former_id, joined.former, joined.learned = merged.former["id"], merged.former, list(merged.learned)
    joined.drafts = [{"kept": pair.kept, "before": list(pair.before)} for pair in merged.drafts]
    uow.add(joined)
    _keep_rows(uow, joined, merged.rows)
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


def _made(row: Any, joined_id: int, person_id: int) -> dict[str, object] | None:
    for column in belongings.of_table(row.__tablename__):
        if getattr(row, column.name) == person_id:
            key = getattr(row, belongings.key_of(column).name)
            return {"joined_id": joined_id, "place": belongings.place(column), "row_id": key, "since": True}
    return None


def part(uow: UnitOfWork, joined: JoinedAccount) -> int | None:
    """Make two of a person and the account that became theirs; gives the id of whose the account is from now on.

    That is who they were before. For an account nobody knew before, it is somebody new where a dialogue was asked for
    from it, for others have answered that by now; else None: the account is nobody's, as before, and what was left
    half written from it is deleted. Rows that somebody else has by now, or that
    are gone, stay as they are. ``joined`` and its person are held.
    """
    person_id = joined.person_id
    account_id = _whose(uow, joined)
    if account_id is None:
        _turn_away(uow, joined)
    else:
        _give_back(uow, joined, account_id)
    _forget(uow, [joined.id])
    uow.db.expire_all()
    for one in (person_id, account_id):
        _one_preferred(uow, one)
    uow.flush()
    return account_id


def _whose(uow: UnitOfWork, joined: JoinedAccount) -> int | None:
    if joined.former_id is not None:
        return _restored(uow, joined)
    if not any(place == _REQUEST for place, _ in _since(uow, [joined.id], joined.person_id)):
        return None
    return uow.add(Person(name=joined.name, language=joined.language)).id


def _restored(uow: UnitOfWork, joined: JoinedAccount) -> int:
    """Bring back who was there before, and take from the other what was filled from them."""
    former = Person.model_validate(joined.former)
    person = uow.get(Person, joined.person_id)
    for name in joined.learned:
        if getattr(person, name) == getattr(former, name):
            setattr(person, name, None)
    uow.flush()
    taken = select(table_of(Person).c.id).where(table_of(Person).c.email == former.email)
    if former.email is not None and uow.db.execute(taken).first() is not None:
        # Meanwhile the import gave the address to somebody: they keep it.
        former.email = None
    return uow.add(former).id


def _give_back(uow: UnitOfWork, joined: JoinedAccount, account_id: int) -> None:
    person_id = joined.person_id
    _divide_drafts(uow, joined, account_id)
    _hand_over(uow, _rows(uow, [joined.id]), person_id, account_id)
    # Whoever became the account, before or since, is theirs, with all that this brought and that was made from there.
    inner = uow.db.exec(select_rows(JoinedAccount.id).where(JoinedAccount.person_id == account_id)).all()
    _hand_over(uow, _rows(uow, inner), person_id, account_id)
    _rename_letters(uow, person_id, account_id)
    _hand_over_chats(uow, joined, person_id, account_id)


def _rows(uow: UnitOfWork, joined_ids: Collection[int]) -> list[tuple[str, int]]:
    kept = select(_JOINED_ROW.c.place, _JOINED_ROW.c.row_id).where(_JOINED_ROW.c.joined_id.in_(joined_ids))
    return [(place, row_id) for place, row_id in uow.db.execute(kept)]


def _since(uow: UnitOfWork, joined_ids: Collection[int], person_id: int) -> list[tuple[str, int]]:
    """The rows made from these accounts since, as far as they still are this person's."""
    kept = select(_JOINED_ROW.c.place, _JOINED_ROW.c.row_id).where(
        _JOINED_ROW.c.joined_id.in_(joined_ids), _JOINED_ROW.c.since
    )
    return [(place, row_id) for place, row_id in uow.db.execute(kept) if _is_of(uow, place, row_id, person_id)]


def _is_of(uow: UnitOfWork, place: str, row_id: int, person_id: int) -> bool:
    column = belongings.at(place)
    key = belongings.key_of(column)
    return uow.db.execute(select(key).where(key == row_id, column == person_id)).first() is not None


def _hand_over(uow: UnitOfWork, rows: Iterable[tuple[str, int]], before: int, after: int) -> None:
    """Have these rows be of ``after``, as far as they are of ``before``."""
    by_place: dict[str, list[int]] = {}
    for place, row_id in rows:
        by_place.setdefault(place, []).append(row_id)
    for place, keys in by_place.items():
        column = belongings.at(place)
        theirs = update(column.table).where(belongings.key_of(column).in_(keys), column == before)
        uow.db.execute(theirs.values({column.name: after}))


def unread(uow: UnitOfWork, person_id: int) -> Sequence[tuple[int, str, int]]:
    """The letters to this person that did not arrive yet: the id, the kind and the subject of each."""
    box = table_of(Outbox)
    waiting = box.c.state.in_((OutboxState.READY, OutboxState.DEAD))
    letters = select(box.c.id, box.c.kind, box.c.subject_id).where(box.c.person_id == person_id, waiting)
    return [(id_, kind, subject) for id_, kind, subject in uow.db.execute(letters.order_by(box.c.id))]


def readdress(uow: UnitOfWork, letter_ids: Collection[int], before: int, after: int) -> None:
    """Have these letters to one of the two be for the other."""
    _hand_over(uow, [(_LETTER, letter_id) for letter_id in letter_ids], before, after)
    _rename_letters(uow, before, after)


def _rename_letters(uow: UnitOfWork, before: int, after: int) -> None:
    """A letter's key names who it is for: what one is told then, the other can be told as well."""
    box = table_of(Outbox)
    letters = select(box.c.id, box.c.kind, box.c.subject_id, box.c.dedupe_key)
    theirs = letters.where(box.c.person_id == after, box.c.room_id.is_(None))
    for letter in uow.db.execute(theirs).all():
        named = f"{letter.kind}:{letter.subject_id}:"
        key = letter.dedupe_key.replace(f"{named}{before}:", f"{named}{after}:", 1)
        uow.db.execute(update(box).where(box.c.id == letter.id).values(dedupe_key=key))


def _hand_over_chats(uow: UnitOfWork, joined: JoinedAccount, before: int, after: int) -> None:
    """Where messages stand goes with the chats they stand in."""
    posted = table_of(Posted)
    there = update(posted).where(posted.c.person_id == before, posted.c.channel.in_(joined.channels))
    uow.db.execute(there.values(person_id=after))


def _divide_drafts(uow: UnitOfWork, joined: JoinedAccount, account_id: int) -> None:
    """Have two forms that became one be two again, each as it was; nothing where it was sent or dropped since."""
    for kept in joined.drafts:
        pair = TwoDrafts(kept["kept"], tuple(kept["before"]))
        one = uow.find(Draft, pair.kept)
        if one is None:
            continue
        cursors = uow.db.exec(select_rows(Cursor).where(Cursor.draft_id == one.id)).all()
        uow.delete(one)
        uow.flush()
        mine, theirs = (Draft.model_validate(before) for before in pair.before)
        mine.person_id, theirs.person_id = joined.person_id, account_id
        uow.add_all([mine, theirs])
        for cursor in cursors:
            cursor.draft_id = theirs.id if cursor.channel in joined.channels else mine.id
        uow.flush()


def _turn_away(uow: UnitOfWork, joined: JoinedAccount) -> None:
    """Have the account reach nobody any more."""
    for row in uow.db.exec(select_rows(Address).where(Address.joined_id == joined.id)).all():
        here = (col(Cursor.channel) == row.channel, col(Cursor.address) == row.address)
        count(uow, delete(Cursor).where(*here))
        uow.delete(row)
    for place, row_id in _since(uow, [joined.id], joined.person_id):
        column = belongings.at(place)
        this = belongings.key_of(column) == row_id
        if column.table is table_of(Draft):
            uow.db.execute(delete(column.table).where(this))
        elif column.table is table_of(Room):
            uow.db.execute(update(column.table).where(this).values({column.name: None}))
    posted = table_of(Posted)
    there = (posted.c.person_id == joined.person_id, posted.c.channel.in_(joined.channels))
    uow.db.execute(delete(posted).where(*there))
    uow.flush()


def _one_preferred(uow: UnitOfWork, person_id: int | None) -> None:
    theirs = select_rows(Address).where(Address.person_id == person_id).order_by(col(Address.id))
    rows = uow.db.exec(theirs).all()
    if rows and not any(row.preferred for row in rows):
        rows[0].preferred = True


def _forget(uow: UnitOfWork, joined_ids: Collection[int]) -> int:
    count(uow, update(Address).where(col(Address.joined_id).in_(joined_ids)).values(joined_id=None))
    count(uow, delete(JoinedRow).where(col(JoinedRow.joined_id).in_(joined_ids)))
    return count(uow, delete(JoinedAccount).where(col(JoinedAccount.id).in_(joined_ids)))


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Forget up to ``limit`` joinings that cannot be taken apart since before this instant; gives how many."""
    over = select_rows(JoinedAccount.id).where(col(JoinedAccount.until) < before).limit(limit)
    return _forget(uow, uow.db.exec(over).all())
