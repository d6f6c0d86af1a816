"""Makes this process the leader, or has it wait to be: of several processes on one database one carries the letters.

Slack counts what all of them send, and each could only keep its own pace (``handlers.slack.sending.rate_limits``).
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from flows.engine import faults
from storage.database.leader_lock import Election

log = logging.getLogger(__name__)

ROUND_SECONDS = 2.0
"""How often the leader confirms that it is and looks for others' letters, and everybody else tries to get it."""

TRUST_SECONDS = 10.0
"""How long a confirmation counts: well within ``SILENCE_SECONDS``, after which another may lead."""


class LeaderElection:
    """Stands for election until stopped. ``each_round`` is called in every round in which we lead."""

    def __init__(self, election: Election, each_round: Callable[[], None]) -> None:
        self._election = election
        self._each_round = each_round
        self._trusted_until = 0.0
        self._won: bool | None = None
        self._stopping = asyncio.Event()

    def holds(self) -> bool:
        """Whether this process leads now."""
        return self._election.unopposed or time.monotonic() < self._trusted_until

    async def run(self) -> None:
        """Win, confirm or wait, until ``stop``; then another may lead. Over at once without rivals."""
        if self._election.unopposed:
            return
        try:
            while not self._stopping.is_set():
                await self._round()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ROUND_SECONDS):
                        await self._stopping.wait()
        finally:
            self._trusted_until = 0.0
            await asyncio.to_thread(self._election.resign)

    def stop(self) -> None:
        """Give the leadership up; ``run`` ends when that is done."""
        self._stopping.set()

    async def _round(self) -> None:
        began, won = time.monotonic(), False
        try:
            won = await asyncio.to_thread(self._election.win)
        except Exception as error:  # noqa: BLE001  # The outermost loop: the database may come back.
            faults.report(log, "Standing for election failed", error)
        self._trusted_until = began + TRUST_SECONDS if won else 0.0
        self._note(won=won)
        if won:
            self._each_round()

    def _note(self, *, won: bool) -> None:
        if won == self._won:
            return
        self._won = won
        if won:
            log.info("This process carries the letters", extra={"action": "courier.elected"})
        else:
            log.info("This process leaves the letters to another", extra={"action": "courier.standby"})
