"""Parting a person and an account that became theirs: each row goes back to whose it was, or stays with who made it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import count, table_of
from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    Address,
    Cursor,
    JoinedAccount,
    JoinedRow,
    LinkClaim,
    LinkCode,
    Outbox,
    OutboxState,
    Person,
    Posted,
    Request,
    Room,
    Series,
)
from storage.people import belongings, joined_drafts
from storage.people.joined import follow_no_more, forget
from storage.people.merging import TAKEN_OVER, same_letter

_JOINED_ROW = table_of(JoinedRow)
_ADDRESS = belongings.place(table_of(Address).c.person_id)
_REQUEST = belongings.place(table_of(Request).c.requester_id)
_LETTER = belongings.place(table_of(Outbox).c.person_id)
_JOINED = belongings.place(table_of(JoinedAccount).c.person_id)


@dataclass(frozen=True)
class Parted:
    """A joining that is no more, and whose the account is from now on; None for nobody's."""

    joined: JoinedAccount
    account_id: int | None


def part(uow: UnitOfWork, joined: JoinedAccount, now: datetime) -> list[Parted]:
    """Make two of a person and the account that became theirs; gives that, and what was parted with it.

    The account is from now on who it was before. One that nobody knew before is somebody new where a dialogue was asked
    for from it, for others have answered that by now; else it is nobody's, as before: what was left half written from
    it is deleted, and accounts that were joined from it are parted too. Rows that somebody else has by now, or that
    are gone, stay as they are; so do those of which the person would have two. What an account did to let others in is
    worth nothing any more. ``joined`` and its person are held.
    """
    follow_no_more(uow)
    _forget_codes(uow, joined.person_id)
    _end_invitations(uow, joined, now)
    account_id = _whose(uow, joined)
    inner = [] if account_id is not None else _turn_away(uow, joined, now)
    joined_drafts.divide(uow, joined, _with_inner(uow, joined), account_id)
    if account_id is not None:
        _give_back(uow, joined, account_id)
    forget(uow, [joined.id])
    _drop_strayed(uow, joined.person_id)
    uow.db.expire_all()
    for one in (joined.person_id, account_id):
        _one_preferred(uow, one)
    uow.flush()
    return [Parted(joined, account_id), *inner]


def _forget_codes(uow: UnitOfWork, person_id: int) -> None:
    """A code that was shown, or used, by either of them while they were one is worth nothing any more."""
    count(uow, delete(LinkCode).where(col(LinkCode.person_id) == person_id))
    both = or_(col(LinkClaim.owner_id) == person_id, col(LinkClaim.claimant_id) == person_id)
    count(uow, delete(LinkClaim).where(both))


def _end_invitations(uow: UnitOfWork, joined: JoinedAccount, now: datetime) -> None:
    """The invitations and proposals made from the account, or from one that was joined with it in turn, are over."""
    for place, row_id in _rows(uow, _with_inner(uow, joined)):
        column = belongings.at(place)
        if place in belongings.WITH_ROLE:
            ended = update(column.table).where(belongings.key_of(column) == row_id, column.table.c.expires_at > now)
            uow.db.execute(ended.values(expires_at=now))


def _with_inner(uow: UnitOfWork, joined: JoinedAccount) -> set[int]:
    """This joining, and those of the same person that came with it or were made from there, and so on."""
    found, new = {joined.id}, {joined.id}
    while new:
        inner = {row_id for place, row_id in _rows(uow, new) if place == _JOINED}
        new = {one for one in inner - found if _is_of(uow, _JOINED, one, joined.person_id)}
        found |= new
    return found


def _whose(uow: UnitOfWork, joined: JoinedAccount) -> int | None:
    if joined.former_id is not None:
        return _restored(uow, joined)
    if not any(place == _REQUEST for place, _ in _since(uow, [joined.id], joined.person_id)):
        return None
    return uow.add(Person(name=joined.name, language=joined.language)).id


def _restored(uow: UnitOfWork, joined: JoinedAccount) -> int:
    """Bring back who was there before, and take from the other what was filled from them.

    Where the import met their e-mail address meanwhile, it made somebody of it: that is who they are from now on.
    """
    former = Person.model_validate(joined.former)
    _unlearn(uow, joined, former)
    imported = uow.db.exec(select_rows(Person).where(Person.email == former.email)).first() if former.email else None
    if imported is None:
        return uow.add(former).id
    for name in TAKEN_OVER:
        if getattr(imported, name) is None:
            setattr(imported, name, getattr(former, name))
    return imported.id


def _unlearn(uow: UnitOfWork, joined: JoinedAccount, former: Person) -> None:
    """Take from who stays what was filled from the account.

    Where who stayed then was joined with somebody else in turn, it is taken from who they were; and from who they are
    now only what those learned from them.
    """
    names = {*joined.learned}
    for outer in _brought_in_by(uow, joined):
        same = {name for name in names if outer.former.get(name) == joined.former[name]}
        outer.former = {**outer.former, **dict.fromkeys(same)}
        names = same.intersection(outer.learned)
        outer.learned = [name for name in outer.learned if name not in names]
    person = uow.get(Person, joined.person_id)
    for name in names:
        if getattr(person, name) == getattr(former, name):
            setattr(person, name, None)
    uow.flush()


def _brought_in_by(uow: UnitOfWork, joined: JoinedAccount) -> Sequence[JoinedAccount]:
    """The joinings that made the person of this one somebody else in turn, the earliest first."""
    row = _JOINED_ROW.c
    outer = select(row.joined_id).where(row.place == _JOINED, row.row_id == joined.id, ~row.since)
    theirs = select_rows(JoinedAccount).where(col(JoinedAccount.id).in_(outer))
    return uow.db.exec(theirs.where(JoinedAccount.person_id == joined.person_id).order_by(col(JoinedAccount.id))).all()


