"""Updates that Telegram brings: its request is answered when the update had its effect, so that none is lost."""

import hmac
import logging

from aiohttp import web
from telegram import Bot, Update

from handlers.inbound.http_server import HttpServer, port_problem
from handlers.telegram.access import StartRefused
from handlers.telegram.updates.update_parsing import NoUpdate, UpdateHandler, read

log = logging.getLogger(__name__)

STOP_SECONDS = 3.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header
MOST_BYTES = 4 * 1024**2


class Webhook:
    """Takes the updates that Telegram brings. The ``address`` is known after ``open``."""

    def __init__(self, bot: Bot, ears: UpdateHandler, secret: str, path: str) -> None:
        self._bot, self._ears, self._secret = bot, ears, secret.encode()
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post(path, self._come_in)
        self._path = path
        self._server = HttpServer(app, stop_seconds=STOP_SECONDS)
        self.address = ""

    async def open(self, host: str, port: int) -> None:
        """Begin to listen. Raises StartRefused where the port is not free."""
        try:
            self.address = f"{await self._server.open(host, port)}{self._path}"
        except OSError as why:
            problem = f"Port {port} of {host} cannot be used ({port_problem(why)})"
            raise StartRefused(f"{problem}; set another TELEGRAM_PORT.") from None

    async def close(self) -> None:
        """Take nothing new, and let what came in finish, for a few seconds."""
        await self._server.close()

    async def _come_in(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(given, self._secret):
            log.info("A request came without Telegram's secret", extra={"action": "telegram.unsigned"})
            return web.Response(status=401)
        update = await self._read(request)
        if update is None:
            return web.Response(status=400)
        self._ears.heard(update)
        return web.Response(status=200 if await self._ears.take(update) else 503)

    async def _read(self, request: web.Request) -> Update | None:
        try:
            return read(await request.json(), self._bot)
        except (NoUpdate, ValueError, LookupError, RecursionError):
            log.warning("A request of Telegram could not be read", extra={"action": "telegram.unreadable"})
            return None
