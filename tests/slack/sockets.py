"""Socket Mode: the connections that the app opened, and what goes over them."""

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.slack.answer import Answer, Kind
from tests.slack.method import Method
from tests.slack.refusal import Refused
from tests.slack.workspace import APP, Workspace

Json = dict[str, Any]

MOST_CONNECTIONS = 10
"""Open at once for one app (Slack's page on Socket Mode)."""


@dataclass
class Envelope:
    """Something sent over a connection, and the answer that is waited for."""

    connection: web.WebSocketResponse
    answered: "asyncio.Future[Answer]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Sockets:
    """All Socket Mode connections. Each delivery goes over one of them, in turn."""

    def __init__(self) -> None:
        self.open: list[web.WebSocketResponse] = []
        self.stray_acks: list[Json] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, Envelope] = {}
        self._turn = 0

    def method(self) -> Method:
        """``apps.connections.open``, which gives the address of one connection."""
        return Method(self._ticket, tier=0, app_level=True)

    def _ticket(self, workspace: Workspace, args: Json) -> Json:
        if len(self.open) >= MOST_CONNECTIONS:
            raise Refused("too_many_websockets")
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        address = workspace.address.replace("http://", "ws://")
        return {"ok": True, "url": f"{address}/link/?ticket={ticket}&app_id={APP}"}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection for as long as it lives. A ticket is good for one."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(ticket)
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self.open.append(connection)
        try:
            await connection.send_json(self._hello())
            async for message in connection:
                if message.type == WSMsgType.TEXT:
                    self._acked(message.data)
        finally:
            self._lost(connection)
        return connection

    def _hello(self) -> Json:
        debug = {"host": "applink", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": debug,
            "connection_info": {"app_id": APP},
        }

    def _acked(self, text: str) -> None:
        if not text.startswith("{"):
            return  # some clients send a bare "ping" or "pong"
        ack = json.loads(text)
        envelope = self._waiting.get(ack.get("envelope_id", ""))
        if envelope is None or envelope.answered.done():
            self.stray_acks.append(ack)
        else:
            envelope.answered.set_result(Answer(200, ack.get("payload")))

    def _lost(self, connection: web.WebSocketResponse) -> None:
        if connection in self.open:
            self.open.remove(connection)
        for envelope in self._waiting.values():
            if envelope.connection is connection and not envelope.answered.done():
                envelope.answered.set_result(Answer(0, reason="connection_failed"))

    async def send(self, kind: Kind, payload: Json, patience: float) -> Answer:
        """One try over one connection; a retry looks like any other delivery."""
        if not self.open:
            return Answer(0, reason="connection_failed")
        connection = self.open[self._turn % len(self.open)]
        self._turn += 1
        name, envelope = str(uuid.uuid4()), Envelope(connection)
        self._waiting[name] = envelope
        about = {"envelope_id": name, "type": kind, "accepts_response_payload": kind != "events_api"}
        try:
            await connection.send_json({**about, "payload": payload})
            return await asyncio.wait_for(envelope.answered, patience)
        except TimeoutError:
            return Answer(0, reason="timeout")
        except ConnectionError:
            return Answer(0, reason="connection_failed")
        finally:
            del self._waiting[name]

    def give_up(self) -> None:
        """Wait no longer for what was brought and not acknowledged."""
        for envelope in self._waiting.values():
            if not envelope.answered.done():
                envelope.answered.set_result(Answer(0, reason="timeout"))

    async def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Tell the oldest connection that it will close; after a ``refresh_requested`` it does."""
        connection = self.open[0]
        await connection.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}})
        if reason != "warning":
            self.open.remove(connection)  # nothing new goes over it; what is on its way may still be acknowledged
            asyncio.get_running_loop().call_later(0.2, self._abort, connection)

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in [*self.open]:
            self._abort(connection)

    def _abort(self, connection: web.WebSocketResponse) -> None:
        request = connection._req
        if request is not None and request.transport is not None:
            request.transport.abort()

    async def close(self) -> None:
        """Close every connection in good order."""
        for connection in [*self.open]:
            await connection.close()
