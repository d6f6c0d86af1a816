"""Telegram's three limits on messages, kept against a clock, and counted whether kept or not.

From the Bot API's FAQ: about 30 messages a second in all, one a second to the same chat (short bursts may pass), and
20 a minute to a group. What Telegram really does is not published; here each is kept to the letter, without bursts.
"""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

IN_ALL, SECOND = 30, 1.0
TO_PERSON = 1
TO_GROUP, MINUTE = 20, 60.0
ROUNDING = 1e-6
"""Seconds by which a clock that counts from 1970 is never exact."""


@dataclass(frozen=True)
class Pace:
    """How fast messages went out: how many, from the first to the last (seconds)."""

    count: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Messages a second; the first one starts the watch and is not counted."""
        return (self.count - 1) / self.seconds if self.seconds else 0.0


@dataclass
class Window:
    """At most so many in any stretch of so many seconds."""

    most: int
    length: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, leeway: float) -> float:
        """Seconds until one more fits; 0 when it fits now."""
        while self.times and self.times[0] <= now - self.length + leeway + ROUNDING:
            self.times.popleft()
        return self.times[0] + self.length - leeway - now if len(self.times) >= self.most else 0.0


class Limits:
    """Which messages went out when. With ``kept`` off everything passes, and too much is still noted.

    ``seconds`` is a clock that only goes up. ``leeway`` (seconds) forgives that much unevenness on the way: on a busy
    machine two messages sent a second apart may arrive a little closer together. ``burst`` is how many messages a
    person may get at once, and how many seconds' worth is then used up. Changes of messages and answers to presses are
    free, as the FAQ speaks of sending only; with ``changes`` on, a change counts like a message.
    """

    def __init__(self, seconds: Callable[[], float], *, kept: bool) -> None:
        self.kept = kept
        self.leeway = 0.0
        self.burst = 1
        self.changes = False
        self.violations: list[int] = []
        self.sent: list[tuple[float, int]] = []
        self._seconds = seconds
        self._all = Window(IN_ALL, SECOND)
        self._chats: dict[int, Window] = defaultdict(self._person)

    def wait(self, chat: int) -> int:
        """Whole seconds after which a message to this chat may be tried again; 0 when it went out."""
        now = self._seconds()
        windows = [self._all, self._window(chat)]
        wait = max(window.wait(now, self.leeway) for window in windows)
        if wait > 0:
            self.violations.append(chat)
            if self.kept:
                return max(1, math.ceil(wait))
        for window in windows:
            window.times.append(now)
        self.sent.append((now, chat))
        return 0

    @property
    def pace(self) -> Pace:
        """How fast all messages went out since the last ``forget``."""
        return Pace(len(self.sent), self.sent[-1][0] - self.sent[0][0] if self.sent else 0.0)

    def pace_to(self, chat: int) -> Pace:
        """The same for one chat."""
        times = [at for at, place in self.sent if place == chat]
        return Pace(len(times), times[-1] - times[0] if times else 0.0)

    def forget(self) -> None:
        """Start measuring anew; what was sent still counts for the limits."""
        self.violations.clear()
        self.sent.clear()

    def _window(self, chat: int) -> Window:
        if chat < 0 and chat not in self._chats:
            self._chats[chat] = Window(TO_GROUP, MINUTE)
        return self._chats[chat]

    def _person(self) -> Window:
        return Window(TO_PERSON * self.burst, SECOND * self.burst)
