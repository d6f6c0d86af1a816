"""Slack as a whole: built from its settings, started over a socket or over HTTP, and stopped with nothing lost."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from flows.engine import faults
from flows.engine.language.texts import Texts
from flows.engine.views.view import HomePage
from handlers.inbound.router import Router
from handlers.outbound.channel import RetryLater
from handlers.slack import rate_limited
from handlers.slack.access import Access, StartRefused
from handlers.slack.errors import TROUBLES
from handlers.slack.events.decode import sender
from handlers.slack.events.http_endpoint import HttpEndpoint
from handlers.slack.events.once import Once
from handlers.slack.events.socket import Socket
from handlers.slack.interactions.accounts import Served
from handlers.slack.interactions.channels_joined import Rooms
from handlers.slack.interactions.interactions import Interactions
from handlers.slack.interactions.listeners import Listeners, StillBusy
from handlers.slack.interactions.member_directory import Arrivals
from handlers.slack.interactions.turned_away import Sentences
from handlers.slack.interactions.workspace_gate import Gate
from handlers.slack.scopes import lacking
from handlers.slack.sending.api import CALL_SECONDS, ApiClient, web_client
from handlers.slack.sending.channel import SlackChannel
from handlers.slack.sending.home_tab_publisher import FrontDoor
from handlers.slack.sending.modals import Windows
from handlers.slack.sending.rate_limits import RateLimiter
from handlers.slack.sending.replies import Replies
from storage.database.unit_of_work import Store

log = logging.getLogger(__name__)

__all__ = ["Access", "Slack", "StartRefused"]

# What the library would say here quotes payloads and tokens. What matters of it is told by us, in our own words.
_quiet = logging.getLogger(__name__).getChild("bolt")
_quiet.setLevel(logging.CRITICAL + 1)


class Slack:
    """The bot in Slack. ``channel`` is what the dispatcher delivers to. To be made inside the event loop.

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
        self._once = Once(store, now)
        self._sentences = Sentences(texts, access.programme_email, self._once)
        self._session = ClientSession()
        client = web_client(access.bot_token, f"{access.api_url.rstrip('/')}/", self._session)
        self._web = ApiClient(client, RateLimiter(seconds, sleep))
        self.channel = SlackChannel(self._web, texts)
        self._listeners: Listeners | None = None
        self._home: FrontDoor | None = None
        self._socket: Socket | None = None
        self._door: HttpEndpoint | None = None

    @property
    def address(self) -> str:
        """Where Slack's requests are listened for, over HTTP; empty where they are not."""
        return self._door.address if self._door else ""

    @property
    def entrance(self) -> str:
        """Empty: members of the workspace need no link to the bot."""
        return ""

    async def start(self, router: Router) -> str:
        """Begin to listen; gives one sentence for who started it. Raises StartRefused where that cannot be."""
        who = await self._introduced()
        self._warn_of_scopes(who)
        bolt = self._bolt(router, who)
        if self._access.over == "socket":
            self._socket = Socket(bolt, self._access.app_token, _quiet)
            await self._socket.open()
            return f"Slack: @{who['user']} is connected to {who['team']} (Socket Mode)."
        self._door = HttpEndpoint(bolt, self._access.signing_secret)
        await self._door.open(self._access.host, self._access.port)
        return f"Slack: @{who['user']} of {who['team']} takes requests at {self.address}."

    async def listen_no_more(self) -> None:
        """Take nothing new, and finish what was begun, within seconds. What is to be sent can still be sent."""
        if self._socket is not None:
            await self._socket.close()
        if self._door is not None:
            await self._door.close()
        if self._listeners is not None:
            await self._listeners.stop()
        self._socket = self._door = self._listeners = None

    async def stop(self) -> None:
        """Listen no more, and send no more."""
        await self.listen_no_more()
        if self._home is not None:
            await self._home.stop()
        await self._session.close()

    async def _introduced(self) -> AsyncSlackResponse:
        """Who we are, as Slack says it."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await self._web.client.auth_test()
        except TROUBLES as trouble:
            raise StartRefused.because(trouble, "SLACK_BOT_TOKEN") from None

    def _warn_of_scopes(self, who: AsyncSlackResponse) -> None:
        granted = next((text for name, text in who.headers.items() if name.lower() == "x-oauth-scopes"), "")
        if granted and (absent := lacking(scope.strip() for scope in granted.split(","))):
            log.warning(
                "The bot token lacks %s; reinstall the app from its manifest",
                ", ".join(absent),
                extra={"action": "slack.scopes", "outcome": " ".join(absent)},
            )

    def _bolt(self, router: Router, who: AsyncSlackResponse) -> AsyncApp:
        rights = AuthorizeResult.from_auth_test_response(auth_test_response=who, bot_token=self._access.bot_token)

        async def authorize() -> AuthorizeResult:
            return rights

        bolt = AsyncApp(
            client=web_client(None, self._web.client.base_url, self._session),
            # Bolt would ask Slack who we are before the first thing that happens, while somebody waits for an answer.
            authorize=authorize,
            # Over HTTP the endpoint checked the signature already; over a socket nothing is signed.
            request_verification_enabled=False,
            # The work comes before the acknowledgement (see listeners), and nothing waits for the next look at it.
            process_before_response=True,
            attaching_conversation_kwargs_enabled=False,
            raise_error_for_unhandled_request=True,
            logger=_quiet,
        )
        served = Served(self._access.team_ids or _own(who.data), self._access.also_serve)
        arrivals = Arrivals(self._web, self._store, self._now, served, router.wake)
        bolt.use(Gate(served, arrivals, self._limited).guard)
        bolt.error(self._failed)
        self.channel.serve(served, arrivals)
        self._listeners = self._listening(router, arrivals, str(who["user_id"]))
        self._listeners.listen(bolt, self._access.command)
        return bolt

    def _listening(self, router: Router, arrivals: Arrivals, me: str) -> Listeners:
        home = self._home = self._front_door(router, arrivals)
        self.channel.when_arrived(lambda address: home.stir([address]))
        replies = Replies(self.channel, self._session, self._texts)
        windows = Windows(self._web)
        turns = Interactions(router, arrivals, self._sentences, windows, replies, self._texts, self._zone)
        turns.when_acted(lambda address: home.stir([address], acted=True))
        return Listeners(turns, replies, arrivals, Rooms(self._web, self._once), home, me)

    def _front_door(self, router: Router, arrivals: Arrivals) -> FrontDoor:
        async def refuse(user_id: str) -> HomePage | None:
            standing = await arrivals.meet(user_id)
            return None if standing.served else self._sentences.front(standing)

        return FrontDoor(
            self._web,
            lambda user: router.front(sender(user)),
            refuse=refuse,
            quiet=router.capabilities.quiet,
            now=self._seconds,
            sleep=self._sleep,
        )

    async def _limited(self) -> None:
        log.error("Slack holds events back: there were too many", extra={"action": "slack.rate_limited"})
        await asyncio.to_thread(self._keep_limited)

    def _keep_limited(self) -> None:
        with self._store.begin() as uow:
            rate_limited.keep(uow, self._now())

    async def _failed(self, error: Exception) -> BoltResponse:
        """What a listener could not do. Slack is told so, and brings again what it brings again."""
        if isinstance(error, BoltUnhandledRequestError):
            # Something that this bot never asked Slack for. It is none of a person's doing.
            log.info("Slack brought what is not listened to", extra={"action": "slack.unheard"})
            return BoltResponse(status=200)
        if isinstance(error, StillBusy | RetryLater):
            log.info("Slack is asked to bring an event again", extra={"action": "slack.again"})
            return BoltResponse(status=503)
        faults.report(log, "Taking in what Slack brought failed", error)
        return BoltResponse(status=500)


def _own(answer: Any) -> frozenset[str]:
    return frozenset(str(answer[key]) for key in ("team_id", "enterprise_id") if answer.get(key))
