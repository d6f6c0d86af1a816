"""Telling live pages that something changed, so that they look again. Belongs to one event loop."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

REMEMBERED = 50
"""How many arrivals a slow page is told of one by one; the chats themselves hold all."""


@dataclass(frozen=True)
class Arrival:
    """A message that the bot sent to somebody by itself."""

    person_id: int
    name: str
    words: str


class Watcher:
    """What one page has not been told yet. Changes add up while the page is busy."""

    def __init__(self) -> None:
        self._chats: set[int] = set()
        self._arrivals: deque[Arrival] = deque(maxlen=REMEMBERED)
        self._bell = asyncio.Event()

    def note(self, chats: set[int], arrival: Arrival | None) -> None:
        """Keep this for the page."""
        self._chats |= chats
        if arrival is not None:
            self._arrivals.append(arrival)
        self._bell.set()

    async def next(self) -> dict[str, Any]:
        """Everything that changed since the last call; waits while nothing did."""
        await self._bell.wait()
        self._bell.clear()
        told = {
            "chats": sorted(self._chats),
            "arrivals": [{"person": one.person_id, "name": one.name, "words": one.words} for one in self._arrivals],
        }
        self._chats.clear()
        self._arrivals.clear()
        return told


class News:
    """Spreads changes to every page that watches."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    @contextmanager
    def watching(self) -> Iterator[Watcher]:
        """A watcher, for as long as the block runs."""
        watcher = Watcher()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def spread(self, *chats: int, arrival: Arrival | None = None) -> None:
        """These people's chats changed; without any, only what is due or what time it is."""
        for watcher in self._watchers:
            watcher.note(set(chats), arrival)
