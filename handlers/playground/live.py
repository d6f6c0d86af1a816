"""The line over which open pages hear that something changed."""

import asyncio
from contextlib import suppress

from aiohttp import WSCloseCode, web

from handlers.playground.event_stream import News, Watcher

HEARTBEAT_SECONDS = 20.0
"""After which a page that went away without a word is forgotten."""


class Live:
    """Serves the pages' web sockets. A page only listens; what people do comes in by itself."""

    def __init__(self, news: News) -> None:
        self._news = news
        self._sockets: set[web.WebSocketResponse] = set()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One page, for as long as it is open."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS)
        await socket.prepare(request)
        self._sockets.add(socket)
        with self._news.watching() as watcher:
            telling = asyncio.create_task(_tell(socket, watcher), name="playground page")
            try:
                async for _message in socket:
                    continue
            finally:
                self._sockets.discard(socket)
                telling.cancel()
        return socket

    async def close(self) -> None:
        """Say goodbye to every page."""
        for socket in list(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)


async def _tell(socket: web.WebSocketResponse, watcher: Watcher) -> None:
    # A page may leave while something is being told.
    with suppress(ConnectionResetError):
        while True:
            await socket.send_json(await watcher.next())
