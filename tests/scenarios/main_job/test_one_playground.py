"""One playground on one database: a second is told where the first is, and after a crash one can start again."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]


@contextmanager
def playing(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A playground in a process of its own, with the address that it printed."""
    process = _run(folder)
    # So that a start that hangs fails the test instead of holding it up.
    watch = threading.Timer(300, process.kill)
    watch.start()
    try:
        yield process, _address(process)
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


def _run(folder: Path) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TELEGRAM_"))}
    settings = {"DATABASE_URL": f"sqlite:///{folder / 'play.db'}", "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env=kept | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\?key=\S+", line):
            return found[0]
    raise AssertionError("it never said where it is open")


def test_a_second_playground_on_the_same_database_is_refused_and_told_where_the_first_is(tmp_path: Path) -> None:
    with playing(tmp_path) as (_, address):
        second = _run(tmp_path)
        said, _ = second.communicate(timeout=300)
        assert second.returncode != 0
        place, _, key = address.partition("/?key=")
        assert f"The playground is open already, at {place} " in said
        assert key not in said, "that is for whoever started it"


def test_after_a_crash_the_playground_opens_again(tmp_path: Path) -> None:
    with playing(tmp_path) as (process, first):
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=300)
    with playing(tmp_path) as (_, second):
        assert second != first
