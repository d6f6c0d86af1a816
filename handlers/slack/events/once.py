"""What Slack tells is taken in once, whichever process it is brought to, and however often."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from handlers.slack.events.decode import CHANNEL
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import inbox

Change = Callable[[UnitOfWork], None]


class Once:
    """Remembers in the database which of Slack's events had their effect."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    async def do(self, event_id: str, change: Change = lambda _uow: None) -> bool:
        """Make this change unless this event had its effect; gives whether it is made. Both are kept, or neither."""
        return await asyncio.to_thread(self._do, event_id, change)

    def _do(self, event_id: str, change: Change) -> bool:
        with self._store.begin() as uow:
            first = inbox.first_time(uow, CHANNEL, event_id, self._now())
            if first:
                change(uow)
            return first
