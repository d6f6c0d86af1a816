"""The playground, served until told to stop. In it anybody may speak as anybody, so it takes invented people only."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import typer

from bot.app import App
from bot.clock import Clock, MovableClock
from bot.database import NotReady
from bot.settings import Settings
from bot.stage import Stage
from bot.waiting import set_apart, told_to_stop
from flows.texts import Texts
from handlers.playground.channel import PlaygroundChannel
from handlers.playground.chats import Chats
from handlers.playground.server import Server
from storage import demo, playground
from storage.importing import RealProgramme
from storage.unit_of_work import Store

FIRST_PORT = 8080
PORTS_TRIED = 20


async def play(settings: Settings, store: Store, port: int | None) -> None:
    """Invent the programme, open the page and serve it. Raises NotReady with one clear sentence where that would be wrong.

    ``port`` None takes 8080, or the next that is free.
    """
    clock = MovableClock(await asyncio.to_thread(_left_at, store))
    await asyncio.to_thread(_invent, settings, store, clock)
    rules = settings.rules()
    texts = Texts(settings.language, rules.zone)
    chats = Chats(store, clock.now, settings.language)
    app = App(store, clock, rules, texts, [PlaygroundChannel(chats)])
    stage = Stage(app, clock, partial(_keep, store))
    await _serve(app, lambda number: Server(app.router, chats, stage, texts, port=number), port)


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


async def _serve(app: App, server_on: Callable[[int], Server], port: int | None) -> None:
    told = told_to_stop()
    server, address = await _first_free(server_on, port)
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
