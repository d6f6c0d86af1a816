"""What waits for the bot: updates, kept a day, given out in order until they are confirmed."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

KEPT = 24 * 3600.0
"""Seconds that Telegram keeps an update that nobody fetched (Bot API, "Getting updates")."""
ONLY_ON_REQUEST = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that a bot hears of only when it names them."""


@dataclass(frozen=True)
class Update:
    """One update. ``place`` is the chat it is about: webhooks get what is about one chat one after another."""

    id: int
    kind: str
    payload: Json
    place: int
    made: float

    def as_json(self) -> Json:
        """The update as the bot gets it."""
        return {"update_id": self.id, self.kind: self.payload}


class Updates:
    """The queue. ``made`` keeps every update that there ever was; ``allowed`` the kinds asked for, None by default.

    ``added`` is when something last happened, in real seconds (monotonic).
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.made: list[Update] = []
        self.allowed: list[str] | None = None
        self.arrived: list[Callable[[Update], None]] = []
        self.fresh = asyncio.Event()
        self.added = time.monotonic()
        self._clock = clock
        self._queue: dict[int, Update] = {}
        self._again: list[Update] = []
        self._numbers = itertools.count(731_000_001)

    def add(self, kind: str, payload: Json, place: int) -> Update | None:
        """Something happened; None if the bot asked not to hear of such things."""
        wanted = kind in self.allowed if self.allowed else kind not in ONLY_ON_REQUEST
        if not wanted:
            return None
        update = Update(next(self._numbers), kind, payload, place, self._clock())
        self.made.append(update)
        self.added = time.monotonic()
        self._queue[update.id] = update
        self.fresh.set()
        for listener in self.arrived:
            listener(update)
        return update

    def waiting(self, limit: int | None = None) -> list[Update]:
        """What is not confirmed yet, the oldest first; what was kept a day is gone."""
        while self._queue and (first := next(iter(self._queue.values()))).made < self._clock() - KEPT:
            del self._queue[first.id]
        return list(itertools.islice(self._queue.values(), limit))

    def begin_anew(self, at: int) -> None:
        """Count from another number, as Telegram may after a week without an update (Bot API, "Update")."""
        self._numbers = itertools.count(at)

    def take(self, offset: int, limit: int) -> list[Update]:
        """Confirm what comes before ``offset`` (a negative one counts from the end) and give what is next.

        An offset beyond the number that comes next is none of now: nothing is confirmed by it.
        """
        if self.made and offset > self.made[-1].id + 1:
            offset = 0
        for update in self.waiting():
            if offset >= 0 and update.id >= offset:
                break
            if offset < 0 and len(self._queue) <= -offset:
                break
            del self._queue[update.id]
        again, self._again = self._again, []
        return [*again, *self.waiting(limit)][:limit]

    def confirm(self, update: Update) -> None:
        """One update has arrived."""
        self._queue.pop(update.id, None)

    def drop(self) -> None:
        """Forget everything that waits."""
        self._queue.clear()

    def repeat(self, update: Update) -> None:
        """Give out the very same update once more, whether or not it was confirmed."""
        self._again.append(update)
        self.added = time.monotonic()
        self.fresh.set()

    @property
    def idle(self) -> bool:
        """Whether nothing waits."""
        return not self._again and not self.waiting(1)

    def has(self, update: Update) -> bool:
        """Whether it still waits."""
        return update.id in self._queue
