"""The playground at work in a demo programme, and a visitor who uses it over HTTP as the page does."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.app import App
from bot.demo.clock_control import Stage
from bot.schedule.clock import MovableClock
from flows.capabilities import CAPABILITIES
from flows.engine.capability import Registry
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from handlers.playground.channel import PlaygroundChannel
from handlers.playground.chats import Chats
from handlers.playground.server import Server
from storage.conversations import playground
from storage.database.unit_of_work import Store
from storage.people import people
from storage.programme import catalogue, demo
from tests.conftest import make_schema

MONDAY = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
"""Monday 23 November 2026, 09:05 in The Hague."""
TEXTS = Texts("nl", Rules().zone)


def make_demo(path: Path) -> None:
    """A SQLite database with the demo programme in it."""
    store = Store(f"sqlite:///{path}")
    make_schema(store)
    with store.begin() as uow:
        demo.invent(uow, seed=2021, today=MONDAY.date(), folder=demo.PROGRAMME)
    store.close()


def copy_of(path: Path, folder: Path) -> Store:
    """A fresh copy of that database."""
    shutil.copy(path, folder / "playground.db")
    return Store(f"sqlite:///{folder / 'playground.db'}")


class Playhouse:
    """A playground that is open. ``address`` holds the key; the clock stands still but for the moves."""

    def __init__(
        self, store: Store, port: int = 0, *, texts: Texts = TEXTS, capabilities: Registry = CAPABILITIES
    ) -> None:
        rules = Rules()
        self.store = store
        self.clock = MovableClock(base=lambda: MONDAY)
        self.chats = Chats(store, self.clock.now, texts.default)
        self.channel = PlaygroundChannel(self.chats)
        self.app = App(store, self.clock, rules, texts, [self.channel], capabilities=capabilities)
        self.server = Server(self.app.router, self.chats, Stage(self.app, self.clock), texts, port=port)
        self.address = ""

    @property
    def asker(self) -> int:
        """A civil servant without a role."""
        with self.store.read() as uow:
            return people.without_role(uow)[0].id

    def readers(self) -> list[int]:
        """Who got messages from the bot by itself, the newest last."""
        with self.store.read() as uow:
            return [line.person_id for line, _name in reversed(playground.letters(uow, 100))]

    def answers(self) -> dict[str, Any]:
        """What somebody who asks for a series of three moral deliberations answers, by field."""
        with self.store.read() as uow:
            topics = {topic.code: str(topic.id) for topic in catalogue.topics(uow)}
            forms = {form.code: str(form.id) for form in catalogue.forms(uow)}
            templates = {template.code: str(template.id) for template in catalogue.templates(uow)}
        return {
            "topics": [topics["dissent"]], "form": forms["moral"], "occasion": "team_day", "urgency": "normal",
            "participants": "10", "where": "online", "when": "moments", "moment1": "2026-12-08T14:00",
            "moment2": "2026-12-10T10:00", "moment3": "", "origin": "any", "language": "nl", "context": "",
            "follow_up": "yes", "template": templates["reflection"], "rhythm": "weeks:3", "count": "3",
            "series_until": "",
        }  # fmt: skip


@asynccontextmanager
async def opened(
    store: Store, port: int = 0, *, texts: Texts = TEXTS, capabilities: Registry = CAPABILITIES
) -> AsyncIterator[Playhouse]:
    """A playground on this database, for as long as the block runs."""
    house = Playhouse(store, port, texts=texts, capabilities=capabilities)
    house.address = await house.server.start()
    await house.app.start()
    try:
        yield house
    finally:
        await house.server.stop()
        await house.app.stop()


class Visitor:
    """A page's calls. ``headers`` go with everything that changes something."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        parts = urlsplit(address)
        self.http, self.address, self.base = http, address, f"{parts.scheme}://{parts.netloc}"
        self.headers = {"Origin": self.base}

    async def look(self, path: str, **query: object) -> Any:
        """What the page reads there."""
        asked = {name: str(value) for name, value in query.items()}
        async with self.http.get(f"{self.base}/{path}", params=asked) as response:
            assert response.status == 200, (path, response.status)
            return await response.json()

    async def do(self, path: str, event: str = "", **given: object) -> int | None:
        """Do something; gives the line with the answer. A repeat of ``event`` is a repeat over the net."""
        body = {"event": event or str(uuid.uuid4()), **given}
        async with self.http.post(f"{self.base}/{path}", json=body, headers=self.headers) as response:
            assert response.status == 200, (path, response.status)
            line: int | None = (await response.json()).get("line")
            return line

    async def status(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> int:
        """What comes of a POST, as an HTTP status."""
        sent = self.headers if headers is None else headers
        async with self.http.post(f"{self.base}/{path}", json=body, headers=sent) as response:
            return response.status

    async def lines(self, person: int) -> list[dict[str, Any]]:
        """What stands in somebody's chat."""
        found: list[dict[str, Any]] = (await self.look("chat", person=person))["lines"]
        return found

    async def line(self, person: int, line_id: int | None) -> dict[str, Any]:
        """One message of the bot in it."""
        return next(line for line in await self.lines(person) if line["id"] == line_id)

    async def press(self, person: int, label: str) -> int | None:
        """Press the newest button whose label begins so."""
        for line in reversed(await self.lines(person)):
            for button in line.get("view", {"buttons": []})["buttons"]:
                if button["label"].startswith(label):
                    return await self.do("press", person=person, line=line["id"], action=button["action"])
        raise LookupError(f"there is no button {label!r}")

    async def asks(self, person: int, answers: Mapping[str, Any], until: str = "") -> int | None:
        """Ask for a dialogue up to the summary, or ``until`` a page, and give the line it stands in."""
        await self.do("say", person=person, text="hallo")
        line_id = await self.press(person, TEXTS.into("nl")("menu.ask"))
        while (form := (await self.line(person, line_id))["view"]["form"]) is not None and form["page"] != until:
            given = {field["name"]: answers.get(field["name"], field["value"]) for field in form["fields"]}
            line_id = await self.do(
                "submit", person=person, line=line_id, draft=form["draft"], page=form["page"], answers=given
            )
        return line_id

    async def sends(self, person: int, answers: Mapping[str, Any]) -> int | None:
        """Ask for a dialogue and send the request; gives the line with the bot's answer."""
        await self.asks(person, answers)
        return await self.press(person, TEXTS.into("nl")("request.submit"))


@asynccontextmanager
async def visiting(house: Playhouse) -> AsyncIterator[Visitor]:
    """Somebody who opened the printed address."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get(house.address) as response:
            assert response.status == 200
        yield Visitor(http, house.address)


async def until_quiet(house: Playhouse) -> None:
    """Wait until everything that is ready was delivered."""
    async with asyncio.timeout(300):
        await house.app.settle()
