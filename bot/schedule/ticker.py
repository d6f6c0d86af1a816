"""Wakes when something is due. What is due lies in the database; APScheduler holds no more than the next wake-up.

Three jobs in memory: one date job at the earliest due time, a sweep every minute in case a wake-up was missed (another
process planned something, the machine slept), and the nightly clean-up. A start reads one row, however many wait.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.schedule.clock import Clock
from flows.engine import faults
from flows.engine.schedule import Contexts, RunResult, ScheduledRules, work
from storage.delivery import due, inbox

log = logging.getLogger(__name__)

BATCH = 200
"""How many due things one unit of work takes: enough to share a commit, few enough to let other writers in between."""

SWEEP_SECONDS = 60
NIGHTLY_HOUR = 3
KEPT_EVENTS = timedelta(days=7)
"""How long platform events are remembered; the longest a platform repeats one is a day."""

PRUNED_AT_ONCE = 1_000

_NEXT = "next"


class Ticker:
    """Works off what is due, at its time. ``woken`` is called after each batch that did something.

    Each batch runs in a worker thread, so the event loop goes on serving people.
    """

    def __init__(
        self,
        contexts: Contexts,
        rules: ScheduledRules,
        clock: Clock,
        zone: tzinfo,
        woken: Callable[[], None] = lambda: None,
    ) -> None:
        self._contexts = contexts
        self._rules = rules
        self._clock = clock
        self._woken = woken
        self._bell = asyncio.Event()
        self._turn = asyncio.Lock()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._scheduler = _scheduler(zone)

    async def start(self) -> None:
        """Begin: what is due already is worked off at once, the rest at its time."""
        self._loop = asyncio.get_running_loop()
        self._clock.on_move(self.wake)
        self._scheduler.add_job(self._ring, "interval", seconds=SWEEP_SECONDS, id="sweep")
        self._scheduler.add_job(self._tidy, "cron", hour=NIGHTLY_HOUR, id="nightly")
        self._scheduler.start()
        self._task = asyncio.create_task(self._run(), name="ticker")

    def wake(self) -> None:
        """Look again at what is due: something was planned, or the clock was moved. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._bell.set)

    async def catch_up(self) -> RunResult:
        """Work off everything that is due by now, batch by batch; gives what was done in all."""
        total = RunResult()
        async with self._turn:
            while not self._stopping:
                ticked = await asyncio.to_thread(work, self._contexts, self._rules, BATCH)
                total += ticked
                if ticked.done:
                    self._woken()
                if not ticked.more:
                    break
        return total

    @property
    def armed_for(self) -> datetime | None:
        """When the next wake-up comes, by the machine's clock (UTC); None when nothing waits."""
        job = self._scheduler.get_job(_NEXT)
        return job.next_run_time.astimezone(UTC) if job is not None else None

    async def stop(self) -> None:
        """End after the batch at hand. What is due stays in the database for the next start."""
        self._stopping = True
        self._bell.set()
        if self._task is not None:
            await self._task
            self._scheduler.shutdown(wait=False)

    async def _run(self) -> None:
        while not self._stopping:
            self._bell.clear()
            try:
                await self.catch_up()
                await self._arm()
            except Exception as error:  # noqa: BLE001  # The outermost loop: the sweep tries again within a minute.
                faults.report(log, "Working off what is due failed", error)
            await self._bell.wait()

    async def _arm(self) -> None:
        earliest, now = await asyncio.to_thread(self._look)
        if earliest is not None:
            at = datetime.now(UTC) + max(earliest - now, timedelta())
            self._scheduler.add_job(self._ring, "date", run_date=at, id=_NEXT, replace_existing=True)
        elif self._scheduler.get_job(_NEXT) is not None:
            self._scheduler.remove_job(_NEXT)

    def _look(self) -> tuple[datetime | None, datetime]:
        with self._contexts() as context:
            return due.earliest(context.uow), context.now

    async def _ring(self) -> None:
        self._bell.set()

    async def _tidy(self) -> None:
        try:
            removed = await asyncio.to_thread(tidy, self._contexts)
            log.info("The nightly clean-up removed or cleared %d old rows", removed, extra={"action": "ticker.tidy"})
        except Exception as error:  # noqa: BLE001  # The night's outermost loop: the next night tries again.
            faults.report(log, "The nightly clean-up failed", error)


def tidy(contexts: Contexts) -> int:
    """Delete old rows, and clear the notes of old requests; gives the number of rows.

    Works in small batches, so that others can write in between.
    """
    with contexts() as context:
        removed, prunings = inbox.prune(context.uow, context.now - KEPT_EVENTS), context.capabilities.pruned
    for one in prunings:
        pruned = PRUNED_AT_ONCE
        while pruned == PRUNED_AT_ONCE:
            with contexts() as context:
                pruned = one.prune(context.uow, context.now - one.kept, PRUNED_AT_ONCE)
            removed += pruned
    return removed


def _scheduler(zone: tzinfo) -> AsyncIOScheduler:
    # APScheduler drops a job that is over a second late unless misfire_grace_time is None. After a busy moment or a
    # suspended laptop that would be the only wake-up.
    return AsyncIOScheduler(
        jobstores={"default": MemoryJobStore()},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone=zone,
    )
