"""Keeps Telegram's limits before Telegram has to: whatever is sent takes its turn here first.

The limits are those of https://core.telegram.org/bots/faq: 30 messages a second in all, one a second to a chat, 20 a
minute to a group. Each is a window: so many messages in any stretch of so many seconds. When Telegram counted a message
nobody here can know, only that it was between the call and its answer. So a message takes its place in a window from
the call until so many seconds after the answer: however uneven the way, no stretch of a second holds more than it may.
What that costs is as much of the rate as a call takes of a second, and a refusal costs more.

Who waits stands in line, answers to somebody who just acted before letters, and each in the order they came. Who waits
for something else reserves no place in a window, and looks again on waking, so a wait for one chat never takes away the
turn of another.
"""

import asyncio
import itertools
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from operator import itemgetter

from handlers.outbound.channel import RetryLater
from handlers.telegram.rendering import limits

LONGEST_WAIT = 5.0
"""Seconds that a letter waits here for its turn. A longer wait is given back, so that the courier's hands are free."""

LONGEST_ANSWER_WAIT = 30.0
"""The same for an answer, which has nobody else to wait for it."""

LEAST_SHARE = 5
"""So many messages a second a process keeps for itself, however often Telegram says that it is too much."""

ALONE_AGAIN = 60.0
"""Seconds without such a refusal after which a process takes it that nobody else sends."""

MOST_CHATS = 2_000
"""Chats of which the last messages are remembered, before those that are at rest are forgotten."""

SPARE = 0.002
"""Seconds by which each window is kept longer than it is, for clocks that differ a little."""

GAP = 1 / (1.5 * limits.A_SECOND)
"""Seconds between two letters. Sent all at once, a second's worth would wait for each other on the way."""

Ticket = tuple[bool, int]
"""A place in a line: whether it is a letter's, and a number that goes up."""


@dataclass
class _Window:
    """At most ``most`` messages in any ``length`` seconds. ``under_way``: called, and not answered yet."""

    most: int
    length: float
    under_way: int = 0
    answered: deque[float] = field(default_factory=deque)

    def opens(self, now: float, ahead: int = 0) -> float:
        """When one more may go after so many ahead of it, as far as is known: calls under way may make it later."""
        while self.answered and self.answered[0] + self.length + SPARE <= now:
            self.answered.popleft()
        too_many = self.under_way + len(self.answered) + ahead - self.most
        if too_many < 0:
            return now
        free = self.answered[too_many] if too_many < len(self.answered) else now
        return free + self.length + SPARE


@dataclass
class _Place:
    """A chat, or Telegram as a whole. ``shut``: Telegram wants nothing until then. ``line``: who waits here.

    Letters go ``gap`` seconds apart, the next one not before ``due``.
    """

    windows: tuple[_Window, ...]
    gap: float = 0.0
    due: float = -math.inf
    shut: float = -math.inf
    line: set[Ticket] = field(default_factory=set)

    def opens(self, now: float, ticket: Ticket) -> float:
        ahead = sum(one < ticket for one in self.line)
        is_letter, _ = ticket
        due = self.due + ahead * self.gap if is_letter else now
        return max(self.shut, due, *(window.opens(now, ahead) for window in self.windows))

    def at_rest(self, now: float) -> bool:
        free = all(window.opens(now, window.most - 1) <= now for window in self.windows)
        return free and not self.line and self.shut <= now


