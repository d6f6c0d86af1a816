"""What time it is. Only the outer loops ask; every rule is told."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, and tells listeners when somebody moved it."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""

    def on_move(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called, in the mover's thread, each time the clock was moved."""


def system_now() -> datetime:
    """The present instant by the machine's clock, aware, UTC."""
    return datetime.now(UTC)


class SystemClock:
    """The machine's own clock, which is never moved and so tells no listener of it."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return system_now()

    def on_move(self, listener: Callable[[], None]) -> None:
        """Accepts a listener; this clock is never moved, so it is never called."""


class MovableClock:
    """A clock that runs ``offset`` ahead of ``base`` and can be moved on. Safe to share between threads.

    With a ``base`` that always gives the same instant, time stands still but for the moves.
    """

    def __init__(self, offset: timedelta = timedelta(), base: Callable[[], datetime] = system_now) -> None:
        self._offset = offset
        self._base = base
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of its base."""
        with self._lock:
            return self._offset

    def now(self) -> datetime:
        """The present instant by this clock, aware, UTC."""
        return self._base() + self.offset

    def move(self, by: timedelta) -> None:
        """Move the clock on. Raises ValueError for a move back: what was done at an instant stays done."""
        if by < timedelta():
            raise ValueError("time does not go back")
        with self._lock:
            self._offset += by
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def set(self, to: datetime) -> None:
        """Move the clock on to an instant (aware). Raises ValueError when that is past."""
        self.move(to - self.now())

    def on_move(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called, in the mover's thread, each time the clock was moved."""
        with self._lock:
            self._listeners.append(listener)
