"""Where Slack's requests arrive over HTTP. Each request's signature is checked before the rest is read."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from yarl import URL

from handlers.inbound.http_server import HttpServer, port_problem
from handlers.slack.access import StartRefused
from handlers.slack.events.decode import UNREADABLE, is_sound
from handlers.slack.manifest import EVENTS_PATH

log = logging.getLogger(__name__)

STOP_SECONDS = 2.0
"""How long requests that are under way may take when the bot stops."""
MOST_BYTES = 4 * 1024**2
"""The largest request: a view of 250 kB, three times as long on the way, and the message or fields around it."""

_FORMS = frozenset({"command", "ssl_check"})
"""What stands in the two forms that Slack sends without a payload: a command, and a look whether the bot is there."""


class HttpEndpoint:
    """Listens for Slack's requests and hands them to Bolt. The address is known after ``open``."""

    def __init__(self, bolt: AsyncApp, signing_secret: str) -> None:
        self._bolt, self._verifier = bolt, SignatureVerifier(signing_secret)
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post(EVENTS_PATH, self._come_in)
        self._server = HttpServer(app, stop_seconds=STOP_SECONDS)
        self.address = ""

    async def open(self, host: str, port: int) -> None:
        """Begin to listen. Raises StartRefused where the port is not free."""
        try:
            self.address = f"{await self._server.open(host, port)}{EVENTS_PATH}"
        except OSError as why:
            problem = f"Port {port} of {host} cannot be used ({port_problem(why)})"
            raise StartRefused(f"{problem}; set another SLACK_PORT.") from None

    async def close(self) -> None:
        """Take nothing new, and let what came in finish, for a few seconds."""
        await self._server.close()

    async def _come_in(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._is_signed(request.headers, body):
            log.info("A request was not signed as Slack signs", extra={"action": "slack.unsigned"})
            return web.Response(status=401)
        asked = _read(request, body)
        if asked is None:
            log.warning("A request of Slack could not be read", extra={"action": "slack.unreadable"})
            return web.Response(status=400)
        response = await to_aiohttp_response(await self._bolt.async_dispatch(asked))
        assert response is not None  # Bolt leaves the type open
        return response

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        # The library raises one error or another for any other stamp or signature.
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and signature.isascii()):
            return False
        try:
            return self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return False


def _read(request: web.Request, body: bytes) -> AsyncBoltRequest | None:
    """The request as Bolt takes it, or None for one that is not of Slack's making."""
    try:
        asked = _parsed(body.decode(), request.content_type)
        if not is_sound(asked):
            return None
        # By "socket_mode" Bolt means that the body is read and the signature dealt with, which is the case.
        return AsyncBoltRequest(body=asked, headers=dict(request.headers), mode="socket_mode")
    except UNREADABLE:
        # Bolt looks for more in a payload than is looked at here.
        return None


def _parsed(text: str, content_type: str) -> Any:
    """What a body says: events are JSON, a command is a form, and anything else a form with JSON in its one field.

    Bolt would take a press apart with urllib, byte by byte, which takes longer than all the rest that Bolt does.
    """
    if content_type == "application/json" or text.startswith("{"):
        return json.loads(text)
    form = dict(URL.build(query_string=text, encoded=True).query)
    if "payload" in form:
        return json.loads(form["payload"])
    return form if _FORMS & form.keys() else None
