"""Fetching updates: each chat's in their order, different chats side by side, and none lost.

Telegram forgets an update when those after it are asked for. So it is asked for what follows only when the update had
its effect, and what could not be taken in comes again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from flows.engine import faults
from handlers.telegram.updates.update_parsing import HEARD, UNREADABLE, Reading, UpdateHandler

log = logging.getLogger(__name__)

POLL_SECONDS = 30
"""How long Telegram holds a request for updates open while there are none."""
GLANCE = 0.25
"""Seconds after which it is looked for new updates while earlier ones are worked on: buttons are to answer at once."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
TRIES = 3
"""So often an update cannot be taken in, not counting while nothing can be; then it is given up."""
STOP_SECONDS = 3.0


@dataclass
class _Lane:
    """The updates of one chat, the first of them worked on. ``closed_until``: one failed, by the loop's clock."""

    waiting: deque[Update] = field(default_factory=deque)
    closed_until: float = 0.0
    task: asyncio.Task[None] | None = None


class Polling:
    """While something is worked on, it is fetched again and again with what is new: a turn that takes long holds up
    nobody else, and is not confirmed before it is done. ``reading`` is what ``bot`` fetches with.
    """

    def __init__(self, bot: Bot, reading: Reading, ears: UpdateHandler) -> None:
        self._bot, self._reading, self._ears = bot, reading, ears
        self._last = 0
        self._done: set[int] = set()
        self._open: set[int] = set()
        self._lanes: dict[int, _Lane] = {}
        self._failed: dict[int, int] = {}
        self._at_fault: dict[int, int] = {}
        self._running: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to fetch."""
        self._running = asyncio.create_task(self._run(), name="telegram")

    async def stop(self) -> None:
        """Fetch no more, and finish what is worked on, for a few seconds. What waits behind it comes again."""
        self._stopping = True
        if self._running is not None:
            self._running.cancel()
            await _ended([self._running])
        await _ended(self._tasks)

    async def confirm(self) -> None:
        """Have Telegram forget what was done, for the last time."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._bot.get_updates(offset=self._next, limit=1, timeout=timedelta(0), allowed_updates=HEARD)
        except (TelegramError, TimeoutError, *UNREADABLE):
            # They come again then, and each is known by its number.
            log.info("What was done is not confirmed to Telegram", extra={"action": "telegram.unconfirmed"})

    def behind(self, chat_id: int) -> int:
        """How many updates of this chat wait behind the one that is worked on."""
        lane = self._lanes.get(chat_id)
        return max(0, len(lane.waiting) - 1) if lane else 0

    @property
    def _tasks(self) -> list[asyncio.Task[None]]:
        return [lane.task for lane in self._lanes.values() if lane.task is not None]

    @property
    def _next(self) -> int:
        """The first update that is not done: Telegram forgets those before it."""
        return min(self._open, default=self._last + 1 if self._last else 0)

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping:
            try:
                self._begin(await self._fetched())
                await self._glance()
                pause = FIRST_PAUSE
            except asyncio.CancelledError:
                if not self._stopping:
                    raise
            except TelegramError as trouble:
                pause = await self._rest(self._told(trouble, pause))
            except Exception as error:  # noqa: BLE001  # The outermost loop: what is wrong may pass.
                faults.report(log, "Fetching updates failed", error)
                pause = await self._rest(pause)

    async def _glance(self) -> None:
        """Leave time for what is under way, or until what failed is tried again."""
        if tasks := self._tasks:
            await asyncio.wait(tasks, timeout=GLANCE)
        elif self._open:
            await asyncio.sleep(GLANCE)

    async def _fetched(self) -> Sequence[Update]:
        span = timedelta(seconds=0 if self._open else POLL_SECONDS)
        try:
            return await self._bot.get_updates(offset=self._next, timeout=span, allowed_updates=HEARD, read_timeout=10)
        except UNREADABLE:
            self._reading.carefully = True
            try:
                return await self._bot.get_updates(offset=self._next, allowed_updates=HEARD, read_timeout=10)
            finally:
                self._reading.carefully = False

    def _begin(self, updates: Sequence[Update]) -> None:
        """Begin with what is new of these, in their order."""
        under_way = {one.update_id for one in chain.from_iterable(lane.waiting for lane in self._lanes.values())}
        now = _now()
        for update in updates:
            number = update.update_id
            self._last = number
            if number not in self._done and number not in under_way:
                if number not in self._open:
                    self._ears.heard(update)
                self._open.add(number)
                self._line_up(update, now)
        # What is not among them any more was forgotten by Telegram. After a week without any the numbers begin anew,
        # perhaps lower (Bot API, "Update").
        self._done &= {update.update_id for update in updates}

    def _line_up(self, update: Update, now: float) -> None:
        lane = self._lanes.setdefault(_chat(update), _Lane())
        if now < lane.closed_until:
            return
        lane.waiting.append(update)
        if lane.task is None:
            lane.task = asyncio.create_task(self._work_off(_chat(update), lane))

    async def _work_off(self, chat: int, lane: _Lane) -> None:
        try:
            while lane.waiting and not self._stopping:
                update = lane.waiting[0]
                if not await self._is_taken(update):
                    # Those behind it come again with it, and in their order.
                    lane.closed_until = _now() + self._pause(update.update_id)
                    return
                lane.waiting.popleft()
            del self._lanes[chat]
        finally:
            lane.waiting.clear()
            lane.task = None

    async def _is_taken(self, update: Update) -> bool:
        number = update.update_id
        try:
            taken = await self._ears.take(update)
        except Exception as error:  # noqa: BLE001  # Whatever it was: the update is not confirmed, and comes again.
            faults.report(log, "Working on an update failed", error, update=number)
            taken = False
        if not (taken or await self._is_given_up(number)):
            return False
        self._failed.pop(number, None)
        self._at_fault.pop(number, None)
        self._open.discard(number)
        self._done.add(number)
        return True

    async def _is_given_up(self, number: int) -> bool:
        self._failed[number] = self._failed.get(number, 0) + 1
        # Where nothing can be taken in, it is not this update that is at fault.
        self._at_fault[number] = self._at_fault.get(number, 0) + await self._ears.is_well()
        if self._at_fault[number] < TRIES:
            return False
        log.error("An update was given up", extra={"action": "telegram.given_up", "update": number})
        return True

    def _pause(self, number: int) -> float:
        """Seconds until an update that failed is tried again; the more often it did, the longer."""
        return min(FIRST_PAUSE * 2.0 ** min(self._failed[number] - 1, 10), LONGEST_PAUSE)

    def _told(self, trouble: TelegramError, pause: float) -> float:
        extra = {"action": "telegram.poll", "outcome": type(trouble).__name__}
        if isinstance(trouble, Conflict | InvalidToken):
            log.error(
                "Telegram gives no updates: another bot with this token fetches them, or it is refused", extra=extra
            )
            return LONGEST_PAUSE
        log.warning("Telegram cannot be asked for updates: %s", type(trouble).__name__, extra=extra)
        if isinstance(trouble, RetryAfter):
            return max(pause, _seconds(trouble.retry_after))
        return pause

    async def _rest(self, pause: float) -> float:
        """Wait, and give how long to wait the next time."""
        await asyncio.sleep(pause)
        return min(2 * pause, LONGEST_PAUSE)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _chat(update: Update) -> int:
    return update.effective_chat.id if update.effective_chat else 0


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait a while for these, and then have them stop."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _seconds(span: int | timedelta) -> float:
    return span.total_seconds() if isinstance(span, timedelta) else float(span)
