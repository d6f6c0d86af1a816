"""What holds for the HTTP server that every channel listens with."""

import asyncio
import contextlib
import socket

import pytest
from aiohttp import ClientSession, web

from handlers.inbound.http_server import HttpServer, port_problem


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


def _server() -> HttpServer:
    app = web.Application()
    app.router.add_get("/", _hello)
    return HttpServer(app, stop_seconds=0.1)


async def test_it_answers_at_the_address_it_gave() -> None:
    server = _server()
    address = await server.open("127.0.0.1", 0)
    async with ClientSession() as session, session.get(address) as answer:
        assert await answer.text() == "hello"
    await server.close()


@pytest.mark.parametrize("iterations", range(6))
async def test_a_connection_that_comes_just_before_the_end_is_closed_too(iterations: int) -> None:
    server = _server()
    address = await server.open("127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as line:
        line.setblocking(False)
        for _ in range(iterations):
            await asyncio.sleep(0)
        await server.close()
        with contextlib.suppress(ConnectionResetError):  # it was not yet accepted, and the system refused it
            assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(line, 1), 5) == b""


async def test_a_taken_port_is_said_to_be_taken() -> None:
    first, second = _server(), _server()
    address = await first.open("127.0.0.1", 0)
    with pytest.raises(OSError, match="in use") as problem:
        await second.open("127.0.0.1", int(address.rsplit(":", 1)[1]))
    assert port_problem(problem.value) == "it is taken"
    await second.close()
    await first.close()


async def test_a_server_that_never_opened_can_be_closed() -> None:
    await _server().close()
