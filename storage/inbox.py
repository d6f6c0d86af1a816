"""Which platform events were seen, so that a second delivery of one does nothing.

Slack repeats an event after a minute and again after five, Telegram keeps updates for 24 hours: a memory of a few days
is ample.
"""

from datetime import datetime

from sqlalchemy import delete

from storage.models import Inbox
from storage.statements import count, insert, table_of
from storage.unit_of_work import UnitOfWork


def first_time(uow: UnitOfWork, channel: str, event_id: str, now: datetime) -> bool:
    """Whether this event was never seen; it now is, if this transaction commits.

    Where another transaction holds the same event, this one waits to learn whether that one's effect is kept.
    """
    # With its values apart the statement is the same each time, and is worked out once.
    row = {"channel": channel, "event_id": event_id, "seen_at": now}
    return count(uow, insert(uow, Inbox).on_conflict_do_nothing(), row) == 1


def prune(uow: UnitOfWork, before: datetime) -> int:
    """Forget the events seen before this instant; gives how many."""
    seen = table_of(Inbox)
    return count(uow, delete(seen).where(seen.c.seen_at < before))
