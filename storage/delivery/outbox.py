"""Messages that must arrive: written beside the change that causes them, leased by a courier, settled when delivered.

One person's letters never overtake each other: only the oldest unsettled letter of a person can be leased. So the order
is kept by the database, between several couriers and after a crash. Another person's letters never wait for it, and
neither do the person's own for those that go to a room: each room has a queue of its own.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.dml import Update
from sqlmodel import col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import count, insert, insert_into, table_of
from storage.database.prepared import Prepared, one_of, these
from storage.database.unit_of_work import UnitOfWork
from storage.delivery import message_slots
from storage.models import Outbox, OutboxReason, OutboxState

_outbox = table_of(Outbox)
# Written out, not bound: a partial index is only used where the statement itself shows that its condition holds.
_READY: ColumnElement[str] = literal_column("'ready'")


@dataclass(frozen=True)
class OutboxMessage:
    """A message for a person. The same ``once`` for the same kind, subject and person is delivered only once.

    With ``room_id`` it goes to that room instead, in the person's language, and only once to the room.
    """

    person_id: int
    kind: str
    subject_id: int
    args: dict[str, Any]
    slot: str | None
    once: str
    room_id: int | None = None


@dataclass(frozen=True)
class Leased:
    """A letter that one courier carries until its lease runs out. ``attempts`` counts the failures before.

    ``begun`` counts the attempts that may have arrived, this one included: more than one after an attempt whose end
    nobody knows, such as that of a courier that died. ``created_at`` is when it was put in (UTC).
    """

    id: int
    person_id: int
    kind: str
    subject_id: int
    args: dict[str, Any]
    slot: str | None
    attempts: int
    begun: int
    created_at: datetime
    room_id: int | None = None


def put(uow: UnitOfWork, letter: OutboxMessage, *, now: datetime) -> None:
    """Keep a letter for delivery as soon as this transaction commits, unless it was put in before."""
    uow.ask(_put(uow.connection.dialect.name), **_new(letter, now))
    uow.to_do = True


def put_many(uow: UnitOfWork, letters: Iterable[OutboxMessage], *, now: datetime) -> None:
    """Keep many letters for delivery, in this order, with one statement, but for those put in before."""
    uow.flush()
    if rows := [_new(letter, now) for letter in letters]:
        uow.db.execute(insert(uow, Outbox).on_conflict_do_nothing(), rows)
        uow.to_do = True


def lease(uow: UnitOfWork, now: datetime, limit: int, lease: timedelta, carrying: Collection[int] = ()) -> list[Leased]:
    """Up to ``limit`` letters to carry now, in the order they were put in, for nobody else until ``now + lease``.

    At most one letter of each queue, and none of the queues of those whose ids are in ``carrying``: the caller still
    carries these, which counts when somebody moves the clock past the end of their lease or sends an older one again.
    """
    others = these(carrying)
    taken = uow.ask(_leasing(len(others)), ready_by=now, most=limit, leased_until=now + lease, **others)
    return sorted((Leased(*row) for row in taken), key=lambda letter: letter.id)


def earliest_ready(uow: UnitOfWork, carrying: Collection[int] = ()) -> datetime | None:
    """When the next letter can be leased (UTC, may be past), or None when no letter waits."""
    others = these(carrying)
    return uow.first(_earliest(len(others)), **others)


def settle_sent(uow: UnitOfWork, letter: Leased, now: datetime, channel: str, message_ref: str) -> None:
    """Record that a letter arrived over this channel, and where its message stands if it has a slot."""
    # Whose it is now: meanwhile its reader may have turned out to be the same as somebody else.
    whose = _settle(uow, letter, OutboxState.SENT, now, None, channel)
    if letter.slot is None:
        return
    if whose is None:
        # Settled meanwhile by others. Its message stands there all the same.
        whose = uow.db.execute(select(_outbox.c.person_id).where(_outbox.c.id == letter.id)).scalar()
    if whose is not None:
        message_slots.keep(uow, whose, channel, letter.slot, message_ref)


def settle_moot(uow: UnitOfWork, letter: Leased, now: datetime) -> None:
    """Record that a letter made no sense any more when its turn came."""
    _settle(uow, letter, OutboxState.MOOT, now, OutboxReason.NO_SENSE, "")


def settle_dead(uow: UnitOfWork, letter: Leased, now: datetime, reason: OutboxReason, outcome: str) -> None:
    """Record that a letter cannot be delivered, and why, for a person to see. Later letters go on."""
    _settle(uow, letter, OutboxState.DEAD, now, reason, outcome)


def settle_retry(
    uow: UnitOfWork, letter: Leased, at: datetime, outcome: str, *, counts: bool = True, maybe_sent: bool = True
) -> None:
    """Carry a letter again from ``at`` on; the person's later letters wait with it. ``counts``: as a failure.

    ``maybe_sent``: nobody knows whether this attempt arrived all the same.
    """
    o = _outbox.c
    counted = {"attempts": o.attempts + int(counts), "begun": o.begun - int(not maybe_sent)}
    again = {"not_before": at, "reason": OutboxReason.NOT_NOW, "outcome": outcome, **counted}
    # Only this attempt counts, and once: another courier may have begun a later one when the lease was over.
    this = (o.id == letter.id, o.begun == letter.begun, o.attempts == letter.attempts)
    if count(uow, _ready().where(*this).values(again)) == 0:
        return
    # Out of the range that a lease looks through: else each lease would pass over all who wait behind this one.
    same = _room(_outbox.c) == (letter.room_id or 0)
    behind = (_outbox.c.person_id == letter.person_id, same, _outbox.c.not_before < at)
    uow.db.execute(_ready().where(*behind).values(not_before=at))


def held_up(uow: UnitOfWork, before: datetime, limit: int) -> Sequence[Outbox]:
    """The letters put in before this instant that did not arrive yet and are tried again, the oldest first.

    Each with its ``outcome`` so far. Behind one may wait more of the same person, which were not tried.
    """
    tried = (_outbox.c.state == _READY, _outbox.c.created_at < before, _outbox.c.reason == OutboxReason.NOT_NOW)
    return uow.db.exec(select_rows(Outbox).where(*tried).order_by(col(Outbox.id)).limit(limit)).all()


def settled(uow: UnitOfWork, limit: int) -> Sequence[Outbox]:
    """The letters that were settled last, whatever became of them, the newest first."""
    over = col(Outbox.settled_at).is_not(None)
    query = select_rows(Outbox).where(over).order_by(col(Outbox.settled_at).desc(), col(Outbox.id).desc())
    return uow.db.exec(query.limit(limit)).all()


def is_kept(uow: UnitOfWork, letter: OutboxMessage) -> bool:
    """Whether this letter to a person was put in before, delivered or not."""
    same = (Outbox.kind == letter.kind, Outbox.subject_id == letter.subject_id, Outbox.once == letter.once)
    kept = select_rows(Outbox.id).where(*same, Outbox.addressee_id == letter.person_id)
    return uow.db.exec(kept).first() is not None


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` letters that arrived, or were moot, before this instant; gives how many. The dead stay."""
    over = (OutboxState.SENT, OutboxState.MOOT)
    old = select(_outbox.c.id).where(_outbox.c.state.in_(over), _outbox.c.settled_at < before).limit(limit)
    return count(uow, delete(_outbox).where(_outbox.c.id.in_(old)))


