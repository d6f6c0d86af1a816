"""Parting a person and an account that became theirs: each row goes back to whose it was, or stays with who made it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import count, table_of
from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    Address,
    DeliveredMessage,
    Draft,
    JoinedAccount,
    JoinedRow,
    Outbox,
    OutboxState,
    Person,
    QuestionCursor,
    Request,
    Room,
    Series,
)
from storage.people import belongings, merging
from storage.people.joined import follow_no_more, forget, keep_draft
from storage.people.merging import TAKEN_OVER, same_letter

_JOINED_ROW = table_of(JoinedRow)
_ADDRESS = belongings.place(table_of(Address).c.person_id)
_REQUEST = belongings.place(table_of(Request).c.requester_id)
_LETTER = belongings.place(table_of(Outbox).c.person_id)
_ROOM = belongings.place(table_of(Room).c.added_by)
_POSTED = belongings.place(table_of(DeliveredMessage).c.person_id)
_INVITATION = "invitation.made_by"


@dataclass(frozen=True)
class Parted:
    """A joining that is no more, and whose the account is from now on; None for nobody's."""

    joined: JoinedAccount
    account_id: int | None


def part(uow: UnitOfWork, joined: JoinedAccount, now: datetime) -> list[Parted]:
    """Make two of a person and the account that became theirs; gives that, and what was parted with it.

    The account is from now on who it was before. One that nobody knew before is somebody new where a dialogue was asked
    for from it, for others have answered that by now; else it is nobody's, as before, and what was left half written
    from it is deleted. Rows that somebody else has by now, or that are gone, stay as they are. What an account did to
    let others in is worth nothing any more: who came in as a person of the programme by an invitation made from there
    is parted from that person too. ``joined`` and its person are held.
    """
    follow_no_more(uow)
    let_in = _end_invitations(uow, joined, now)
    account_id = _whose(uow, joined)
    if account_id is None:
        _turn_away(uow, joined)
    else:
        _give_back(uow, joined, account_id)
    _part_chats(uow, joined, account_id)
    forget(uow, [joined.id])
    uow.db.expire_all()
    for one in (joined.person_id, account_id):
        _one_preferred(uow, one)
    uow.flush()
    return [Parted(joined, account_id), *(parted for one in let_in for parted in part(uow, one, now))]


def _end_invitations(uow: UnitOfWork, joined: JoinedAccount, now: datetime) -> Sequence[JoinedAccount]:
    """End the invitations and proposals made from the account; gives who came in by one as somebody of the programme.

    Their people are held.
    """
    made = _rows(uow, joined, since=True)
    for place, row_id in made:
        column = belongings.at(place)
        if place in belongings.WITH_ROLE:
            ended = update(column.table).where(belongings.key_of(column) == row_id, column.table.c.expires_at > now)
            uow.db.execute(ended.values(expires_at=now))
    invitations = [row_id for place, row_id in made if place == _INVITATION]
    used = select_rows(JoinedAccount).where(
        col(JoinedAccount.invitation_id).in_(invitations), JoinedAccount.until > now
    )
    merging.hold(uow, *(one.person_id for one in uow.db.exec(used).all()))
    return uow.db.exec(used.order_by(col(JoinedAccount.id)).with_for_update()).all()


def _whose(uow: UnitOfWork, joined: JoinedAccount) -> int | None:
    if joined.former_id is not None:
        return _restored(uow, joined)
    if not requests_going(uow, joined):
        return None
    return uow.add(Person(name=joined.name, language=joined.language)).id


def _restored(uow: UnitOfWork, joined: JoinedAccount) -> int:
    """Bring back who was there before, and take from the other what was filled from them.

    Where the import met their e-mail address meanwhile, it made somebody of it: that is who they are from now on.
    """
    former, person = Person.model_validate(joined.former), uow.get(Person, joined.person_id)
    for name in joined.learned:
        if getattr(person, name) == getattr(former, name):
            setattr(person, name, None)
    uow.flush()
    imported = uow.db.exec(select_rows(Person).where(Person.email == former.email)).first() if former.email else None
    if imported is None:
        return uow.add(former).id
    for name in TAKEN_OVER:
        if getattr(imported, name) is None:
            setattr(imported, name, getattr(former, name))
    return imported.id


def _give_back(uow: UnitOfWork, joined: JoinedAccount, account_id: int) -> None:
    _hand_over(uow, _rows(uow, joined), joined.person_id, account_id)
    _readdress_letters(uow, joined.person_id, account_id)
    for draft in _drafts(uow, joined):
        keep_draft(uow, draft, account_id)


