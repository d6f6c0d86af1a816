"""Keeps Slack's limits before Slack has to: every call asks for its turn here first.

The limits are those of docs.slack.dev/apis/web-api/rate-limits. Each is a tempo with a little slack: a call may come
early by so many, and then the tempo holds. Answers to a person who just acted may come earlier than letters, so they
pass whatever letters wait, and still no more goes out in a minute than Slack allows.

A waiting call reserves no turn: when it wakes it looks again, so a wait for one conversation, a person's or a room's,
or for a method that Slack holds, never takes away the turn of another.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handlers.outbound.channel import RetryLater

LONGEST_WAIT = 5.0
"""Seconds that a letter waits here for its turn. A longer wait is given back, so that the courier's hands are free."""

LONGEST_ANSWER_WAIT = 20.0
"""The same for an answer, which has nobody else to wait for it."""

POSTS_A_MINUTE = 240
"""Messages to a whole workspace. Slack publishes only "several hundred a minute"."""

MOST_CONVERSATIONS = 10_000
"""Conversations to remember the tempo of, before those that are at rest are forgotten."""

POST = "chat.postMessage"


@dataclass(frozen=True)
class Tempo:
    """One call each ``interval`` seconds; letters may come ``early`` by so many calls, answers by ``earlier``."""

    interval: float
    early: int
    earlier: int

    def allowance(self, *, urgent: bool) -> float:
        """How many seconds before its time a call may come."""
        return self.interval * ((self.earlier if urgent else self.early) - 1)


def a_minute(calls: int) -> Tempo:
    """The tempo that never makes more than ``calls`` calls in any minute.

    A fifth of them may come at once, half of that fifth for answers alone. What comes early is taken off the tempo.
    """
    earlier = max(2, calls // 5)
    return Tempo(60 / (calls - earlier), max(1, earlier // 2), earlier)


TIER_2, TIER_3, TIER_4 = a_minute(20), a_minute(50), a_minute(100)

EACH_CONVERSATION = Tempo(1.0, 1, 3)
"""One message a second a conversation; Slack lets short bursts pass, and those are kept for answers."""

METHODS: Mapping[str, Tempo] = MappingProxyType(
    {
        POST: a_minute(POSTS_A_MINUTE),
        "chat.postEphemeral": TIER_4,
        "chat.update": TIER_3,
        "chat.delete": TIER_3,
        "conversations.history": TIER_3,
        "conversations.info": TIER_3,
        "conversations.list": TIER_2,
        "conversations.members": TIER_4,
        "conversations.open": TIER_3,
        "conversations.replies": TIER_3,
        "files.upload_v2": TIER_4,
        "users.conversations": TIER_3,
        "users.info": TIER_4,
        "users.lookupByEmail": TIER_3,
        "views.open": TIER_4,
        "views.publish": TIER_4,
        "views.push": TIER_4,
        "views.update": TIER_4,
    }
)
"""The tempo of each method in a workspace, by its tier. ``files.upload_v2`` is the library's name for three calls."""

UNKNOWN = TIER_2
"""For a method that nobody put in the table."""

NEW_MESSAGES = frozenset({POST, "chat.postEphemeral", "files.upload_v2"})
"""The methods that put something new in a conversation."""


@dataclass
class _Barrier:
    """Where a tempo stands. ``due``: the time of the next call if none came early; ``shut``: closed until then."""

    tempo: Tempo
    due: float = -math.inf
    shut: float = -math.inf

    def opens(self, *, urgent: bool) -> float:
        return max(self.shut, self.due - self.tempo.allowance(urgent=urgent))

    def pass_through(self, now: float) -> None:
        self.due = max(self.due, now) + self.tempo.interval


class RateLimiter:
    """Gives turns to the calls to one workspace. ``now`` tells seconds that only go up; ``sleep`` waits so many."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._now, self._sleep = now, sleep
        self._methods: dict[str, _Barrier] = {}
        self._conversations: dict[str, _Barrier] = {}
        self._shut = -math.inf

    async def turn(self, method: str, conversation: str = "", *, urgent: bool = False) -> None:
        """Wait for the turn of a call to ``method`` in ``conversation``. ``urgent``: somebody just acted and waits.

        Raises RetryLater with the seconds to wait, where that is longer than a few seconds; then the turn is not taken.
        """
        patience = self._now() + (LONGEST_ANSWER_WAIT if urgent else LONGEST_WAIT)
        barriers = list(self._barriers(method, conversation))
        while (wait := self._opening(barriers, urgent=urgent) - self._now()) > 0:
            if self._now() + wait > patience:
                raise RetryLater("kept back to stay within Slack's limits", wait)
            await self._sleep(wait)
        for barrier in barriers:
            barrier.pass_through(self._now())

    def at_once(self, method: str) -> None:
        """Count a call that is worth nothing if it waits, such as one that opens a window.

        Raises RetryLater with the seconds to wait, where Slack holds the method back.
        """
        barrier, now = self._method(method), self._now()
        if (wait := max(self._shut, barrier.shut) - now) > 0:
            raise RetryLater("Slack holds it back", wait)
        barrier.pass_through(now)

    def hold(self, method: str, conversation: str, seconds: float) -> None:
        """Slack refused a call as too much: none like it goes out for so long.

        Too many messages is first taken to mean one conversation. When a second is refused too, it is the workspace.
        """
        until = self._now() + seconds
        this_alone = method == POST and conversation and not self._others_are_shut(conversation)
        barrier = self._conversation(conversation) if this_alone else self._method(method)
        barrier.shut = max(barrier.shut, until)

    def hold_method(self, method: str, seconds: float) -> bool:
        """Let no call to ``method`` out for so long. False where none went out already."""
        barrier = self._method(method)
        opened, barrier.shut = barrier.shut <= self._now(), max(barrier.shut, self._now() + seconds)
        return opened

    def hold_all(self, seconds: float) -> bool:
        """Let no call out at all for so long. False where none went out already."""
        opened, self._shut = self._shut <= self._now(), max(self._shut, self._now() + seconds)
        return opened

    def _opening(self, barriers: list[_Barrier], *, urgent: bool) -> float:
        return max(self._shut, *(barrier.opens(urgent=urgent) for barrier in barriers))

    def _barriers(self, method: str, conversation: str) -> Iterator[_Barrier]:
        yield self._method(method)
        if conversation and method in NEW_MESSAGES:
            yield self._conversation(conversation)

    def _method(self, method: str) -> _Barrier:
        return self._methods.setdefault(method, _Barrier(METHODS.get(method, UNKNOWN)))

    def _conversation(self, conversation: str) -> _Barrier:
        if conversation not in self._conversations and len(self._conversations) >= MOST_CONVERSATIONS:
            now = self._now()
            known = self._conversations.items()
            self._conversations = {name: one for name, one in known if max(one.due, one.shut) > now}
        return self._conversations.setdefault(conversation, _Barrier(EACH_CONVERSATION))

    def _others_are_shut(self, conversation: str) -> bool:
        return any(barrier.shut > self._now() for name, barrier in self._conversations.items() if name != conversation)
