"""The page over HTTP, for this computer only."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from aiohttp import web

from flows.engine.language.texts import LANGUAGES, Texts, Translator
from handlers.inbound.http_server import HttpServer
from handlers.inbound.router import Router
from handlers.playground import board, request_parsing
from handlers.playground.access_key import Gate
from handlers.playground.chats import SHOWN, Chats, attachment, shown
from handlers.playground.interactions import Interactions
from handlers.playground.live import Live
from handlers.playground.page_texts import page_words
from handlers.playground.render import choice
from storage.conversations import playground
from storage.database.unit_of_work import UnitOfWork
from storage.programme import demo

LOOPBACK = "127.0.0.1"
LARGEST_BODY = 256 * 1024
"""Bytes: many times the longest form page."""
STOP_SECONDS = 2.0
Found = TypeVar("Found")
# Not asked of the machine: what it says of .js differs, and a browser runs no script of another type.
_MIMES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_PAGE = [path for path in (Path(__file__).parent / "page").iterdir() if path.suffix in _MIMES]
_FILES = {path.name: (_MIMES[path.suffix], path.read_bytes()) for path in _PAGE}
"""The type and the content of the page's own files by name, read once; there is nothing else to serve."""


class Stage(Protocol):
    """The playground's clock. Moving it lets everything on the way happen at its own moment."""

    def now(self) -> datetime:
        """The present instant by the playground's clock, aware, UTC."""

    async def move(self, by: timedelta) -> None:
        """Let ``by`` pass, with each thing due on the way done and delivered at its time; back when all is."""

    async def to_next(self) -> bool:
        """Let time pass to the next thing due, and do and deliver it; False where nothing waits."""


