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
        self.at, self.how = os.sched_getaffinity(0), os.sched_getscheduler(0)

chosen, before = processor.keep_to_one(), os.sched_getaffinity(0)
thread = Kept()
thread.start()
thread.join()
print(before == thread.at == {chosen}, thread.how == os.sched_getscheduler(0) == os.SCHED_BATCH)
"""


def test_the_process_and_the_threads_it_starts_keep_to_one_processor_and_interrupt_nobody() -> None:
    command = [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "True True"


@pytest.mark.parametrize("name", ["SCHED_OTHER", "SCHED_RR"])
def test_who_chose_another_way_to_be_run_keeps_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    way: int = getattr(os, name)
    chosen: list[int] = []
    monkeypatch.setattr(os, "sched_setaffinity", lambda _pid, _which: None)
    monkeypatch.setattr(os, "sched_getscheduler", lambda _pid: way)
    monkeypatch.setattr(os, "sched_setscheduler", lambda _pid, how, _param: chosen.append(how))
    assert processor.keep_to_one() is not None
    assert chosen == ([os.SCHED_BATCH] if way == os.SCHED_OTHER else [])


@pytest.fixture
def _as_it_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_setscheduler", lambda _pid, _how, _param: None)


@pytest.mark.usefixtures("_as_it_is_run")
def test_it_is_one_of_those_that_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    wished: list[set[int]] = []
    monkeypatch.setattr(os, "sched_setaffinity", lambda _pid, which: wished.append(which))
    chosen = processor.keep_to_one()
    assert wished == [{chosen}]
    assert wished[0] <= os.sched_getaffinity(0)


def test_where_only_the_way_to_be_run_is_fixed_it_still_keeps_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(_pid: int, _how: int, _param: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", lambda _pid, _which: None)
    monkeypatch.setattr(os, "sched_setscheduler", forbid)
    assert processor.keep_to_one() is not None


def test_where_the_system_forbids_it_the_bot_starts_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(_pid: int, _which: set[int]) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", forbid)
    before = os.sched_getaffinity(0)
    assert processor.keep_to_one() is None
    assert os.sched_getaffinity(0) == before
