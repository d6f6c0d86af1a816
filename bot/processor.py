"""Keeping the bot to one processor, because its interpreter uses one at a time, and its threads from interrupting.

Python runs one thread at a time. Where there are several processors, each hand-over between the event loop and the
threads that ask the database moves to another one all that the interpreter holds at hand, and that costs more than a
second processor gives. On one processor, whoever is handed the interpreter would interrupt whoever let go of it for a
moment, tens of times a press: docs/decisions/0029-one-processor.md has the figures.
"""

import logging
import os
import sys
from pathlib import Path

log = logging.getLogger(__name__)

_STAT = Path("/proc/self/stat")
_LAST_USED = 38
"""Which of its fields is the processor that a process ran on last: the 39th (man 5 proc)."""


def keep_to_one() -> int | None:
    """Have this thread, and those that it starts from now on, run where it runs now; gives that processor's number.

    The system has just put it there, so it is where there is room. Where the system allows it none of these threads
    interrupts another. None where the processor cannot be chosen, as on other systems than Linux.
    """
    if sys.platform != "linux":
        return None
    try:
        here = _here()
        os.sched_setaffinity(0, {here})
        _interrupt_nobody()
    except (OSError, ValueError, IndexError) as why:
        log.info("The bot may not choose its processor: %s", type(why).__name__, extra={"action": "processor"})
        return None
    return here


def _interrupt_nobody() -> None:
    """Set the "batch" policy, under which a woken thread does not preempt a running one (man 7 sched)."""
    # A policy that the operator chose for this process stays.
    if os.sched_getscheduler(0) == os.SCHED_OTHER:
        try:
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        except OSError as why:
            log.info("The bot's threads interrupt each other: %s", type(why).__name__, extra={"action": "processor"})


def _here() -> int:
    # The second field is the program's name in parentheses, which may hold anything; the third one comes behind it.
    _name, _, fields = _STAT.read_text().rpartition(")")
    return int(fields.split()[_LAST_USED - 2])
