"""Which platform events had an effect, so that a second delivery of one does nothing.

Slack repeats an event after a minute and again after five, Telegram keeps updates for 24 hours: a memory of a few days
is ample.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete
from sqlmodel import select

from storage.database.bulk_statements import Insert, count, insert_into, table_of
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import Inbox


def _marked(inserting: Insert) -> Prepared[str]:
    values: dict[str, BindParameter[Any]] = {
        "channel": bindparam("channel"),
        "event_id": bindparam("event"),
        "seen_at": bindparam("now"),
    }
    return Prepared(inserting.values(values).on_conflict_do_nothing().returning(table_of(Inbox).c.event_id))


_MARKED = {database: _marked(insert_into(database, Inbox)) for database in ("sqlite", "postgresql")}

_SEEN = Prepared(
    select(Inbox.seen_at).where(Inbox.channel == bindparam("channel"), Inbox.event_id == bindparam("event"))
)


def first_time(uow: UnitOfWork, channel: str, event_id: str, now: datetime) -> bool:
    """Whether this event was never seen; it now is, if this transaction commits.

    Where another transaction holds the same event, this one waits to learn whether that one's effect is kept.
    """
    marked = _MARKED[uow.connection.dialect.name]
    return bool(uow.ask(marked, channel=channel, event=event_id, now=now))


def seen_at(uow: UnitOfWork, channel: str, event_id: str) -> datetime | None:
    """When this event was seen, or None where it never was."""
    return uow.first(_SEEN, channel=channel, event=event_id)


def prune(uow: UnitOfWork, before: datetime) -> int:
    """Forget the events seen before this instant; gives how many."""
    seen = table_of(Inbox)
    return count(uow, delete(seen).where(seen.c.seen_at < before))
