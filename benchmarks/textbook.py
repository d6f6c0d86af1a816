"""The textbook way to send reminders: one persisted APScheduler job each.

SQLAlchemyJobStore on the same SQLite database; an AsyncIOScheduler; a plain job that writes its outbox row in a
transaction of its own. It is given every chance: unlimited misfire grace, since by default whatever is more than a
second behind is thrown away. What it keeps is on the disk after each commit, as what the bot keeps is: our own engine
leaves that to the unit of work, so the store has SQLite's way, in the same journal mode.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage.database.engine import BUSY_SECONDS
from storage.database.unit_of_work import Store
from storage.models import Outbox

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
PATIENCE_SECONDS = 300.0


class _Burst:
    """What the jobs of one measurement share: the database, and how many have yet to be done."""

    def __init__(self, store: Store, size: int) -> None:
        self._store = store
        self._left = size
        self._counting = threading.Lock()
        self._done = threading.Event()

    def write(self, subject: int) -> None:
        """Write one outbox row."""
        with self._store.begin() as uow:
            uow.add(_letter(subject))
        with self._counting:
            self._left -= 1
            if self._left == 0:
                self._done.set()

    def wait(self) -> None:
        """Come back when all are written; raises TimeoutError when that takes minutes."""
        if not self._done.wait(PATIENCE_SECONDS):
            raise TimeoutError(f"{self._left} reminders were never made ready")


_running: list[_Burst] = []


def remind(subject: int) -> None:
    """The job. A persisted job is found by its name, so what it needs stands in this module."""
    _running[-1].write(subject)


def prepare(store: Store, size: int) -> Callable[[], Awaitable[None]]:
    """Persist so many jobs that are due; gives what runs them all."""
    burst = _Burst(store, size)
    _running.append(burst)
    asyncio.run(_add_jobs(store, size))

    async def work() -> None:
        scheduler = _scheduler(store)
        scheduler.start()
        await asyncio.to_thread(burst.wait)
        scheduler.shutdown()

    return work


async def _add_jobs(store: Store, size: int) -> None:
    scheduler, at = _scheduler(store), datetime.now(UTC)
    scheduler.start(paused=True)
    for subject in range(size):
        scheduler.add_job(remind, "date", run_date=at, args=[subject], id=str(subject), misfire_grace_time=None)
    scheduler.shutdown()


def _scheduler(store: Store) -> AsyncIOScheduler:
    url = store.engine.url.render_as_string()
    jobs = SQLAlchemyJobStore(url=url, engine_options={"connect_args": {"timeout": BUSY_SECONDS}})
    return AsyncIOScheduler(jobstores={"default": jobs}, timezone=UTC)


def _letter(subject: int) -> Outbox:
    return Outbox(
        person_id=subject % 200 + 1,
        kind="reminder",
        subject_id=subject,
        args={"late": False},
        addressee_id=subject % 200 + 1,
        once="v1",
        not_before=NOW,
        created_at=NOW,
    )
