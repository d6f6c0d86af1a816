"""The real channels, served until told to stop, on the programme that was imported."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import typer

from bot.app import App
from bot.config.database import NotReady
from bot.config.settings import Settings
from bot.running.shutdown import set_apart, told_to_stop
from bot.schedule.clock import Clock, SystemClock
from flows.engine import faults
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.people import served_channels
from handlers.inbound.router import Router
from handlers.outbound.channel import Channel, StartRefused
from storage.database.unit_of_work import Store
from storage.people import invitations, people
from storage.programme import counts
from storage.programme.demo_guard import is_demo

log = logging.getLogger(__name__)


class Served(Protocol):
    """A channel as it is served: Slack or Telegram as a whole."""

    @property
    def channel(self) -> Channel:
        """What the dispatcher delivers to."""

    @property
    def entrance(self) -> str:
        """The link with which newcomers come in, up to the token; "" where there is none. Known after ``start``."""

    async def start(self, router: Router) -> str:
        """Begin to listen; gives one sentence for who started it. Raises StartRefused where that cannot be."""

    async def listen_no_more(self) -> None:
        """Take nothing new, and finish what was begun."""

    async def stop(self) -> None:
        """Listen no more, and send no more."""


@dataclass(frozen=True)
class _Ground:
    """What every channel is made with."""

    settings: Settings
    store: Store
    clock: Clock
    rules: Rules
    texts: Texts


async def speak(settings: Settings, store: Store) -> None:
    """Connect the channels that have tokens. Raises NotReady with one clear sentence where that would be wrong."""
    await asyncio.to_thread(_look_first, store)
    clock, rules = SystemClock(), settings.rules()
    texts = Texts(settings.language, rules.zone)
    served = list(_channels(_Ground(settings, store, clock, rules, texts)))
    app = App(store, clock, rules, texts, [one.channel for one in served])
    told = told_to_stop()
    noting: asyncio.Task[None] | None = None
    try:
        for one in served:
            typer.echo(await one.start(app.router))
        await asyncio.to_thread(_note_entrances, store, served, clock)
        await asyncio.to_thread(_say_what_is_shut, store, served, clock)
        noting = asyncio.create_task(_go_on_noting(store, served, clock), name="entrances")
        await app.start()
        set_apart()
        typer.echo("Ctrl-C stops it.")
        await told.wait()
        typer.echo("\nStopping.")
    except StartRefused as why:
        raise NotReady(str(why)) from None
    finally:
        if noting is not None:
            noting.cancel()
        # Letters under way are seen through before the connections that they go over are closed.
        await asyncio.gather(*(one.listen_no_more() for one in served))
        await app.stop()
        await asyncio.gather(*(one.stop() for one in served))


def _look_first(store: Store) -> None:
    with store.read() as uow:
        if is_demo(uow):
            raise NotReady(
                "This database holds the invented people of the playground, and real people must never meet them. "
                "Set DATABASE_URL to another database, and import your own programme into it."
            )
        if missing := counts.count(uow).missing:
            names = ", ".join(name.replace("_", " ") for name in missing)
            typer.echo(f"The programme is without {names}; load it with: dialoogreeks import FOLDER")


def _note_entrances(store: Store, served: Sequence[Served], clock: Clock) -> None:
    with store.begin() as uow:
        served_channels.serve(uow, {one.channel.name: one.entrance for one in served}, clock.now())


def _say_what_is_shut(store: Store, served: Sequence[Served], clock: Clock) -> None:
    """Say of each channel that people come into with an invitation where nobody is in, and nobody can come."""
    with store.read() as uow:
        if invitations.open_of(uow, None, clock.now(), 1):
            return
        for one in served:
            if one.entrance and not people.anybody_in(uow, one.channel.name):
                name = one.channel.name.capitalize()
                typer.echo(f"Nobody can come in over {name} yet; make the first invitation with: dialoogreeks invite")


async def _go_on_noting(store: Store, served: Sequence[Served], clock: Clock) -> None:
    while True:
        await asyncio.sleep(served_channels.AGAIN.total_seconds())
        try:
            await asyncio.to_thread(_note_entrances, store, served, clock)
        except Exception as error:  # noqa: BLE001  # The outermost loop: the database may come back.
            faults.report(log, "Noting which channels are served failed", error)


def _channels(ground: _Ground) -> Iterator[Served]:
    # Each brings libraries that take their time to load, so only who has its token waits for them.
    if "slack" in ground.settings.channels:
        yield _slack(ground)
    if "telegram" in ground.settings.channels:
        yield _telegram(ground)


def _slack(ground: _Ground) -> Served:
    from handlers.slack.service import Access, Slack  # noqa: PLC0415

    settings = ground.settings
    access = Access(
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token,
        signing_secret=settings.slack_signing_secret,
        team_ids=settings.slack_team_ids,
        api_url=settings.slack_api_url,
        over=settings.slack_over,
        host=settings.slack_host,
        port=settings.slack_port,
        command=settings.slack_command,
        also_serve=settings.slack_also_serve,
        programme_email=settings.programme_email,
    )
    return Slack(access, ground.store, ground.clock.now, ground.texts, ground.rules.zone)


def _telegram(ground: _Ground) -> Served:
    from handlers.telegram.service import Access, Telegram  # noqa: PLC0415

    settings = ground.settings
    access = Access(
        token=settings.telegram_bot_token,
        api_url=settings.telegram_api_url,
        over="webhook" if settings.telegram_mode == "webhook" else "polling",
        webhook_url=settings.telegram_webhook_url,
        secret=settings.telegram_webhook_secret,
        host=settings.telegram_host,
        port=settings.telegram_port,
    )
    return Telegram(access, ground.store, ground.clock.now, ground.texts, ground.rules)
