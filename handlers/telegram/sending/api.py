"""Calls to the Bot API, each in its turn, and with what went wrong told as a channel tells it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from telegram import Bot

from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.telegram.errors import LOST_PAUSE, TROUBLES, FaultOfOurs, RateLimited, TokenRefused, translated
from handlers.telegram.sending.rate_limits import RateLimiter

log = logging.getLogger(__name__)

CALL_SECONDS = 15.0
"""How long an answer of Telegram is waited for."""

AT_ONCE = 32
"""How many calls are under way at once: thirty messages a second, each of which may take a second. More of them wait
here. In the library's pool of connections each call would look at all that wait, and a burst would take the processor
for longer than its calls do."""

ANSWER_PAUSES = (0.5, 2.0)
"""Seconds before an answer is tried again that failed for a reason that may pass. It would not come again otherwise."""

NEW_MESSAGES = frozenset({"send_message", "send_document", "send_photo"})
CHANGES = frozenset({"edit_message_text", "edit_message_caption", "edit_message_reply_markup", "delete_message"})
"""Telegram's limits speak of sending, and nobody says how many changes may be made. So those of letters take turns with
the messages. Those that answer a press do not: who fills in a form presses more than once a second."""

Answer = TypeVar("Answer")


class ApiClient:
    """One bot's calls, at Telegram's pace. ``call_seconds`` is how long an answer is waited for."""

    def __init__(
        self,
        bot: Bot,
        pace: RateLimiter,
        *,
        call_seconds: float = CALL_SECONDS,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.bot, self._pace, self._call_seconds, self._sleep = bot, pace, call_seconds, sleep
        self._refused = False
        self._hands = asyncio.Semaphore(AT_ONCE)

    async def ask(
        self,
        call: Callable[..., Awaitable[Answer]],
        chat_id: int | None = None,
        *,
        urgent: bool = False,
        **arguments: Any,
    ) -> Answer:
        """Telegram's answer to a method of ``bot``. ``chat_id`` is the chat that the call is about, where it is.

        Calls about no chat are held together when Telegram asks to go slower with one of them, and nothing else is.

        ``urgent``: somebody just acted and waits, so it goes before letters, and is tried again where that may help.
        Raises RetryLater and NeverDeliverable as ``handlers.telegram.errors`` tells, AlreadySo included.
        """
        about = {} if chat_id is None else {"chat_id": chat_id}
        ready = partial(call, **about, **arguments)
        for pause in ANSWER_PAUSES if urgent else ():
            try:
                return await self._ask_once(ready, chat_id, urgent=urgent)
            except RateLimited as slower:
                # The next turn waits for as long as Telegram said, or says that this is too long for an answer.
                log.info("Telegram asks to go slower", extra={"action": "telegram.slower", "seconds": slower.wait})
            except RetryLater as trouble:
                if trouble.seconds is not None:
                    raise
                # A message may stand twice then, which is better than not at all; a change is made but once.
                log.info("An answer is tried again: %s", trouble, extra={"action": "telegram.answer_again"})
                await self._sleep(pause)
        return await self._ask_once(ready, chat_id, urgent=urgent)

    async def _ask_once(self, call: partial[Awaitable[Answer]], chat_id: int | None, *, urgent: bool) -> Answer:
        method = str(call.func.__name__)
        async with self._turn(method, chat_id or 0, urgent=urgent), self._hands:
            try:
                async with asyncio.timeout(self._call_seconds):
                    answer = await call()
            except TROUBLES as trouble:
                failure = translated(trouble)
            else:
                self._refused = False
                return answer
        self._heed(method, chat_id or 0, failure)
        raise failure

    @asynccontextmanager
    async def _turn(self, method: str, chat_id: int, *, urgent: bool) -> AsyncIterator[None]:
        counted = method in NEW_MESSAGES or (method in CHANGES and not urgent)
        turn = (self._pace.turn if counted else self._pace.free)(chat_id, urgent=urgent)
        async with AsyncExitStack() as taken:
            try:
                await taken.enter_async_context(turn)
            except RetryLater as wait:
                raise (TokenRefused() if self._refused else wait) from None
            yield

    def _heed(self, method: str, chat_id: int, failure: RetryLater | NeverDeliverable) -> None:
        if isinstance(failure, RateLimited):
            self._pace.hold(chat_id, failure.wait, message=method in NEW_MESSAGES)
        elif isinstance(failure, TokenRefused):
            self._cry_out()
        elif isinstance(failure, FaultOfOurs):
            log.error(
                "Telegram does not take a call as we make it: %s",
                failure.reason,
                extra={"action": "telegram.fault", "kind": method, "outcome": failure.reason},
            )

    def _cry_out(self) -> None:
        self._refused = True
        if self._pace.hold_all(LOST_PAUSE):
            sentence = "Telegram does not let the bot in any more, and all that is to be sent waits"
            log.critical(sentence, extra={"action": "telegram.token_lost"})
