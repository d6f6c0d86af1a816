"""What is to be done at some instant: rows with a ``due_at``, claimed in batches by an index on what still waits.

Claiming marks a row as done in the transaction of its effect, so both are kept or neither. On PostgreSQL several
processes claim side by side and skip what another holds; on SQLite the one write lock keeps them apart.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    bindparam,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlmodel import col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import Insert, count, insert_into, table_of
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import Due, DueReason, DueState

_due = table_of(Due)
# Written out, not bound: a partial index is only used where the statement itself shows that its condition holds.
_waiting: ColumnElement[bool] = _due.c.state == literal_column("'waiting'")


@dataclass(frozen=True)
class Appointment:
    """Something to do about a subject at ``due_at`` (aware), of no use after ``useful_until``.

    The same ``once`` for the same kind and subject is done only once, however often it is planned.
    """

    kind: str
    subject_id: int
    due_at: datetime
    useful_until: datetime | None
    once: str


@dataclass(frozen=True)
class DueRow:
    """A claimed row. ``due_at`` is when it was due at first, also where a failure put it off since."""

    id: int
    kind: str
    subject_id: int
    due_at: datetime
    useful_until: datetime | None
    tries: int


def schedule(uow: UnitOfWork, appointment: Appointment) -> None:
    """Plan one thing. Nothing happens where it is planned or done already; a cancelled one is planned anew."""
    uow.ask(_schedule(uow.connection.dialect.name), **_planned(appointment))
    uow.to_do = True


def schedule_many(uow: UnitOfWork, appointments: Iterable[Appointment]) -> None:
    """Plan many things in one statement, each as ``schedule`` does."""
    if rows := [_planned(appointment) for appointment in appointments]:
        uow.db.execute(_insert_or_revive(uow.connection.dialect.name), rows)
        uow.to_do = True


def cancel(uow: UnitOfWork, subject_id: int, kinds: Collection[str], now: datetime) -> int:
    """Never do the things of these kinds that still wait for this subject; gives how many there were."""
    cancelled = uow.ask(_cancelling(tuple(kinds)), subject=subject_id, now=now)
    # The next wake-up may not be needed any more.
    uow.to_do = uow.to_do or bool(cancelled)
    return len(cancelled)


@cache
def _cancelling(kinds: tuple[str, ...]) -> Prepared[int]:
    these = update(_due).where(_due.c.subject_id == bindparam("subject"), _due.c.kind.in_(kinds), _waiting)
    return Prepared(these.values(state=DueState.CANCELLED, done_at=bindparam("now")).returning(_due.c.id))


def next_of(uow: UnitOfWork, kind: str, subject_id: int) -> datetime | None:
    """When the next thing of this kind is due for this subject (UTC), or None where none waits."""
    these = (_due.c.kind == kind, _due.c.subject_id == subject_id, _waiting)
    found: datetime | None = uow.db.execute(select(func.min(_due.c.due_at)).where(*these)).scalar()
    return found


def claim(uow: UnitOfWork, now: datetime, limit: int) -> list[DueRow]:
    """Up to ``limit`` things that are due, the longest due first, marked as done if this transaction commits."""
    free = select(_due.c.id).where(_waiting, _due.c.due_at <= now).order_by(_due.c.due_at, _due.c.id).limit(limit)
    picked = free.with_for_update(skip_locked=True).cte("picked")
    d = _due.c
    taken = (
        update(_due)
        .where(d.id.in_(select(picked.c.id)))
        .values(state=DueState.DONE, done_at=now)
        .returning(d.due_at, d.id, d.kind, d.subject_id, d.first_due_at, d.useful_until, d.tries)
    )
    rows = sorted(uow.db.execute(taken), key=lambda row: (row.due_at, row.id))
    return [DueRow(r.id, r.kind, r.subject_id, r.first_due_at or r.due_at, r.useful_until, r.tries) for r in rows]


def overtaken(uow: UnitOfWork, ids: Sequence[int], now: datetime) -> set[int]:
    """Those of the claimed rows after which another of the same kind and subject is due by now, and still of use."""
    later = _due.alias("later")
    useful = or_(later.c.useful_until.is_(None), later.c.useful_until > now)
    newer = select(later.c.id).where(
        later.c.kind == _due.c.kind,
        later.c.subject_id == _due.c.subject_id,
        later.c.due_at <= now,
        useful,
        later.c.state == literal_column("'waiting'"),
        tuple_(later.c.due_at, later.c.id) > tuple_(_due.c.due_at, _due.c.id),
    )
    return set(uow.db.execute(select(_due.c.id).where(_due.c.id.in_(ids), newer.exists())).scalars())


def drop(uow: UnitOfWork, ids: Sequence[int], reason: DueReason) -> None:
    """Record that claimed rows were not done, and why."""
    uow.db.execute(update(_due).where(_due.c.id.in_(ids)).values(state=DueState.DROPPED, reason=reason, outcome=""))


def put_off(uow: UnitOfWork, due_id: int, until: datetime, outcome: str) -> None:
    """Try a row whose rule failed again from ``until`` on, counting the failure."""
    first = func.coalesce(_due.c.first_due_at, _due.c.due_at)
    later = {"due_at": until, "first_due_at": first, **_failed(outcome)}
    uow.db.execute(update(_due).where(_due.c.id == due_id, _waiting).values(later))


def set_aside(uow: UnitOfWork, due_id: int, now: datetime, outcome: str) -> None:
    """Stop trying a row whose rule keeps failing, until a person takes it up again."""
    aside = {"state": DueState.SET_ASIDE, "done_at": now, **_failed(outcome)}
    uow.db.execute(update(_due).where(_due.c.id == due_id, _waiting).values(aside))


def _failed(outcome: str) -> dict[str, Any]:
    return {"tries": _due.c.tries + 1, "reason": DueReason.FAILED, "outcome": outcome}


def take_up(uow: UnitOfWork, due_id: int, now: datetime) -> bool:
    """Try a row that was set aside again, from now on; False where there is no such row."""
    again = {"state": DueState.WAITING, "due_at": now, "done_at": now, "tries": 0}
    these = (_due.c.id == due_id, _due.c.state == DueState.SET_ASIDE)
    return count(uow, update(_due).where(*these).values(again)) == 1


def aside_ids(uow: UnitOfWork) -> Sequence[int]:
    """The ids of all that was set aside, the oldest first."""
    aside = select(_due.c.id).where(_due.c.state == DueState.SET_ASIDE)
    return uow.db.execute(aside.order_by(_due.c.id)).scalars().all()


def aside(uow: UnitOfWork, limit: int) -> Sequence[Due]:
    """What was set aside, the newest first."""
    query = select_rows(Due).where(Due.state == DueState.SET_ASIDE).order_by(col(Due.id).desc())
    return uow.db.exec(query.limit(limit)).all()


def earliest(uow: UnitOfWork) -> datetime | None:
    """When the next thing is due (UTC), or None when nothing waits."""
    return uow.db.execute(select(_due.c.due_at).where(_waiting).order_by(_due.c.due_at).limit(1)).scalar()


def upcoming(uow: UnitOfWork, limit: int) -> Sequence[Due]:
    """What waits, the next due first."""
    query = select_rows(Due).where(_waiting).order_by(col(Due.due_at), col(Due.id))
    return uow.db.exec(query.limit(limit)).all()


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` rows that were over before this instant; gives how many. What is set aside stays."""
    over = (DueState.DONE, DueState.DROPPED, DueState.CANCELLED)
    old = select(_due.c.id).where(_due.c.state.in_(over), _due.c.done_at < before).limit(limit)
    return count(uow, delete(_due).where(_due.c.id.in_(old)))


