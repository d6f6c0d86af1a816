"""Pressing buttons as Slack brings presses: signed requests over HTTP, made beforehand, so many at a time or a second.

The answers go to a response_url each. Here that is a small server which takes them in and notes whose it was.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from aiohttp import web

from benchmarks.slack_apps import SECRET
from benchmarks.workplace import TEXTS, slack_id
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from handlers.slack.rendering.message import message
from tests.slack.signed import encoded, signature

PATIENCE_SECONDS = 120.0
TEAM = "T0GREEKS001"


@dataclass(frozen=True)
class Press:
    """Somebody's press of a button that carries ``action``; no other press has the same ``number``."""

    number: int
    person_id: int
    action: str


@dataclass(frozen=True)
class Measured:
    """``seconds`` for all presses; ``waits`` are the milliseconds until each was acknowledged, in any order."""

    seconds: float
    waits: list[float]

    @property
    def rate(self) -> float:
        """Presses acknowledged a second."""
        return len(self.waits) / self.seconds

    def within(self, share: float) -> float:
        """The milliseconds within which this share of the presses was acknowledged."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))]


class Answers:
    """Takes answers in at addresses of its own. Use it with ``async with``."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.address = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/actions/{number}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/actions"
        return self

    async def __aexit__(self, *problem: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.texts[int(request.match_info["number"])] = (await request.json())["text"]
        return web.Response(text="ok")

    async def all_in(self, presses: Sequence[Press]) -> None:
        """Wait until every press was answered. Raises RuntimeError where that takes too long."""
        end = time.monotonic() + PATIENCE_SECONDS
        while missing := [press.action for press in presses if press.number not in self.texts]:
            if time.monotonic() > end:
                raise RuntimeError(f"{len(missing)} of {len(presses)} presses were never answered: {missing[:3]}")
            await asyncio.sleep(0.005)


Prepared = list[tuple[bytes, dict[str, str]]]


def prepared(presses: Sequence[Press], answers: str) -> Prepared:
    """The requests for these presses, signed now, and so good for five minutes."""
    return [_request(press, answers) for press in presses]


def _request(press: Press, answers: str) -> tuple[bytes, dict[str, str]]:
    body, kind = encoded("interactive", _payload(press, answers))
    return body.encode(), {"Content-Type": kind, **signature(SECRET, body, time.time())}


_SAID = message(
    View(
        "Goedemorgen. Hier staat wat er op u wacht.",
        title="Menu",
        facts=(("Onderwerp", "Tegenspraak"), ("Vorm", "Moreel beraad"), ("Wanneer", "dinsdag 8 december om 14:00")),
        buttons=tuple(Button(f"Knop {n}", Action("menu", n)) for n in range(4)),
    ),
    "answer",
    TEXTS.into("nl"),
)
"""The message in which the button stands; Slack sends it along with each press."""


def _payload(press: Press, answers: str) -> dict[str, Any]:
    user, room, ts = slack_id(press.person_id), f"D0{press.person_id:07d}", f"1795421106.{press.number:06d}"
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "iemand", "name": "iemand", "team_id": TEAM},
        "api_app_id": "A0GREEKS001", "token": "verification", "team": {"id": TEAM, "domain": "dialoog"},
        "enterprise": None, "is_enterprise_install": False,
        "container": {"type": "message", "message_ts": ts, "channel_id": room, "is_ephemeral": False},
        "channel": {"id": room, "name": "directmessage"},
        "message": {"type": "message", "ts": ts, "user": "U0GREEKSBOT", "text": _SAID.text, "blocks": _SAID.blocks},
        "state": {"values": {}},
        "response_url": f"{answers}/{press.number}",
        "trigger_id": f"{press.number}.160187.{press.person_id}",
        "actions": [
            {
                "type": "button", "action_id": "press:0", "block_id": "answer:3", "value": press.action,
                "text": {"type": "plain_text", "text": "Knop", "emoji": False}, "action_ts": ts,
            }
        ],
    }  # fmt: skip


async def at_a_time(
    url: str, requests: Prepared, many: int, done: Callable[[], Awaitable[None]] | None = None
) -> Measured:
    """Make all requests, ``many`` under way at each moment; the seconds end when ``done`` comes back."""
    waits: list[float] = []
    left = iter(requests)
    async with _client(many) as client:

        async def one_after_another() -> None:
            waits.extend([await _made(client, url, request) for request in left])

        began = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(many)))
        if done is not None:
            await done()
        return Measured(time.perf_counter() - began, waits)


async def a_second(url: str, requests: Prepared, rate: float) -> Measured:
    """Make ``rate`` requests a second, whether or not those before were answered; each counts from its own moment."""
    async with _client(0) as client:
        began = time.perf_counter()

        async def at_its_moment(number: int, request: tuple[bytes, dict[str, str]]) -> float:
            moment = began + number / rate
            await asyncio.sleep(moment - time.perf_counter())
            await _made(client, url, request)
            return (time.perf_counter() - moment) * 1000

        waits = await asyncio.gather(*(at_its_moment(n, request) for n, request in enumerate(requests)))
        return Measured(time.perf_counter() - began, list(waits))


def _client(most: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=most))


async def _made(client: aiohttp.ClientSession, url: str, request: tuple[bytes, dict[str, str]]) -> float:
    began = time.perf_counter()
    async with client.post(url, data=request[0], headers=request[1]) as response:
        said = await response.text()
    if response.status != 200:
        raise RuntimeError(f"a press was answered with {response.status}: {said}")
    return (time.perf_counter() - began) * 1000
