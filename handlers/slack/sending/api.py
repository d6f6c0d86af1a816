"""Calls to Slack's ApiClient API, each in its turn, and with what went wrong told as a channel tells it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.slack.errors import LOST_PAUSE, TROUBLES, FaultOfOurs, RateLimited, WorkspaceLost, translated
from handlers.slack.sending.rate_limits import RateLimiter

log = logging.getLogger(__name__)

CALL_SECONDS = 15.0
"""How long an answer of Slack is waited for."""

ANSWER_TRIES = 3
"""How often an answer is tried, where Slack asks to go slower."""

EVERYTHING = ""

Call = Callable[..., Awaitable[AsyncSlackResponse]]


def web_client(token: str | None, base_url: str, session: ClientSession | None = None) -> AsyncWebClient:
    """A client of slack_sdk for this address of the ApiClient API. With a ``session`` its connections are kept open.

    It repeats nothing by itself: by default it sends a message again when the connection broke after the first time,
    which doubles messages, and only the channel can look whether the first arrived.
    """
    return AsyncWebClient(token, base_url, timeout=int(CALL_SECONDS), session=session, retry_handlers=[])


class ApiClient:
    """The ApiClient API of one workspace, at Slack's pace. ``call_seconds`` is how long an answer is waited for."""

    def __init__(self, client: AsyncWebClient, pace: RateLimiter, *, call_seconds: float = CALL_SECONDS) -> None:
        self.client, self._pace, self._call_seconds = client, pace, call_seconds
        self._refused: dict[str, WorkspaceLost] = {}

    async def ask(
        self, call: Call, conversation: str = "", *, urgent: bool = False, **arguments: Any
    ) -> AsyncSlackResponse:
        """Slack's answer to a method of ``client``. ``conversation`` is whom it is said to, for the pace.

        ``urgent``: somebody just acted and waits, so it goes before letters, and is tried again where Slack asks to go
        slower. Raises RetryLater and NeverDeliverable as ``handlers.slack.errors`` tells.
        """
        method = method_of(call)
        for _ in range(ANSWER_TRIES - 1 if urgent else 0):
            try:
                return await self._ask_once(method, partial(call, **arguments), conversation, urgent=True)
            except RateLimited as slower:
                # The next turn waits for as long as Slack said, or says that this is too long for an answer.
                log.info("Slack asks to go slower", extra={"action": "slack.slower", "seconds": slower.wait})
        return await self._ask_once(method, partial(call, **arguments), conversation, urgent=urgent)

    async def ask_at_once(self, call: Call, **arguments: Any) -> AsyncSlackResponse:
        """Slack's answer to what is worth nothing later, so it waits for no turn and is tried once.

        Raises RetryLater and NeverDeliverable like ``ask``, RetryLater also while Slack holds the method back.
        """
        method = method_of(call)
        try:
            self._pace.at_once(method)
        except RetryLater as wait:
            raise self._lost(method) or wait from None
        return await self._called(method, partial(call, **arguments), "")

    async def _ask_once(
        self, method: str, call: Callable[[], Awaitable[AsyncSlackResponse]], conversation: str, *, urgent: bool
    ) -> AsyncSlackResponse:
        await self._turn(method, conversation, urgent=urgent)
        return await self._called(method, call, conversation)

    async def _called(
        self, method: str, call: Callable[[], Awaitable[AsyncSlackResponse]], conversation: str
    ) -> AsyncSlackResponse:
        try:
            async with asyncio.timeout(self._call_seconds):
                answer = await call()
        except TROUBLES as trouble:
            failure = translated(method, trouble)
        else:
            for refused in (method, EVERYTHING):
                self._refused.pop(refused, None)
            return answer
        self._heed(method, conversation, failure)
        raise failure

    async def _turn(self, method: str, conversation: str, *, urgent: bool) -> None:
        try:
            await self._pace.turn(method, conversation, urgent=urgent)
        except RetryLater as wait:
            raise self._lost(method) or wait from None

    def _lost(self, method: str) -> WorkspaceLost | None:
        """Why this method is held back, where it is the workspace that refuses it."""
        lost = self._refused.get(method) or self._refused.get(EVERYTHING)
        return WorkspaceLost(lost.code, whole=lost.whole) if lost else None

    def _heed(self, method: str, conversation: str, failure: RetryLater | NeverDeliverable) -> None:
        if isinstance(failure, RateLimited):
            self._pace.hold(method, conversation, failure.wait)
        elif isinstance(failure, WorkspaceLost):
            self._cry_out(method, failure)
        elif isinstance(failure, FaultOfOurs):
            log.error(
                "Slack does not take a call as we make it: %s",
                failure.code,
                extra={"action": "slack.fault", "kind": method, "outcome": failure.code},
            )

    def _cry_out(self, method: str, lost: WorkspaceLost) -> None:
        self._refused[EVERYTHING if lost.whole else method] = lost
        first = self._pace.hold_all(LOST_PAUSE) if lost.whole else self._pace.hold_method(method, LOST_PAUSE)
        if first:
            _say_refused(method, lost)


def _say_refused(method: str, lost: WorkspaceLost) -> None:
    if lost.whole:
        sentence = "Slack does not let the bot in any more, and all that is to be sent waits: %s"
        log.critical(sentence, lost.code, extra={"action": "slack.token_lost", "kind": method, "outcome": lost.code})
    else:
        sentence = "Slack does not allow the bot a call that it needs, and what needs it waits: %s"
        log.critical(sentence, lost.code, extra={"action": "slack.not_allowed", "kind": method, "outcome": lost.code})


def method_of(call: Call) -> str:
    """Slack's name for the method that a function of slack_sdk calls, as in "chat.postMessage"."""
    return call.__name__.replace("_", ".", 1)
