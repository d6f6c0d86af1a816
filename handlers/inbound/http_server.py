"""An HTTP server of aiohttp that one channel listens with."""

import asyncio
import errno

from aiohttp import web

_ITERATIONS_TO_CONNECT = 4
"""asyncio takes two or three iterations of its loop from accepting a connection to telling its protocol of it."""


class HttpServer:
    """Serves an application. ``stop_seconds``: how long requests that are under way may take when it closes."""

    def __init__(self, app: web.Application, *, stop_seconds: float) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=stop_seconds)
        self._listener: asyncio.Server | None = None

    @property
    def hosts(self) -> list[str]:
        """The addresses of this machine that it listens at."""
        return [listening.getsockname()[0] for listening in self._listener.sockets] if self._listener else []

    async def open(self, host: str, port: int) -> str:
        """Begin to listen, and give the address, as in ``http://127.0.0.1:8080``. Port 0 takes any free one.

        Raises OSError where the port cannot be used; ``port_problem`` says why.
        """
        await self._runner.setup()
        assert self._runner.server is not None  # it is set up
        self._listener = await asyncio.get_running_loop().create_server(self._runner.server, host, port)
        at, number = self._listener.sockets[0].getsockname()[:2]
        return f"http://{at}:{number}"

    async def close(self) -> None:
        """Take nothing new, let what came in finish, and close every connection. It need not have opened."""
        if self._listener is not None:
            await self._stop_listening(self._listener)
        await self._runner.cleanup()

    async def _stop_listening(self, listener: asyncio.Server) -> None:
        # Connections accepted just before are set up first: asyncio would lose them in a server that is closed, and
        # aiohttp in one that is being cleaned up, and they would stay open for good.
        for listening in listener.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(_ITERATIONS_TO_CONNECT):
            await asyncio.sleep(0)
        listener.close()


def port_problem(why: OSError) -> str:
    """Why a port cannot be used, in a few words, to stand in a sentence to who runs the bot."""
    return "it is taken" if why.errno == errno.EADDRINUSE else (why.strerror or type(why).__name__)
