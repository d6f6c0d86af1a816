"""Socket Mode: the connection over which Slack reaches a bot that it cannot call. It is kept open, whatever happens.

What the library for it would say in the log quotes tokens and what people wrote, so it says nothing, and the state of
the connection is told here.
"""

import asyncio
import logging

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from flows.engine import faults
from handlers.slack.access import StartRefused
from handlers.slack.errors import TROUBLES
from handlers.slack.events.decode import UNREADABLE, is_sound

log = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0
"""How long the first connection may take."""
PING_SECONDS = 10.0
"""Seconds between two looks whether the far side still answers."""
STOP_SECONDS = 2.0
"""How long what is under way may take when the bot stops."""
LOOK_SECONDS = 0.5
"""Seconds between two looks at whether the connection stands."""
REOPEN_SECONDS = 5.0
"""Seconds until the next attempt, where Slack could not be reached or did not let us in."""


class Socket:
    """One connection. Several bots of one workspace have one each; Slack brings each thing over one of them."""

    def __init__(self, bolt: AsyncApp, app_token: str, quiet: logging.Logger) -> None:
        self._app_token = app_token
        self._handler = AsyncSocketModeHandler(bolt, app_token, logger=quiet, ping_interval=PING_SECONDS)
        self._client = self._handler.client
        # The handler would listen by itself: to what is no payload of Slack's as well, and while the bot stops.
        self._client.socket_mode_request_listeners[:] = [self._hear]  # type: ignore[list-item]  # named otherwise there
        self._under_way: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._reopening: asyncio.Task[None] | None = None
        self._stopping = False

    async def open(self) -> None:
        """Connect. Raises StartRefused where Slack does not let us."""
        try:
            # The library would try a refused token for ever, so it gets its first address from here.
            answer = await self._client.web_client.apps_connections_open(app_token=self._app_token)
            self._client.wss_uri = answer["url"]
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._client.connect()  # type: ignore[no-untyped-call]  # the library leaves it bare
        except TROUBLES as trouble:
            raise StartRefused.because(trouble, "SLACK_APP_TOKEN") from None
        self._watching = asyncio.create_task(self._watch(), name="slack connection")

    async def close(self) -> None:
        """Take nothing new, let what came in finish and be acknowledged, for a few seconds, and hang up."""
        self._stopping = True
        if self._under_way:
            await asyncio.wait([*self._under_way], timeout=STOP_SECONDS)
        for task in (self._watching, self._reopening):
            if task is not None:
                task.cancel()
        await self._client.close()  # type: ignore[no-untyped-call]  # the library leaves it bare

    async def _hear(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        """What Slack brought. What is not acknowledged here, it brings again."""
        if self._stopping:
            return
        task = asyncio.ensure_future(self._take(client, req))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await task

    async def _take(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        try:
            await self._answer(client, req)
        except TROUBLES:
            log.info("The connection with Slack was gone before an answer", extra={"action": "slack.unacknowledged"})
        except Exception as error:  # noqa: BLE001  # The connection goes on, with what comes next.
            faults.report(log, "Answering Slack over its connection failed", error)

    async def _answer(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        try:
            if is_sound(req.payload):
                await self._handler.handle(client, req)
                return
        except UNREADABLE:
            # Bolt reads more of a payload than is looked at above. What a listener raises does not get here.
            pass
        log.warning("Slack brought what could not be read", extra={"action": "slack.unreadable"})
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))

    async def _watch(self) -> None:
        """Have a lost connection opened anew, and tell when it was lost and when it stands again."""
        stood = True
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            stands = await self._client.is_connected()
            if not stands:
                # An address is good for one try. Without this the library would try the same one for ever.
                self._client.wss_uri = None
                if self._reopening is None or self._reopening.done():
                    self._reopening = asyncio.create_task(self._reopen(), name="slack connection anew")
            if stands is not stood:
                _tell(stands=stands)
            stood = stands

    async def _reopen(self) -> None:
        """Open it anew at once: left to itself the library looks after it only at each ping."""
        try:
            await self._client.connect_to_new_endpoint()
        except TROUBLES:
            # Slack is away, or lets nobody in; it is asked again a little later.
            await asyncio.sleep(REOPEN_SECONDS)


def _tell(*, stands: bool) -> None:
    if stands:
        log.info("The connection with Slack stands again", extra={"action": "slack.connected"})
    else:
        log.warning("The connection with Slack is lost, and opened anew", extra={"action": "slack.disconnected"})
