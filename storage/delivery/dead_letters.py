"""Letters that could not be delivered: kept with the reason, until somebody sends them again or gives them up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import count, table_of
from storage.database.unit_of_work import UnitOfWork
from storage.models import Address, Outbox, OutboxReason, OutboxState, Room

_outbox = table_of(Outbox)
_addresses = table_of(Address)
_rooms = table_of(Room)


def newest(uow: UnitOfWork, limit: int = 100) -> Sequence[Outbox]:
    """The letters that could not be delivered, the newest first, each with its ``reason``."""
    query = select_rows(Outbox).where(Outbox.state == OutboxState.DEAD).order_by(col(Outbox.id).desc())
    return uow.db.exec(query.limit(limit)).all()


def ids(uow: UnitOfWork) -> Sequence[int]:
    """The ids of all the letters that could not be delivered, the oldest first."""
    dead = select(_outbox.c.id).where(_outbox.c.state == OutboxState.DEAD)
    return uow.db.execute(dead.order_by(_outbox.c.id)).scalars().all()


def find(uow: UnitOfWork, letter_id: int) -> Outbox | None:
    """One of the letters that could not be delivered, or None."""
    letter = uow.find(Outbox, letter_id)
    return letter if letter is not None and letter.state is OutboxState.DEAD else None


def replay(uow: UnitOfWork, letter_id: int, now: datetime) -> bool:
    """Try a dead letter again, from now on and by every way to its person or room; False where there is no such."""
    again = {"state": OutboxState.READY, "not_before": now, "attempts": 0, "settled_at": None}
    dead = update(_outbox).where(_outbox.c.id == letter_id, _outbox.c.state == OutboxState.DEAD)
    o = _outbox.c
    whose = uow.db.execute(dead.values(again).returning(o.person_id, o.room_id)).first()
    if whose is None:
        return False
    uow.to_do = True
    if whose.room_id is not None:
        uow.db.execute(update(_rooms).where(_rooms.c.id == whose.room_id).values(present=True))
    else:
        uow.db.execute(update(_addresses).where(_addresses.c.person_id == whose.person_id).values(reachable=True))
    return True


def put_aside(uow: UnitOfWork, letter_id: int, now: datetime, outcome: str) -> bool:
    """Give a dead letter up for good, and say who did; False where there is no such letter."""
    over = {"state": OutboxState.MOOT, "settled_at": now, "reason": OutboxReason.PUT_ASIDE, "outcome": outcome}
    dead = update(_outbox).where(_outbox.c.id == letter_id, _outbox.c.state == OutboxState.DEAD)
    return count(uow, dead.values(over)) == 1
