"""How quickly reminders are made ready, beside the textbook way, and that a million waiting ones cost next to nothing.

Each figure stands beside its baseline from the same run; ``benchmarks.textbook`` is the textbook way.
"""

import asyncio
import gc
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import SQLModel

from benchmarks import textbook
from benchmarks.planned import plan_sessions
from bot.schedule.clock import MovableClock
from bot.schedule.ticker import BATCH, Ticker
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.schedule import Contexts
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import due, outbox
from storage.delivery.due import Appointment
from storage.delivery.outbox import OutboxMessage
from storage.models import Person

Row = dict[str, Any]

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
TEXTS = Texts("nl", ZONE)
PEOPLE = 200
ROUNDS = 3
"""Each of ours is measured so often and the median taken; the textbook way takes too long for more than once."""


def run() -> list[Row]:
    """The measurements, each with its baseline from this same run and what is demanded of it."""
    gc.collect()
    gc.freeze()  # as the bot does once it has started
    rows: list[Row] = []
    for size in (1_000, 5_000):
        rows += _ready(size)
    return [*rows, _claim(), _lease(), *_start()]


def _ready(size: int) -> list[Row]:
    ours = sorted(_burst(size, _our_way) for _ in range(ROUNDS))[ROUNDS // 2]
    theirs = _burst(size, textbook.prepare)
    (rate, held), (textbook_rate, textbook_held) = ours, theirs
    return [
        _row("reminders made ready", size, rate, textbook_rate, "a second", rate / textbook_rate, "ratio >= 30"),
        _row("event loop held meanwhile", size, held, textbook_held, "ms", held / textbook_held, "ours <= 50"),
    ]


def _row(name: str, size: int, ours: float, baseline: float, unit: str, ratio: float, demand: str) -> Row:
    return {
        "name": name, "size": size, "ours": round(ours, 3), "baseline": round(baseline, 3), "unit": unit,
        "ratio": round(ratio, 3), "more": round(ours - baseline, 3), "demand": demand,
    }  # fmt: skip


@contextmanager
def _database() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench.db'}")
        SQLModel.metadata.create_all(store.engine)
        with store.begin() as uow:
            uow.add_all([Person(id=n, name=f"Persoon {n}") for n in range(1, PEOPLE + 1)])
        yield store
        store.close()


def _contexts(store: Store, now: Callable[[], datetime]) -> Contexts:
    @contextmanager
    def context() -> Iterator[Context]:
        with store.begin() as uow:
            yield Context(uow, now(), Rules(), TEXTS, CAPABILITIES)

    return context


Way = Callable[[Store, int], Callable[[], Any]]
"""Prepares so many reminders in a database, and gives what makes them all ready."""


Take = Callable[[UnitOfWork], Sequence[object]]


def _burst(size: int, way: Way) -> tuple[float, float]:
    """Reminders made ready a second, and the longest the event loop was held meanwhile, in ms."""
    with _database() as store:
        seconds, held = asyncio.run(_measured(way(store, size)))
        with store.read() as uow:
            ready = uow.db.execute(text("SELECT count(*) FROM outbox")).scalar_one()
        if ready != size:
            raise RuntimeError(f"{ready} of {size} reminders were made ready")
    return size / seconds, held


async def _measured(work: Callable[[], Any]) -> tuple[float, float]:
    gaps: list[float] = []
    beating = asyncio.create_task(_beat(gaps))
    await asyncio.sleep(0.05)
    gaps.clear()
    began = time.perf_counter()
    await work()
    seconds = time.perf_counter() - began
    await asyncio.sleep(0.01)
    beating.cancel()
    return seconds, 1000 * max(gaps)


async def _beat(gaps: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        gaps.append(time.perf_counter() - began - 0.001)


def _our_way(store: Store, size: int) -> Callable[[], Any]:
    """The bot's own rules on real sessions: each reminds two people, its requester and its facilitator."""
    with store.begin() as uow:
        planned = plan_sessions(uow, size // 2, PEOPLE)
        due.schedule_many(uow, [Appointment("remind_day", n, NOW, None, "v1") for n in planned])
    clock = MovableClock(base=lambda: NOW)
    ticker = Ticker(_contexts(store, clock.now), CAPABILITIES.rules, clock, ZONE)
    return ticker.catch_up


def _claim() -> Row:
    with _database() as small, _database() as large:
        _fill_due(small, 10_000)
        _fill_due(large, 1_000_000)
        few, many = _side_by_side(small, large, lambda uow: due.claim(uow, NOW + timedelta(days=365), BATCH), BATCH)
    return _row("a batch claimed out of all pending", 1_000_000, many, few, "ms", many / few, "ratio <= 2")


def _fill_due(store: Store, pending: int) -> None:
    """So many rows waiting, spread over ten weeks so that neighbours in time are not neighbours on the disk."""
    with store.begin() as uow:
        uow.db.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :pending) "
                "INSERT INTO due (kind, subject_id, due_at, done_at, state, once, tries, outcome) "
                "SELECT 'reminder', i, at, at, 'waiting', 'v1', 0, '' FROM (SELECT i, strftime("
                "'%Y-%m-%d %H:%M:%S', '2026-11-03', ((i * 7919) % 100000) || ' minutes') || '.000000' AS at FROM n)"
            ),
            {"pending": pending},
        )
    _settle_down(store)


