"""Who gets in: this computer's own browser with the printed key, and nobody and nothing else."""

import uuid
from urllib.parse import urlsplit

import aiohttp
import pytest

from handlers.playground.server import Server
from tests.handlers.playhouse import TEXTS, Playhouse, Visitor

BAD_HOSTS = ["dialoogreeks.example", "dialoogreeks.example:80", "127.0.0.1.example:80", "192.168.1.2", "[::1]", ""]


def a_word() -> dict[str, object]:
    return {"person": 1, "text": "hallo", "event": str(uuid.uuid4())}


async def test_without_the_key_nothing_is_shown(house: Playhouse) -> None:
    base = urlsplit(house.address)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        for path in ("/", "/?key=", "/?key=guessed", "/page/page.js", "/chat?person=1", "/people", "/live"):
            async with http.get(f"http://{base.netloc}{path}") as response:
                assert response.status == 403
                assert "Open the address that is printed" in await response.text()


async def test_the_key_leaves_the_address_bar_at_once(house: Playhouse) -> None:
    async with aiohttp.ClientSession() as http, http.get(house.address, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/")
        cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie


async def test_every_start_has_a_key_of_its_own(house: Playhouse, visitor: Visitor) -> None:
    other = Playhouse(house.store)
    address = await other.server.start()
    try:
        assert urlsplit(address).query != urlsplit(house.address).query
        async with visitor.http.get(f"http://{urlsplit(address).netloc}/") as response:
            assert response.status == 403
    finally:
        await other.server.stop()


@pytest.mark.parametrize("host", BAD_HOSTS)
async def test_a_name_that_only_leads_here_is_not_this_computer(visitor: Visitor, host: str) -> None:
    async with visitor.http.get(f"{visitor.base}/chat?person=1", headers={"Host": host}) as response:
        assert response.status in (400, 403)
        assert "lines" not in await response.text()


async def test_this_computer_may_be_called_localhost(visitor: Visitor) -> None:
    port = urlsplit(visitor.base).port
    async with visitor.http.get(f"{visitor.base}/words", headers={"Host": f"localhost:{port}"}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "origin", ["http://dialoogreeks.example", "http://127.0.0.1:1", "null", "https://127.0.0.1", ""]
)
async def test_another_page_cannot_speak_or_listen(house: Playhouse, visitor: Visitor, origin: str) -> None:
    headers = {"Origin": origin}
    assert await visitor.status("say", a_word(), headers) == 403
    assert await visitor.lines(1) == []
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await visitor.http.ws_connect(f"{visitor.base}/live", headers=headers)
    async with visitor.http.get(f"{visitor.base}/chat?person=1", headers=headers) as response:
        assert response.status == 403


async def test_what_does_not_say_where_it_comes_from_cannot_speak_or_listen(visitor: Visitor) -> None:
    assert await visitor.status("say", a_word(), {}) == 403
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await visitor.http.ws_connect(f"{visitor.base}/live")


@pytest.mark.parametrize(
    "path", ["/", "/page/page.js", "/words", "/nothing-here", "/favicon.ico", "/page/../server.py"]
)
async def test_every_answer_keeps_the_page_to_itself(visitor: Visitor, path: str) -> None:
    async with visitor.http.get(f"{visitor.base}{path}") as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["page/server.py", "page/..%2Fserver.py", "page/..%2f..%2fchannel.py", "page/"])
async def test_only_the_pages_own_files_are_served(visitor: Visitor, path: str) -> None:
    async with visitor.http.get(f"{visitor.base}/{path}") as response:
        assert response.status == 404


async def test_the_page_asks_for_nothing_from_elsewhere(visitor: Visitor) -> None:
    for path in ("", "page/page.css", "page/page.js", "page/chat.js"):
        async with visitor.http.get(f"{visitor.base}/{path}") as response:
            text = await response.text()
            assert "https://" not in text
            assert "http://" not in text


async def test_only_this_computer_can_connect(house: Playhouse) -> None:
    assert house.server._server.hosts == ["127.0.0.1"]


async def test_a_taken_port_is_told_and_leaves_nothing_behind(house: Playhouse, visitor: Visitor) -> None:
    port = urlsplit(house.address).port
    assert port is not None
    second = Server(house.app.router, house.chats, house.server._stage, TEXTS, port=port)
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    await second.stop()
    assert await visitor.look("words")
