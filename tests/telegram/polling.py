"""Long polling: a call that really waits, and only one at a time."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.telegram.refusal import Refused
from tests.telegram.updates import Updates

Json = dict[str, Any]

LONGEST, MOST = 50, 100
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
NEW_HOOK = "Conflict: terminated by setWebhook request"


class Polling:
    """``hooked`` says whether a webhook is set. A second poller ends the wait of the first, as with Telegram."""

    def __init__(self, updates: Updates, hooked: Callable[[], bool]) -> None:
        self._updates, self._hooked = updates, hooked
        self._turn = 0
        self._why = OTHER_POLLER

    def interrupt(self, why: str) -> None:
        """Send away whoever waits."""
        self._turn += 1
        self._why = why
        self._updates.fresh.set()

    async def get_updates(self, args: Json, alive: Callable[[], bool]) -> list[Json]:
        """getUpdates. ``alive`` says whether the caller still listens; to nobody nothing is given."""
        if self._hooked():
            raise Refused(HOOKED)
        self.interrupt(OTHER_POLLER)
        mine, limit = self._turn, max(1, min(args.get("limit", MOST), MOST))
        if "allowed_updates" in args:
            self._updates.allowed = args["allowed_updates"] or None
        found = self._updates.take(args.get("offset", 0), limit)
        end = asyncio.get_running_loop().time() + min(args.get("timeout", 0), LONGEST)
        while not found and (left := end - asyncio.get_running_loop().time()) > 0:
            self._updates.fresh.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._updates.fresh.wait(), left)
            if not alive():
                return []
            if self._turn != mine:
                raise Refused(self._why)
            found = self._updates.take(0, limit)
        return [update.as_json() for update in found]
