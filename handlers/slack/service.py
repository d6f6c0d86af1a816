"""Slack as a whole: built from its settings, started over a socket or over HTTP, and stopped with nothing lost."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from flows import faults
from flows.texts import Texts
from handlers.router import Router
from handlers.slack import rate_limited
from handlers.slack.arrivals import Arrivals
from handlers.slack.channel import SlackChannel
from handlers.slack.decode import sender
from handlers.slack.failures import TROUBLES
from handlers.slack.front_door import FrontDoor
from handlers.slack.gate import Gate
from handlers.slack.listeners import Listeners
from handlers.slack.manifest import EVENTS_PATH
from handlers.slack.pace import Pace
from handlers.slack.replies import Replies
from handlers.slack.rooms import Rooms
from handlers.slack.turns import Turns
from handlers.slack.web import Web, web_client
from handlers.slack.windows import Windows
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

STOP_SECONDS = 2.0


@dataclass(frozen=True)
class Access:
    """How Slack is reached, and how it reaches us. ``team_ids`` empty: the workspace that the token is of."""

    bot_token: str
    app_token: str
    signing_secret: str
    team_ids: frozenset[str]
    api_url: str
    over: Literal["socket", "http"]
    host: str
    port: int
    command: str


class NotLetIn(Exception):
    """Slack does not let the bot in with these tokens; the message says so in one sentence."""


class Slack:
    """The bot in Slack. ``channel`` is what the courier delivers to. To be made inside the event loop.

    ``seconds`` only go up and ``sleep`` waits so many: what keeps Slack's limits and the home tabs counts by these.
    """

    def __init__(
        self,
        access: Access,
        store: Store,
        now: Callable[[], datetime],
        texts: Texts,
        zone: ZoneInfo,
        *,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._access, self._store, self._now, self._texts, self._zone = access, store, now, texts, zone
        self._seconds, self._sleep = seconds, sleep
        self._session = ClientSession()
        client = web_client(access.bot_token, f"{access.api_url.rstrip('/')}/", self._session)
        self._web = Web(client, Pace(seconds, sleep))
        self.channel = SlackChannel(self._web, texts)
        self._listeners: Listeners | None = None
        self._home: FrontDoor | None = None
        self._socket: AsyncSocketModeHandler | None = None
        self._runner: web.AppRunner | None = None
        self.address = ""
        """Where Slack's requests are listened for, over HTTP."""

    async def start(self, router: Router) -> str:
        """Begin to listen; gives one sentence for who started it. Raises NotLetIn where Slack refuses."""
        try:
            who = await self._web.client.auth_test()
        except TROUBLES as trouble:
            raise NotLetIn(_why(trouble)) from None
        served = self._access.team_ids or _own(who.data)
        bolt = self._bolt(router, served)
        if self._access.over == "socket":
            await self._connect(bolt)
            return f"Slack: @{who['user']} is connected to {who['team']} (Socket Mode)."
        await self._serve(bolt)
        return f"Slack: @{who['user']} of {who['team']} takes requests at {self.address}."

    async def stop(self) -> None:
        """Take nothing new, and finish what was begun, within seconds."""
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
        if self._runner is not None:
            await self._runner.cleanup()
        if self._listeners is not None:
            await self._listeners.stop()
        if self._home is not None:
            await self._home.stop()
        await self._session.close()

    def _bolt(self, router: Router, served: frozenset[str]) -> AsyncApp:
        bolt = AsyncApp(
            client=self._web.client,
            signing_secret=self._access.signing_secret,
            # Over a socket nothing is signed: the connection itself is ours.
            request_verification_enabled=self._access.over == "http",
            # The work comes before the acknowledgement (see listeners), and nothing waits for the next look at it.
            process_before_response=True,
            attaching_conversation_kwargs_enabled=False,
            logger=logging.getLogger("handlers.slack.bolt"),
        )
        bolt.use(Gate(served, self._texts, self._limited).guard)
        bolt.error(self._failed)
        arrivals, replies = Arrivals(self._web, self._store, self._now), Replies(self.channel, self._session, self._texts)
        home = FrontDoor(self._web, lambda user: router.front(sender(user)), now=self._seconds, sleep=self._sleep)
        self._home = home
        self.channel.when_arrived(lambda address: home.stir([address]))
        turns = Turns(router, arrivals.meet, Windows(self._web), replies, self._texts, self._zone)
        turns.when_acted(lambda address: home.stir([address], acted=True))
        self._listeners = Listeners(turns, replies, arrivals, Rooms(self._web, self._store), home)
        self._listeners.listen(bolt, self._access.command)
        return bolt

    async def _connect(self, bolt: AsyncApp) -> None:
        self._socket = AsyncSocketModeHandler(bolt, self._access.app_token)
        try:
            await self._socket.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
        except TROUBLES as trouble:
            raise NotLetIn(_why(trouble)) from None

    async def _serve(self, bolt: AsyncApp) -> None:
        self._runner = web.AppRunner(bolt.web_app(EVENTS_PATH), access_log=None, shutdown_timeout=STOP_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._access.host, self._access.port).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}{EVENTS_PATH}"

    async def _limited(self) -> None:
        log.error("Slack holds events back: there were too many", extra={"action": "slack.rate_limited"})
        await asyncio.to_thread(self._keep_limited)

    def _keep_limited(self) -> None:
        with self._store.begin() as uow:
            rate_limited.keep(uow, self._now())

    async def _failed(self, error: Exception) -> BoltResponse:
        """What a listener could not do. Slack is told so, and brings again what it brings again."""
        faults.report(log, "Taking in what Slack brought failed", error)
        return BoltResponse(status=500)


def _own(answer: Any) -> frozenset[str]:
    return frozenset(str(answer[key]) for key in ("team_id", "enterprise_id") if answer.get(key))


def _why(trouble: Exception) -> str:
    if isinstance(trouble, SlackApiError):
        return f"Slack refuses the token ({trouble.response.get('error')}); dialoogreeks check says what to do."
    return f"Slack cannot be reached ({type(trouble).__name__}); is SLACK_API_URL right, and the network?"
