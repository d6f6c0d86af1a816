"""What waited for the bot while it was away, as far as that can be known.

Telegram says when something was written, and not when a button was pressed. But a process notes again and again that it
serves Telegram, and Telegram counts what waits. So it is known that presses which wait when
the bot comes back after a long time may have waited long; not so of those that came during a network failure.
"""

from datetime import datetime, timedelta

LATE = timedelta(minutes=15)
"""What waited so long is answered with an excuse."""


class Backlog:
    """Tells apart the updates that waited when the bot came back. Before ``came_back`` none did.

    Each chat is worked on by itself, so they are begun with in no fixed order. But their numbers go up one by one
    (Bot API, "Update"), so those that waited are so many from the lowest on.
    """

    def __init__(self) -> None:
        self._waiting = 0
        self._first: int | None = None

    def came_back(self, away: timedelta | None, waiting: int) -> None:
        """Start after the bot was ``away`` for so long (None: it never served), with so many updates waiting."""
        self._waiting = waiting if away is not None and away >= LATE else 0
        self._first = None

    def comes(self, update_id: int) -> None:
        """Note an update that is begun with."""
        self._first = update_id if self._first is None else min(self._first, update_id)

    def had(self, update_id: int) -> bool:
        """Whether this update waited."""
        return self._first is not None and self._first <= update_id < self._first + self._waiting


def is_late(written_at: datetime, now: datetime) -> bool:
    """Whether what was written then waited long."""
    return now - written_at >= LATE
