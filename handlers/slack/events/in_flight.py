"""What is under way, or was just done: Slack may bring a thing again before it is known to the database."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from handlers.slack.interactions.interactions import finished

REMEMBERED = 500
"""So many of the last things that Slack brought are known without asking the database: some seconds of a busy day."""

Done = TypeVar("Done")


class UnderWay:
    """Things by their names, the same in every delivery. What has no name is never the same as another."""

    def __init__(self) -> None:
        self._going_on: dict[str, asyncio.Future[Any]] = {}

    def joined(self, name: str, work: Callable[[], Awaitable[Done]]) -> "asyncio.Future[Done]":
        """This work, or the same that is under way or was just done: what Slack brings twice is answered once."""
        going = self._going_on.get(name) if name else None
        if going is None:
            going = asyncio.ensure_future(work())
            name = name or f"unnamed {id(going)}"
            self._going_on[name] = going
            going.add_done_callback(lambda done: self._ended(name, done))
        return going

    async def stop(self, seconds: float) -> None:
        """Wait so long for what is under way, and then have it stop."""
        await finished(self._going_on.values(), seconds)

    def _ended(self, name: str, done: "asyncio.Future[Any]") -> None:
        """Keep in mind what was done. What failed is done anew when it is brought again."""
        if done.cancelled() or done.exception() is not None:
            del self._going_on[name]
        while len(self._going_on) > REMEMBERED and (oldest := next(iter(self._going_on))) != name:
            if not self._going_on[oldest].done():
                break
            del self._going_on[oldest]
