"""Slack's rate limits, kept strictly when a test asks for it, and counted always."""

from collections import defaultdict, deque
from collections.abc import Callable

BURST = 4
"""Messages to one channel at once that Slack lets pass; it promises one a second and tolerates short bursts."""


class Limits:
    """How often what was called. With ``kept`` off, everything passes, and too much is still counted."""

    def __init__(self, clock: Callable[[], float], *, kept: bool) -> None:
        self.kept = kept
        self.violations: list[str] = []
        self._clock = clock
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._room: dict[str, tuple[float, float]] = {}

    def wait(self, method: str, tier: int, place: str) -> int:
        """Seconds after which this call may be tried again; 0 when it may go ahead."""
        wait = self._of_channel(place) if method == "chat.postMessage" else self._of_tier(method, tier)
        if wait:
            self.violations.append(method)
        return wait if self.kept else 0

    def _of_tier(self, method: str, tier: int) -> int:
        now, calls = self._clock(), self._calls[method]
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if tier and len(calls) >= tier:
            return max(1, int(calls[0] + 60 - now) + 1)
        calls.append(now)
        return 0

    def _of_channel(self, channel: str) -> int:
        now = self._clock()
        room, since = self._room.get(channel, (float(BURST), now))
        room = min(float(BURST), room + now - since)
        allowed = room >= 1
        self._room[channel] = (room - 1 if allowed else room, now)
        return 0 if allowed else 1
