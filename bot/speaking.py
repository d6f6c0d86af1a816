"""The real channels, served until told to stop, on the programme that was imported."""

import asyncio

import typer

from bot.app import App
from bot.clock import SystemClock
from bot.database import NotReady
from bot.settings import Settings
from bot.waiting import set_apart, told_to_stop
from flows.texts import Texts
from handlers.slack.service import Access, NotLetIn, Slack
from storage import census
from storage.importing.guard import is_demo
from storage.unit_of_work import Store


async def speak(settings: Settings, store: Store) -> None:
    """Connect the channels that have tokens. Raises NotReady with one clear sentence where that would be wrong."""
    await asyncio.to_thread(_look_first, store)
    clock, rules = SystemClock(), settings.rules()
    texts = Texts(settings.language, rules.zone)
    slack = Slack(_access(settings), store, clock.now, texts, rules.zone)
    app = App(store, clock, rules, texts, [slack.channel])
    told = told_to_stop()
    try:
        typer.echo(await slack.start(app.router))
        await app.start()
        set_apart()
        typer.echo("Ctrl-C stops it.")
        await told.wait()
        typer.echo("\nStopping.")
    except NotLetIn as why:
        raise NotReady(str(why)) from None
    finally:
        # Letters under way are seen through before the connections that they go over are closed.
        await slack.listen_no_more()
        await app.stop()
        await slack.stop()


def _look_first(store: Store) -> None:
    with store.read() as uow:
        if is_demo(uow):
            raise NotReady(
                "This database holds the invented people of the playground, and real people must never meet them. "
                "Set DATABASE_URL to another database, and import your own programme into it."
            )
        if missing := census.count(uow).missing:
            names = ", ".join(name.replace("_", " ") for name in missing)
            typer.echo(f"The programme is without {names}; load it with: dialoogreeks import FOLDER")


def _access(settings: Settings) -> Access:
    return Access(
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token,
        signing_secret=settings.slack_signing_secret,
        team_ids=settings.slack_team_ids,
        api_url=settings.slack_api_url,
        over=settings.slack_over,
        host=settings.slack_host,
        port=settings.slack_port,
        command=settings.slack_command,
    )
