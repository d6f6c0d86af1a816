"""Which question stands in front of whom, in the channels that ask one at a time."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, delete, select

from storage.database.bulk_statements import count, insert
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import QuestionCursor

_AT = Prepared(
    select(QuestionCursor).where(
        QuestionCursor.channel == bindparam("channel"), QuestionCursor.address == bindparam("address")
    )
)
_KEY = ("channel", "address")


def at(uow: UnitOfWork, channel: str, address: str) -> QuestionCursor | None:
    """Where the person at this address is, or None where no question stands in front of them."""
    return uow.first(_AT, channel=channel, address=address)


def keep(uow: UnitOfWork, cursor: QuestionCursor) -> None:
    """Remember this, in the place of what was known of the same address. Several processes may do so at once."""
    values = cursor.model_dump()
    changed = {name: value for name, value in values.items() if name not in _KEY}
    row = insert(uow, QuestionCursor).values(values)
    count(uow, row.on_conflict_do_update(index_elements=list(_KEY), set_=changed))


def forget(uow: UnitOfWork, channel: str, address: str) -> None:
    """No question stands in front of this person any more."""
    count(
        uow,
        delete(QuestionCursor).where(col(QuestionCursor.channel) == channel, col(QuestionCursor.address) == address),
    )


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` of those that nobody touched since before this instant; gives how many."""
    old = select(QuestionCursor.channel, QuestionCursor.address).where(QuestionCursor.updated_at < before).limit(limit)
    return sum(_dropped(uow, channel, address) for channel, address in uow.db.exec(old).all())


def _dropped(uow: UnitOfWork, channel: str, address: str) -> int:
    return count(
        uow,
        delete(QuestionCursor).where(col(QuestionCursor.channel) == channel, col(QuestionCursor.address) == address),
    )