def _settle_down(store: Store) -> None:
    # What the filling left in the write-ahead log goes to its place first: it is no part of what is measured.
    connection = sqlite3.connect(str(store.engine.url.database))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _lease() -> Row:
    with _database() as small, _database() as large:
        _fill_outbox(small, 1_000)
        _fill_outbox(large, 100_000)
        few, many = _side_by_side(small, large, lambda uow: outbox.lease(uow, NOW, 8, timedelta(minutes=2)), 8)
    return _row("letters leased out of all waiting", 100_000, many, few, "ms", many / few, "ratio <= 2")


def _fill_outbox(store: Store, waiting: int) -> None:
    """So many letters waiting, equally many for each of the people."""
    with store.begin() as uow:
        letters = (OutboxMessage(n % PEOPLE + 1, "reminder", n, {}, None, once="v1") for n in range(waiting))
        outbox.put_many(uow, letters, now=NOW)
    _settle_down(store)


def _side_by_side(one: Store, other: Store, take: Take, size: int) -> tuple[float, float]:
    """The median time in ms to take so many from each, in turns, so that what else the machine does hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(20):
        for store, taking in zip((one, other), times, strict=True):
            taking.append(_seconds(store, take, size) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def _seconds(store: Store, take: Take, size: int) -> float:
    began = time.perf_counter()
    with store.begin() as uow:
        taken = take(uow)
    seconds = time.perf_counter() - began
    if len(taken) != size:
        raise RuntimeError(f"{len(taken)} taken instead of {size}")
    return seconds


def _start() -> list[Row]:
    few, many = _start_with(0), _start_with(1_000_000)
    rows = []
    for what, unit, demand in (("seconds", "s", "more <= 1"), ("mebibytes", "MiB", "more <= 50")):
        ours, baseline = many[what], few[what]
        rows.append(
            _row(f"{what} to start with so many pending", 1_000_000, ours, baseline, unit, ours / baseline, demand)
        )
    return rows


def _start_with(pending: int) -> dict[str, float]:
    """A start in a process of its own, whose memory nothing else has touched."""
    with _database() as store:
        _fill_due(store, pending + 1)
        command = [sys.executable, "-m", "benchmarks.reminders", store.engine.url.render_as_string()]
        return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


async def _start_once(url: str) -> dict[str, float]:
    store, clock = Store(url), MovableClock(base=lambda: NOW)
    began, before = time.perf_counter(), _mebibytes()
    ticker = Ticker(_contexts(store, clock.now), {}, clock, ZONE)
    await ticker.start()
    while ticker.armed_for is None:  # noqa: ASYNC110  # what is measured is when the alarm is set
        await asyncio.sleep(0.001)
    measured = {"seconds": time.perf_counter() - began, "mebibytes": _mebibytes() - before}
    await ticker.stop()
    store.close()
    return measured


def _mebibytes() -> float:
    # The most this process ever held, by the kernel's own books; getrusage counts in what its parent held.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(asyncio.run(_start_once(sys.argv[1]))))
    else:
        for measured in run():
            print(measured)
