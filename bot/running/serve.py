"""Serving until told to stop: the real channels when they have tokens, the playground when none has.

In the playground anybody may speak as anybody, so it never runs beside a real channel or on real people's data.
"""

import asyncio

from bot.config.database import NotReady
from bot.config.settings import Settings
from bot.processor import keep_to_one
from storage.database import schema
from storage.database.unit_of_work import Store


def run_forever(settings: Settings, *, port: int | None) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises NotReady with one clear sentence where that would be wrong."""
    if settings.channels and port is not None:
        raise NotReady(
            "The playground does not run beside real channels: in it anybody may speak as anybody. "
            "Take the tokens out of .env to play, or PLAYGROUND_PORT and --port to serve the channels."
        )
    keep_to_one()
    store = Store(settings.database_url)
    try:
        schema.upgrade(store)
        with schema.in_use(store):
            asyncio.run(_serve(settings, store, port))
    finally:
        store.close()


async def _serve(settings: Settings, store: Store, port: int | None) -> None:
    # Each brings libraries that the other does not need, and start-up waits for what is loaded.
    if settings.channels:
        from bot.running.serve_channels import speak  # noqa: PLC0415

        await speak(settings, store)
    else:
        from bot.running.serve_playground import play  # noqa: PLC0415

        await play(settings, store, port)
