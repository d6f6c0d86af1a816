"""The playground, served until told to stop. In it anybody may speak as anybody, so it takes invented people only."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection, HTTPException
from urllib.parse import parse_qs, urlsplit

import typer

from bot.app import App
from bot.config.database import NotReady
from bot.config.settings import Settings
from bot.demo.clock_control import Stage
from bot.running.shutdown import set_apart, told_to_stop
from bot.schedule.clock import Clock, MovableClock
from flows.engine.language.texts import Texts
from handlers.playground.access_key import START, start_of
from handlers.playground.channel import PlaygroundChannel
from handlers.playground.chats import Chats
from handlers.playground.server import Server
from storage.conversations import playground
from storage.database.unit_of_work import Store
from storage.programme import demo
from storage.programme.demo_guard import RealProgramme

FIRST_PORT = 8080
PORTS_TRIED = 20
ANSWERS_WITHIN = 2.0
"""Seconds: as long as a playground on this computer may take to answer that it is open."""


async def play(settings: Settings, store: Store, port: int | None) -> None:
    """Invent the programme, open the page and serve it. Raises NotReady, in one sentence, where that would be wrong.

    ``port`` None takes 8080, or the next that is free.
    """
    await asyncio.to_thread(_ensure_alone, store)
    clock = MovableClock(await asyncio.to_thread(_left_at, store))
    await asyncio.to_thread(_invent, settings, store, clock)
    rules = settings.rules()
    texts = Texts(settings.language, rules.zone)
    chats = Chats(store, clock.now, settings.language)
    app = App(store, clock, rules, texts, [PlaygroundChannel(chats)])
    stage = Stage(app, clock, partial(_keep, store))
    opened = partial(_keep_address, store)
    await _serve(app, lambda number: Server(app.router, chats, stage, texts, port=number), port, opened)


def _ensure_alone(store: Store) -> None:
    """Refuse beside a playground that is open on the same database: each would move a clock that is the other's too.

    One that crashed only left its address behind, where nobody answers.
    """
    with store.read() as uow:
        place, _, start = (playground.opened_at(uow) or "").partition(" ")
    if place and _answers(place, start):
        raise NotReady(
            f"The playground is open already, at http://{place} . Its address with the key stands where it was "
            "started. Use that one, or stop it first with Ctrl-C."
        )


def _answers(place: str, start: str) -> bool:
    """Whether that very start of the playground is there, and nobody else's server on a port that came free."""
    connection = HTTPConnection(place, timeout=ANSWERS_WITHIN)
    try:
        connection.request("GET", "/")
        return connection.getresponse().getheader(START) == start
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _keep_address(store: Store, address: str) -> None:
    # Without the key itself: whoever may read the database may not yet speak as anybody.
    parts = urlsplit(address)
    [key] = parse_qs(parts.query)["key"]
    with store.begin() as uow:
        playground.keep_opened_at(uow, f"{parts.netloc} {start_of(key)}")


def _left_at(store: Store) -> timedelta:
    with store.read() as uow:
        return playground.clock_offset(uow)


def _keep(store: Store, offset: timedelta) -> None:
    with store.begin() as uow:
        playground.keep_clock_offset(uow, offset)


def _invent(settings: Settings, store: Store, clock: Clock) -> None:
    today = clock.now().astimezone(settings.rules().zone).date()
    try:
        with store.begin() as uow:
            invented = demo.invent(uow, seed=settings.demo_seed, today=today, folder=demo.PROGRAMME)
    except RealProgramme:
        raise NotReady(
            "This database holds a real programme, and in the playground anybody may speak as anybody. "
            "Set DATABASE_URL to another database to play, or a token in .env to serve a channel."
        ) from None
    if invented.facilitators:
        typer.echo(f"Invented a programme with {invented.facilitators} facilitators to try the bot with.")


async def _serve(app: App, server_on: Callable[[int], Server], port: int | None, opened: Callable[[str], None]) -> None:
    told = told_to_stop()
    server, address = await _first_free(server_on, port)
    await asyncio.to_thread(opened, address)
    await app.start()
    set_apart()
    typer.echo(f"\nThe playground is open at\n\n    {address}\n\nCtrl-C stops it.")
    await told.wait()
    typer.echo("\nStopping.")
    await server.stop()
    await app.stop()


async def _first_free(server_on: Callable[[int], Server], port: int | None) -> tuple[Server, str]:
    tried = [port] if port is not None else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for number in tried:
        server = server_on(number)
        try:
            return server, await server.start()
        except OSError:
            await server.stop()
    raise NotReady(f"Port {tried[0]} is taken. Choose another with --port, or set PLAYGROUND_PORT.")
