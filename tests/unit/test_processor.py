"""The bot keeps to one processor where the system lets it."""

import os
import subprocess
import sys

import pytest

from bot import processor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process choose its processor")

IN_A_PROCESS_OF_ITS_OWN = """
import os, threading
from bot import processor

class Kept(threading.Thread):
    def run(self):
        self.at = os.sched_getaffinity(0)

chosen, before = processor.keep_to_one(), os.sched_getaffinity(0)
thread = Kept()
thread.start()
thread.join()
print(before == thread.at == {chosen})
"""


def test_the_process_and_the_threads_it_starts_keep_to_one_processor() -> None:
    command = [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "True"


def test_it_is_one_of_those_that_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    wished: list[set[int]] = []
    monkeypatch.setattr(os, "sched_setaffinity", lambda _pid, which: wished.append(which))
    chosen = processor.keep_to_one()
    assert wished == [{chosen}]
    assert wished[0] <= os.sched_getaffinity(0)


def test_where_the_system_forbids_it_the_bot_starts_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(_pid: int, _which: set[int]) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", forbid)
    before = os.sched_getaffinity(0)
    assert processor.keep_to_one() is None
    assert os.sched_getaffinity(0) == before
