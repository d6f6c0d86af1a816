"""Seeing to it that what was committed outlasts a power cut, with one trip to the disk for all who wait for it.

A trip takes some milliseconds and does not get longer by what it carries. Were each commit to make its own, as
SQLite does with ``synchronous=FULL``, they would queue for it one behind another; PostgreSQL shares trips by itself.
With ``synchronous=NORMAL`` SQLite makes them only when it moves its write-ahead log into the database, and so never
loses its order (sqlite.org/wal.html, "Performance Considerations"). The log's own trips are made here.
"""

import os
from pathlib import Path
from threading import Condition

write_through = getattr(os, "fdatasync", os.fsync)
"""Where there is one that leaves out the time of the change, that one."""


class Disk:
    """The disk under the write-ahead log ``log``."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._changed = Condition()
        self._asked = self._reached = 0
        self._under_way = False

    def reach(self) -> None:
        """Return when all that was committed before this call is on the disk. Raises OSError where it cannot be."""
        with self._changed:
            self._asked += 1
            mine = self._asked
            while self._reached < mine:
                if self._under_way:
                    self._changed.wait()
                else:
                    self._travel()

    def _travel(self) -> None:
        """Make a trip for all who asked until now. Who asks while it is under way waits for the next one."""
        carried, self._under_way = self._asked, True
        self._changed.release()
        try:
            _make(self._log)
        finally:
            self._changed.acquire()
            self._under_way = False
            self._changed.notify_all()
        self._reached = carried


def _make(log: Path) -> None:
    try:
        # Locks that a process has on a file end when it closes that file; SQLite has none on its log.
        file = os.open(log, os.O_RDWR)
    except FileNotFoundError:
        # The last connection that closed moved the log into the database.
        return
    try:
        write_through(file)
    finally:
        os.close(file)