def _heads(others: int) -> Select[tuple[int]]:
    """The oldest letter of each person and room, but for those that so many letters belong to."""
    # A subquery with min(), not NOT EXISTS: one probe of the person's queue, whatever the planner makes of the rest.
    queue = _outbox.alias("queue")
    same = (queue.c.person_id == _outbox.c.person_id, _room(queue.c) == _room(_outbox.c))
    oldest = select(func.min(queue.c.id)).where(*same, queue.c.state == _READY)
    heads = select(_outbox.c.id).where(_outbox.c.state == _READY, _outbox.c.id == oldest.scalar_subquery())
    if others:
        heads = heads.where(~_in_queue_of(one_of(others)))
    return heads.order_by(_outbox.c.not_before, _outbox.c.id)


def _in_queue_of(letters: list[BindParameter[int]]) -> ColumnElement[bool]:
    other = _outbox.alias("other")
    same = (other.c.person_id == _outbox.c.person_id, _room(other.c) == _room(_outbox.c))
    return exists().where(other.c.id.in_(letters), *same)


def _room(columns: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[int]:
    return func.coalesce(columns.room_id, 0)


@cache
def _leasing(others: int) -> Prepared[tuple[Any, ...]]:
    o = _outbox.c
    due = _heads(others).where(o.not_before <= bindparam("ready_by")).limit(bindparam("most", type_=Integer))
    picked = due.with_for_update(skip_locked=True).cte("picked")
    taken = update(_outbox).where(o.id.in_(select(picked.c.id)))
    return Prepared(
        taken.values(not_before=bindparam("leased_until"), begun=o.begun + 1).returning(
            o.id, o.person_id, o.kind, o.subject_id, o.args, o.slot, o.attempts, o.begun, o.created_at, o.room_id
        )
    )


@cache
def _earliest(others: int) -> Prepared[datetime]:
    return Prepared(_heads(others).with_only_columns(_outbox.c.not_before).limit(1))


def _ready() -> Update:
    return update(_outbox).where(_outbox.c.state == _READY)


_SETTLED: Prepared[int] = Prepared(
    _ready()
    .where(_outbox.c.id == bindparam("letter"))
    .values(state=bindparam("over"), settled_at=bindparam("at"), reason=bindparam("why"), outcome=bindparam("words"))
    .returning(_outbox.c.person_id)
)


def _settle(
    uow: UnitOfWork, letter: Leased, state: OutboxState, now: datetime, reason: OutboxReason | None, outcome: str
) -> int | None:
    """Mark a letter as settled; gives whose it is, or None where it was settled before."""
    return uow.first(_SETTLED, letter=letter.id, over=state, at=now, why=reason, words=outcome)


def _new(letter: OutboxMessage, now: datetime) -> dict[str, object]:
    return {
        "person_id": letter.person_id,
        "kind": letter.kind,
        "subject_id": letter.subject_id,
        "args": letter.args,
        "slot": letter.slot,
        "room_id": letter.room_id,
        "addressee_id": letter.person_id if letter.room_id is None else None,
        "once": letter.once,
        "not_before": now,
        "created_at": now,
        "state": OutboxState.READY,
        "attempts": 0,
        "begun": 0,
        "outcome": "",
    }


_ANY, _EVER = OutboxMessage(0, "", 0, {}, None, ""), datetime.max.replace(tzinfo=UTC)


@cache
def _put(database: str) -> Prepared[int]:
    """One letter, put in; gives its id where it was not put in before."""
    values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in _new(_ANY, _EVER)}
    new = insert_into(database, Outbox).values(values).on_conflict_do_nothing()
    return Prepared(new.returning(_outbox.c.id))