def _give_back(uow: UnitOfWork, joined: JoinedAccount, account_id: int) -> None:
    person_id = joined.person_id
    _hand_over(uow, _rows(uow, [joined.id]), person_id, account_id)
    # Accounts that were joined to this one, before or since, go along with all that was made from them.
    # So do accounts that were joined to one of those in turn.
    known: set[int] = set()
    while inner := known ^ {*uow.db.exec(select_rows(JoinedAccount.id).where(JoinedAccount.person_id == account_id))}:
        known |= inner
        _hand_over(uow, _rows(uow, inner), person_id, account_id)
    _readdress_letters(uow, person_id, account_id)
    _hand_over_chats(uow, joined, person_id, account_id)


def _drop_strayed(uow: UnitOfWork, person_id: int) -> None:
    """Take the rows that are not this person's any more out of their joinings, which could give them away later."""
    others = uow.db.exec(select_rows(JoinedAccount.id).where(JoinedAccount.person_id == person_id)).all()
    for joined_id in others:
        for place, row_id in _rows(uow, [joined_id]):
            if not _is_of(uow, place, row_id, person_id):
                this = (col(JoinedRow.joined_id) == joined_id, col(JoinedRow.place) == place)
                count(uow, delete(JoinedRow).where(*this, col(JoinedRow.row_id) == row_id))


def requests_going(uow: UnitOfWork, joined: JoinedAccount) -> int:
    """How many requests of the person would go with the account: those made from it, before and since."""
    rows = set(_rows(uow, _with_inner(uow, joined)))
    return sum(place == _REQUEST and _is_of(uow, place, row_id, joined.person_id) for place, row_id in rows)


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
    """Have these rows be of ``after``, as far as they are of ``before``; what was made with a role stays with it."""
    by_place: dict[str, list[int]] = {}
    for place, row_id in rows:
        by_place.setdefault(place, []).append(row_id)
    for place, keys in by_place.items():
        if place in belongings.WITH_ROLE or place == joined_drafts.DRAFT:
            continue
        column = belongings.at(place)
        theirs = update(column.table).where(belongings.key_of(column).in_(keys), column == before)
        if place == _ADDRESS:
            # SQLite gives the key of an address that is gone to another one, which nobody joined.
            theirs = theirs.where(col(Address.joined_id).is_not(None))
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
    _readdress_letters(uow, before, after)


def _readdress_letters(uow: UnitOfWork, before: int, after: int) -> None:
    """What one is told then, the other can be told as well. A letter that ``after`` has stays with ``before``."""
    box = table_of(Outbox)
    given = (box.c.person_id == after, box.c.addressee_id == before)
    uow.db.execute(update(box).where(*given, same_letter(after).exists()).values(person_id=before))
    uow.db.execute(update(box).where(*given).values(addressee_id=after))


def _hand_over_chats(uow: UnitOfWork, joined: JoinedAccount, before: int, after: int) -> None:
    """Where messages stand goes with the chats they stand in."""
    posted = table_of(Posted)
    left = _left_channels(uow, joined, before)
    there = update(posted).where(posted.c.person_id == before, posted.c.channel.in_(left))
    uow.db.execute(there.values(person_id=after))
    _leave_rooms(uow, joined, before, after)


def _left_channels(uow: UnitOfWork, joined: JoinedAccount, person_id: int) -> list[str]:
    """The channels of the account in which the person has none of their own: what is there is the account's."""
    own = select_rows(Address.channel).where(Address.person_id == person_id)
    return sorted({*joined.channels} - {*uow.db.exec(own)})


def _leave_rooms(uow: UnitOfWork, joined: JoinedAccount, before: int, after: int | None) -> None:
    """Give back the rooms that the bot was invited to from there: the other's series remind there no more."""
    room, series, request = (table_of(model) for model in (Room, Series, Request))
    channels = _left_channels(uow, joined, before)
    there = select(room.c.id).where(room.c.added_by == before, room.c.channel.in_(channels))
    left = uow.db.execute(there).scalars().all()
    uow.db.execute(update(room).where(room.c.id.in_(left)).values(added_by=after))
    theirs = select(request.c.id).where(request.c.requester_id == before)
    reminding = update(series).where(series.c.room_id.in_(left), series.c.request_id.in_(theirs))
    uow.db.execute(reminding.values(room_id=None))


def _turn_away(uow: UnitOfWork, joined: JoinedAccount, now: datetime) -> list[Parted]:
    """Have the account reach nobody any more, and those that were joined from it be who they were."""
    inner: list[Parted] = []
    for place, row_id in _since(uow, [joined.id], joined.person_id):
        if place == _JOINED:
            inner += part(uow, uow.get(JoinedAccount, row_id), now)
    for row in uow.db.exec(select_rows(Address).where(Address.joined_id == joined.id)).all():
        here = (col(Cursor.channel) == row.channel, col(Cursor.address) == row.address)
        count(uow, delete(Cursor).where(*here))
        uow.delete(row)
    uow.flush()
    posted = table_of(Posted)
    left = _left_channels(uow, joined, joined.person_id)
    there = (posted.c.person_id == joined.person_id, posted.c.channel.in_(left))
    uow.db.execute(delete(posted).where(*there))
    _leave_rooms(uow, joined, joined.person_id, None)
    return inner


def _one_preferred(uow: UnitOfWork, person_id: int | None) -> None:
    theirs = select_rows(Address).where(Address.person_id == person_id).order_by(col(Address.id))
    rows = uow.db.exec(theirs).all()
    if rows:
        chosen = next((row for row in rows if row.preferred), rows[0])
        for row in rows:
            row.preferred = row is chosen