def _drafts(uow: UnitOfWork, joined: JoinedAccount) -> Sequence[Draft]:
    return uow.db.exec(select_rows(Draft).where(Draft.person_id == joined.person_id, Draft.side == joined.id)).all()


def requests_going(uow: UnitOfWork, joined: JoinedAccount) -> int:
    """How many requests of the person would go with the account: those made from it, before and since."""
    requests = select(table_of(Request).c.id).where(table_of(Request).c.requester_id == joined.person_id)
    return len({row_id for place, row_id in _rows(uow, joined) if place == _REQUEST} & {*_ids(uow, requests)})


def _rows(uow: UnitOfWork, joined: JoinedAccount, *, since: bool = False) -> list[tuple[str, int]]:
    """The rows of the account by place and key; only those made ``since`` it was joined, where it says so."""
    kept = select(_JOINED_ROW.c.place, _JOINED_ROW.c.row_id).where(_JOINED_ROW.c.joined_id == joined.id)
    return [(place, row_id) for place, row_id in uow.db.execute(kept.where(_JOINED_ROW.c.since) if since else kept)]


def _ids(uow: UnitOfWork, query: Any) -> Sequence[int]:
    return uow.db.execute(query).scalars().all()


def _hand_over(uow: UnitOfWork, rows: Iterable[tuple[str, int]], before: int, after: int) -> None:
    """Have these rows be of ``after``, as far as they are of ``before``; what was made with a role stays with it."""
    by_place: dict[str, list[int]] = {}
    for place, row_id in rows:
        by_place.setdefault(place, []).append(row_id)
    for place, keys in by_place.items():
        if place in belongings.WITH_ROLE:
            continue
        column = belongings.at(place)
        theirs = update(column.table).where(belongings.key_of(column).in_(keys), column == before)
        if place == _POSTED:
            merging.free_slots(uow, before, after, DeliveredMessage.id.in_(keys))  # type: ignore[attr-defined]
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


def _turn_away(uow: UnitOfWork, joined: JoinedAccount) -> None:
    """Have the account reach nobody any more."""
    for draft in _drafts(uow, joined):
        uow.delete(draft)
    for row in uow.db.exec(select_rows(Address).where(Address.joined_id == joined.id)).all():
        here = (col(QuestionCursor.channel) == row.channel, col(QuestionCursor.address) == row.address)
        count(uow, delete(QuestionCursor).where(*here))
        uow.delete(row)
    uow.flush()


def _part_chats(uow: UnitOfWork, joined: JoinedAccount, account_id: int | None) -> None:
    """Where messages stand goes with the chats they stand in, and neither is reminded in a room of the other.

    Where the person has an account of their own in the same channel, it is not known whose chat a message stands in:
    nothing is written over any of those any more.
    """
    before, posted = joined.person_id, table_of(DeliveredMessage)
    own = {*uow.db.exec(select_rows(Address.channel).where(Address.person_id == before)).all()}
    there = (posted.c.person_id == before, posted.c.channel.in_(joined.channels))
    if account_id is not None:
        gone = (posted.c.channel.in_(joined.channels), posted.c.channel.not_in(own))
        merging.free_slots(uow, before, account_id, *gone)
        uow.db.execute(update(posted).where(posted.c.person_id == before, *gone).values(person_id=account_id))
    uow.db.execute(delete(posted).where(*there))
    room = table_of(Room).c
    left = select(room.id).where(room.added_by == before, room.channel.in_({*joined.channels} - own))
    theirs = [*_ids(uow, left), *(row_id for place, row_id in _rows(uow, joined) if place == _ROOM)]
    count(uow, update(Room).where(room.id.in_(theirs), room.added_by == before).values(added_by=account_id))
    mine = _ids(uow, select(room.id).where(room.added_by == before))
    _leave_rooms(uow, before, theirs)
    _leave_rooms(uow, account_id, mine)


def _leave_rooms(uow: UnitOfWork, person_id: int | None, rooms: Collection[int]) -> None:
    series, request = table_of(Series).c, table_of(Request).c
    theirs = select(request.id).where(request.requester_id == person_id)
    count(uow, update(Series).where(series.room_id.in_(rooms), series.request_id.in_(theirs)).values(room_id=None))


def _one_preferred(uow: UnitOfWork, person_id: int | None) -> None:
    theirs = select_rows(Address).where(Address.person_id == person_id).order_by(col(Address.id))
    rows = uow.db.exec(theirs).all()
    if rows:
        chosen = next((row for row in rows if row.preferred), rows[0])
        for row in rows:
            row.preferred = row is chosen