class RateLimiter:
    """Gives turns to one bot's calls. ``now`` tells seconds that only go up; ``sleep`` waits so many."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._now, self._sleep = now, sleep
        self._all = _Place((_Window(limits.A_SECOND, 1.0),), GAP)
        self._chats: dict[int, _Place] = {}
        self._refused: dict[int, float] = {}
        self._numbers = itertools.count()
        self._alone_from = -math.inf

    @asynccontextmanager
    async def turn(self, chat_id: int, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for the turn of a message to this chat; make the call inside. ``urgent``: somebody just acted and waits.

        Raises RetryLater with the seconds to wait, where that is longer than a few seconds; then no turn is taken.
        """
        await self._wait(chat_id, urgent=urgent)
        if not urgent:
            self._all.due = self._now() + GAP
        windows = [*self._all.windows, *self._chat(chat_id).windows]
        for window in windows:
            window.under_way += 1
        try:
            yield
        finally:
            for window in windows:
                window.under_way -= 1
                window.answered.append(self._now())

    @asynccontextmanager
    async def free(self, chat_id: int, *, urgent: bool = False) -> AsyncIterator[None]:
        """The same for a call that the limits do not count: it waits only where Telegram wants no calls at all."""
        patience = self._patience(urgent=urgent)
        while (wait := max(self._all.shut, self._chat(chat_id).shut) - self._now()) > 0:
            self._be_patient(wait, patience)
            await self._sleep(wait)
        yield

    def hold(self, chat_id: int, seconds: float, *, message: bool) -> None:
        """Telegram refused a call about this chat as too much: none goes out for so long.

        It is taken to mean this chat. Only when a ``message`` to another is refused too, it is the bot as a whole;
        but not where these are groups, which have a limit of their own.
        """
        now, message = self._now(), message and not _is_group(chat_id)
        refused = {chat for chat, until in self._refused.items() if until > now} if message else set()
        place = self._all if refused - {chat_id} else self._chat(chat_id)
        if place is self._all and message:
            self._share(now)
        place.shut = max(place.shut, now + seconds)
        if message:
            self._refused = {chat: self._refused[chat] for chat in refused} | {chat_id: place.shut}

    def _share(self, now: float) -> None:
        """Send half as much from now on: nobody keeps our own pace but us, so others send with the same token."""
        if self._all.shut <= now:
            [window] = self._all.windows
            window.most = max(LEAST_SHARE, window.most // 2)
        self._alone_from = now + ALONE_AGAIN

    def hold_all(self, seconds: float) -> bool:
        """Let no call out at all for so long. False where none went out already."""
        now = self._now()
        opened, self._all.shut = self._all.shut <= now, max(self._all.shut, now + seconds)
        return opened

    async def _wait(self, chat_id: int, *, urgent: bool) -> None:
        patience, ticket = self._patience(urgent=urgent), (not urgent, next(self._numbers))
        if self._alone_from <= self._now():
            self._all.windows[0].most = limits.A_SECOND
        while True:
            places = (self._all, self._chat(chat_id))
            opens, place = max(((place.opens(self._now(), ticket), place) for place in places), key=itemgetter(0))
            if (wait := opens - self._now()) <= 0:
                return
            self._be_patient(wait, patience)
            place.line.add(ticket)
            try:
                await self._sleep(wait)
            finally:
                place.line.discard(ticket)

    def _patience(self, *, urgent: bool) -> float:
        return self._now() + (LONGEST_ANSWER_WAIT if urgent else LONGEST_WAIT)

    def _be_patient(self, wait: float, patience: float) -> None:
        if self._now() + wait > patience:
            raise RetryLater("kept back to stay within Telegram's limits", wait)

    def _chat(self, chat_id: int) -> _Place:
        if chat_id not in self._chats and len(self._chats) >= MOST_CHATS:
            now = self._now()
            self._chats = {chat: place for chat, place in self._chats.items() if not place.at_rest(now)}
        return self._chats.setdefault(chat_id, _Place(_windows(chat_id)))


def _windows(chat_id: int) -> tuple[_Window, ...]:
    each = _Window(limits.A_SECOND_TO_ONE, 1.0)
    return (each, _Window(limits.A_MINUTE_TO_A_GROUP, 60.0)) if _is_group(chat_id) else (each,)


def _is_group(chat_id: int) -> bool:
    # They have negative ids: https://core.telegram.org/bots/api#chat.
    return chat_id < 0
