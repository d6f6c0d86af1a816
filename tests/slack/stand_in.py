"""Slack, on loopback: everything that the app talks to, in one place.

async with SlackStandIn() as slack:
    # Start the app with slack.api_url, slack.bot_token and slack.app_token (Socket Mode), or with
    # slack.signing_secret, and then slack.listen_at("http://127.0.0.1:3000/slack/events") (HTTP).
    anna = slack.person("Anna de Vries", locale="nl-NL", tz="Europe/Amsterdam")
    await anna.open_home()
    await anna.sees("Welkom")
    await anna.press("Vraag een dialoog aan")
    await slack.until(lambda: anna.has_modal)
    await anna.choose("Ministerie", "Binnenlandse Zaken")
    await anna.submit()
    assert anna.troubles == []
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from handlers.inbound.http_server import HttpServer
from tests.slack import event
from tests.slack.channel import Channel
from tests.slack.hooks import Hooks
from tests.slack.limits import Limits
from tests.slack.outward import Outward
from tests.slack.person import Person
from tests.slack.signed import SignedHttp
from tests.slack.sockets import Sockets
from tests.slack.web_api import WebApi
from tests.slack.workspace import APP, BOT_USER, SCOPES, Workspace

Json = dict[str, Any]
ELSEWHERE = "T0ELSEWHERE"
"""The other workspace."""


class SlackStandIn:
    """A workspace with its Web API, its events and its people. Use it with ``async with``.

    ``clock`` gives unix seconds and decides what has expired; ``keeps_limits`` makes it answer 429 as Slack would.
    ``echoes`` lets the app hear its own messages and changes in direct messages, as Slack does.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        team: str = "T0GREEKS001",
        enterprise: str | None = None,
        scopes: str = SCOPES,
        keeps_limits: bool = False,
        echoes: bool = True,
    ) -> None:
        self.workspace = Workspace(clock, team, enterprise, scopes)
        self.signing_secret = "geheim-van-de-afzender"
        self.limits = Limits(clock, kept=keeps_limits)
        self.sockets = Sockets()
        self.outward = Outward(SignedHttp(self.signing_secret), self.sockets)
        self.web = WebApi(self.workspace, self.limits, self._after)
        self.web.add("apps.connections.open", self.sockets.method())
        self.hooks = Hooks(self.workspace)
        self.echoes = echoes
        self.calls, self.orders = self.web.calls, self.web.orders
        self.bot_token, self.app_token = self.workspace.bot_token, self.workspace.app_token
        self._server: HttpServer | None = None

    @property
    def api_url(self) -> str:
        """The Web API's base address, for ``SLACK_API_URL`` or ``AsyncWebClient(base_url=…)``."""
        return f"{self.workspace.address}/api/"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 * 1024**2)
        app.router.add_route("*", "/api/{method}", self.web.handle)
        app.router.add_get("/link/", self.sockets.handle)
        app.router.add_post("/actions/{team}/{name}", self.hooks.handle)
        app.router.add_post("/upload/{name}", self._upload)
        self._server = HttpServer(app, stop_seconds=0.1)
        self.workspace.address = await self._server.open("127.0.0.1", 0)
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.outward.close()
        if self._server is not None:
            await self._server.close()

    def listen_at(self, *urls: str) -> None:
        """Deliver over HTTP from now on, to these addresses in turn. Without any: over Socket Mode."""
        self.outward.http.urls = [*urls]

    def person(self, real_name: str, **about: Any) -> Person:
        """A new person of the workspace, who can do what people do."""
        return Person(self.workspace.hire(real_name, **about), self.workspace, self.outward, self.hooks)

    def guest(self, real_name: str, *, single_channel: bool = False, **about: Any) -> Person:
        """A new guest of the workspace, of several channels or of a single one."""
        return self.person(real_name, is_restricted=True, is_ultra_restricted=single_channel, **about)

    def outsider(self, real_name: str, **about: Any) -> Person:
        """A new person of another workspace, who meets the app in a channel that is shared with it."""
        return self.person(real_name, **{"team": ELSEWHERE, "enterprise": None, **about})

    def channel(self, name: str, *people: Person, private: bool = False, with_bot: bool = False) -> Channel:
        """A new channel with these people in it, and the bot if it is to be there already."""
        members = {person.member.id for person in people} | ({BOT_USER} if with_bot else set())
        return self.workspace.start_channel(name, members, private=private)

    async def announce(self, happened: Json) -> None:
        """Tell the app of an event, if its scopes let it hear of it; waits for the first answer."""
        if event.audible(self.workspace, happened):
            await self.outward.announce(event.wrapped(self.workspace, happened))

    async def uninstall(self) -> None:
        """Somebody removes the app: its tokens are worth nothing, and it is told so."""
        self.workspace.token_fault = "account_inactive"
        await self.announce({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}})
        await self.announce({"type": "app_uninstalled"})

    async def rate_limit_events(self, *, wrapped: bool = False) -> None:
        """Tell the app that it got more events this hour than Slack gives.

        Slack's reference sends this bare, not as an ``event_callback``; ``wrapped`` sends it as one.
        """
        minute = int(self.workspace.clock()) // 60 * 60
        about = {"token": "verification", "team_id": self.workspace.team, "minute_rate_limited": minute}
        payload: Json = {"type": "app_rate_limited", **about, "api_app_id": APP}
        await self.outward.announce(event.wrapped(self.workspace, payload) if wrapped else payload)

    async def until(self, true: Callable[[], Any], within: float = 60.0) -> Any:
        """Wait until something is so, looking every 5 ms; gives what it gave. Fails when it takes too long."""
        end = time.monotonic() + within
        while not (found := true()):
            if time.monotonic() > end:
                raise AssertionError(f"not within {within} s")
            await asyncio.sleep(0.005)
        return found

    async def settled(self) -> None:
        """Wait until every event was delivered or given up."""
        await self.outward.settled()

    async def _upload(self, request: web.Request) -> web.Response:
        taken = self.workspace.uploads.receive(request.match_info["name"], await request.read())
        return web.Response(text="OK" if taken else "wrong size", status=200 if taken else 400)

    def _after(self, method: str, args: Json, answer: Json) -> None:
        happening = {"chat.postMessage": event.message, "chat.update": event.changed}.get(method)
        if not self.echoes or happening is None:
            return
        channel = self.workspace.channels[answer["channel"]]
        post = channel.find(answer["ts"])
        if channel.im and post is not None:
            happened = happening(self.workspace, channel, post)
            if event.audible(self.workspace, happened):
                self.outward.announce_later(event.wrapped(self.workspace, happened))