def _planned(appointment: Appointment) -> dict[str, object]:
    return {
        "kind": appointment.kind,
        "subject_id": appointment.subject_id,
        "due_at": appointment.due_at,
        "useful_until": appointment.useful_until,
        "once": appointment.once,
        "state": DueState.WAITING,
        # Filled from the start, so that the mark does not make the row grow: on SQLite that splits a page for nearly
        # each row marked, which made a batch out of a million cost eight times one that fits its place.
        "done_at": appointment.due_at,
        "tries": 0,
        "outcome": "",
    }


_ANY = Appointment("", 0, datetime.max.replace(tzinfo=UTC), None, "")


@cache
def _schedule(database: str) -> Prepared[int]:
    """One thing, planned; gives its id where it was not planned or done before."""
    values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in _planned(_ANY)}
    return Prepared(_insert_or_revive(database).values(values).returning(_due.c.id))


@cache
def _insert_or_revive(database: str) -> Insert:
    # A session that is moved and moved back plans the very reminder that was cancelled in between.
    statement = insert_into(database, Due)
    fresh = {name: statement.excluded[name] for name in ("due_at", "done_at", "useful_until", "state", "outcome")}
    return statement.on_conflict_do_update(
        index_elements=["kind", "subject_id", "once"],
        set_={**fresh, "first_due_at": null(), "tries": 0, "reason": null()},
        where=_due.c.state == DueState.CANCELLED,
    )