class Server:
    """The playground's page. ``chats`` are those of the channel that the dispatcher delivers to."""

    def __init__(self, router: Router, chats: Chats, stage: Stage, texts: Texts, *, port: int) -> None:
        self._router, self._chats, self._stage, self._texts, self._port = router, chats, stage, texts, port
        self._turns = Interactions(router, chats)
        self._live = Live(chats.news)
        self._key = secrets.token_urlsafe(24)
        self._server = HttpServer(self._app(), stop_seconds=STOP_SECONDS)

    async def start(self) -> str:
        """Begin to serve; gives the address to open, which holds the key. Raises OSError when the port is taken.

        Port 0 takes any free one.
        """
        return f"{await self._server.open(LOOPBACK, self._port)}/?key={self._key}"

    async def stop(self) -> None:
        """End within seconds; pages that are open say so and wait for the next start."""
        await self._live.close()
        await self._server.close()

    def refresh(self) -> None:
        """Have open pages look again at what is due and what time it is. From the event loop."""
        self._chats.news.spread()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[Gate(self._key).guard], client_max_size=LARGEST_BODY)
        app.router.add_get("/", self._file)
        app.router.add_get("/page/{name}", self._file)
        app.router.add_get("/favicon.ico", self._icon)
        app.router.add_get("/live", self._live.serve)
        for name, look in self._looks().items():
            app.router.add_get(f"/{name}", look)
        for name, do in self._deeds().items():
            app.router.add_post(f"/{name}", do)
        return app

    def _looks(self) -> dict[str, Callable[[web.Request], Any]]:
        return {
            "words": self._words,
            "cast": self._cast,
            "story": self._story,
            "people": self._people,
            "chat": self._chat,
            "board": self._board,
            "choices": self._choices,
            "file/{line}": self._attachment,
        }

    def _deeds(self) -> dict[str, Callable[[web.Request], Any]]:
        return {
            "press": self._press,
            "submit": self._submit,
            "say": self._say,
            "clock": self._clock,
            "language": self._language,
        }

    async def _file(self, request: web.Request) -> web.Response:
        file = _FILES.get(request.match_info.get("name", "index.html"))
        if file is None:
            raise web.HTTPNotFound
        mime, content = file
        return web.Response(body=content, content_type=mime, charset="utf-8")

    async def _icon(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _words(self, request: web.Request) -> web.Response:
        t = self._t(request)
        return web.json_response({"lang": t.language, "zone": t.zone.key, "words": page_words(t)})

    async def _cast(self, request: web.Request) -> web.Response:
        left, right = await self._read(lambda uow: (playground.last_asker(uow), playground.last_reader(uow)))
        return web.json_response({"left": left, "right": right})

    async def _story(self, request: web.Request) -> web.Response:
        return web.json_response({"untouched": await self._read(playground.untouched)})

    async def _language(self, request: web.Request) -> web.Response:
        wanted = request_parsing.text(await request_parsing.body(request), "lang")
        if wanted not in LANGUAGES:
            raise web.HTTPBadRequest(text="lang: not a language the bot speaks")
        await asyncio.to_thread(self._speak, wanted)
        return web.json_response({"lang": wanted})

    def _speak(self, wanted: str) -> None:
        with self._chats.store.begin() as uow:
            demo.all_speak(uow, wanted)

    async def _people(self, request: web.Request) -> web.Response:
        query, t = request.query.get("q", ""), self._t(request)
        return web.json_response(await self._read(lambda uow: board.people(uow, t, query)))

    async def _chat(self, request: web.Request) -> web.Response:
        person_id, t = request_parsing.number(request.query.get("person")), self._t(request)
        return web.json_response(await self._read(lambda uow: self._shown_chat(uow, t, person_id)))

    def _shown_chat(self, uow: UnitOfWork, t: Translator, person_id: int) -> dict[str, Any]:
        player = playground.player(uow, person_id)
        if player is None:
            raise web.HTTPNotFound
        lines = [shown(line) for line in playground.lines(uow, person_id, SHOWN)]
        return {"person": board.introduced(t, player), "lang": player.language or self._texts.default, "lines": lines}

    async def _board(self, request: web.Request) -> web.Response:
        now, t, rules = self._stage.now(), self._t(request), self._router.capabilities.rules
        return web.json_response(await self._read(lambda uow: board.board(uow, t, now, rules)))

    async def _choices(self, request: web.Request) -> web.Response:
        deed = request_parsing.looker(request.query)
        draft, field, query = (request.query.get(name, "") for name in ("draft", "field", "q"))
        found = await self._router.search(deed.sender, request_parsing.number(draft), field, query)
        return web.json_response([choice(one) for one in found])

    async def _attachment(self, request: web.Request) -> web.Response:
        line_id = request_parsing.number(request.match_info["line"])
        file = await self._read(lambda uow: attachment(uow, line_id))
        if file is None:
            raise web.HTTPNotFound
        saved_as = f"attachment; filename*=UTF-8''{quote(file.name)}"
        return web.Response(body=file.content, headers={"Content-Type": file.mime, "Content-Disposition": saved_as})

    async def _press(self, request: web.Request) -> web.Response:
        given = await request_parsing.body(request)
        deed, action = request_parsing.deed(given), request_parsing.text(given, "action")
        page, answers = (
            (request_parsing.text(given, "page"), request_parsing.answers(given)) if "page" in given else ("", {})
        )
        return _done(await self._turns.press(deed, action, page, answers))

    async def _submit(self, request: web.Request) -> web.Response:
        given = await request_parsing.body(request)
        deed, draft, page = (
            request_parsing.deed(given),
            request_parsing.number(given.get("draft")),
            request_parsing.text(given, "page"),
        )
        return _done(await self._turns.submit(deed, draft, page, request_parsing.answers(given)))

    async def _say(self, request: web.Request) -> web.Response:
        given = await request_parsing.body(request)
        return _done(await self._turns.say(request_parsing.deed(given), request_parsing.text(given, "text")))

    async def _clock(self, request: web.Request) -> web.Response:
        moved = await self._move(request_parsing.span(await request_parsing.body(request)))
        self.refresh()
        return web.json_response({"moved": moved, "now": self._stage.now().isoformat()})

    async def _move(self, span: timedelta | None) -> bool:
        if span is None:
            return await self._stage.to_next()
        await self._stage.move(span)
        return True

    def _t(self, request: web.Request) -> Translator:
        return self._texts.into(request.query.get("lang"))

    async def _read(self, look: Callable[[UnitOfWork], Found]) -> Found:
        return await asyncio.to_thread(self._look, look)

    def _look(self, look: Callable[[UnitOfWork], Found]) -> Found:
        with self._chats.store.read() as uow:
            return look(uow)


def _done(line_id: int | None) -> web.Response:
    return web.json_response({"line": line_id})
