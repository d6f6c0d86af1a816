"""The process is killed at random moments of delivery, a hundred times: every message arrives, in order.

A child process delivers through the real dispatcher to a far side that is a file, each line synced to the disk before
the sending counts as done. A message stands there twice only if the process was killed between sending and marking it.
"""

import asyncio
import json
import logging
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from bot.delivery.dispatcher import Dispatcher
from bot.schedule.clock import SystemClock, system_now
from flows.engine.views.view import View
from handlers.outbound.channel import PLAIN, Envelope, NeverDeliverable
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from tests.scenarios.far_side import add_person, compose, deliver_all, reading, writing

log = logging.getLogger(__name__)

KILLS = {"sqlite": 100, "postgresql": 40}
LONGEST_LIFE = {"sqlite": 0.25, "postgresql": 0.45}
"""In seconds. A process that connects to a server takes longer to send its first message."""

PEOPLE = 150
LETTERS_A_LIFE = 6
SIDE_BY_SIDE = 4
LEASE = timedelta(seconds=4)
"""Some lives long: what a killed one held is carried on while the test still runs. No send takes half as long."""


@dataclass(frozen=True)
class _File:
    """The far side: one line a message, with the life in which it was sent."""

    path: Path
    life: int
    name: str = "file"

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        await asyncio.sleep(random.uniform(0, 0.02))
        line = json.dumps({"life": self.life, "to": address, "text": view.text}) + "\n"
        await asyncio.to_thread(self._append, line.encode())
        await asyncio.sleep(random.uniform(0, 0.02))
        return "line"

    async def replace(self, address: str, message_ref: str, view: View, envelope: Envelope = PLAIN) -> str:
        raise NeverDeliverable("a line stays as it is")

    def is_persons(self, address: str) -> bool:
        return True

    def is_between(self, address: str, message_ref: str) -> bool:
        return True

    async def find(self, email: str) -> str | None:
        return None

    def _append(self, line: bytes) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(file, line)
            os.fsync(file)
        finally:
            os.close(file)


def live(url: str, path: Path, life: int, awake: Connection | None) -> None:
    """One life of the delivering process: until it is killed, or, where nobody waits for it, until nothing waits."""
    store, clock = Store(url), SystemClock()
    dispatcher = Dispatcher(
        writing(store, clock), reading(store, clock), [_File(path, life)], compose, clock,
        side_by_side=SIDE_BY_SIDE, lease=LEASE,
    )  # fmt: skip
    with store.read() as uow:
        outbox.earliest_ready(uow)  # so that the connection is there
    if awake is not None:
        awake.send_bytes(b"awake")
    asyncio.run(dispatcher.run() if awake is not None else deliver_all(dispatcher, store))


def _put(store: Store, people: list[int], life: int) -> list[str]:
    """A letter for some of the people; gives their texts."""
    chosen = random.sample(people, LETTERS_A_LIFE)
    letters = [OutboxMessage(person, "note", life, {}, None, once="once") for person in chosen]
    with store.begin() as uow:
        outbox.put_many(uow, letters, now=system_now())
    return [f"U{people.index(person)} note {life}" for person in chosen]


def test_every_message_arrives_in_order_however_often_the_process_is_killed(
    store: Store, database_url: str, tmp_path: Path, forks: ForkServerContext
) -> None:
    path, kind = tmp_path / "far side", store.engine.dialect.name
    people = [add_person(store, f"Persoon {n}", file=f"U{n}") for n in range(PEOPLE)]
    sent: list[str] = []
    for life in range(KILLS[kind]):
        sent += _put(store, people, life)
        _live_and_be_killed(forks, database_url, path, life, LONGEST_LIFE[kind])
    last = forks.Process(target=live, args=(database_url, path, KILLS[kind], None))
    last.start()
    last.join(300)
    assert last.exitcode == 0
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    _check(lines, sent, KILLS[kind])
    log.info("%d messages, %d kills, %d sent twice", len(sent), KILLS[kind], len(lines) - len(sent))


def _live_and_be_killed(forks: ForkServerContext, url: str, path: Path, life: int, longest: float) -> None:
    here, there = forks.Pipe(duplex=False)
    child = forks.Process(target=live, args=(url, path, life, there))
    child.start()
    there.close()
    with here:
        assert here.recv_bytes() == b"awake"
        if life % 2:
            _see_a_line(path, life)
        time.sleep(random.uniform(0, longest))
        child.kill()
        child.join()
    assert child.exitcode == -signal.SIGKILL


def _see_a_line(path: Path, life: int) -> None:
    """Wait until something was sent in this life: on a busy machine many would end before."""
    give_up = time.monotonic() + 10  # everybody it could write to may still be held
    while not (path.exists() and f'{{"life": {life}, ' in path.read_text()) and time.monotonic() < give_up:
        time.sleep(0.005)


def _check(lines: list[dict[str, str]], sent: list[str], kills: int) -> None:
    arrived = Counter(f"{line['to']} {line['text']}" for line in lines)
    assert set(arrived) == set(sent)
    # Within one life nothing is sent twice, and no life leaves more unmarked than it had in its hands.
    assert set(Counter(f"{line['life']} {line['to']} {line['text']}" for line in lines).values()) == {1}
    unmarked = Counter(line["life"] for line in _sent_again_later(lines))
    assert all(count <= SIDE_BY_SIDE for count in unmarked.values())
    assert len(lines) - len(sent) == sum(unmarked.values()) <= kills * SIDE_BY_SIDE
    assert len({line["life"] for line in lines}) > kills / 3, "the kills came too early to test anything"
    for address in {line["to"] for line in lines}:
        lives = [int(line["text"].split()[1]) for line in lines if line["to"] == address]
        assert lives == sorted(lives), f"a message to {address} overtook another"


def _sent_again_later(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    last = {(line["to"], line["text"]): n for n, line in enumerate(lines)}
    return [line for n, line in enumerate(lines) if last[line["to"], line["text"]] != n]
