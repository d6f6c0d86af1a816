"""Telegram bots to press the buttons of, each run in a process of its own: ours, and a bare one.

``python -m benchmarks.telegram_apps ours|bare DATABASE_URL TOKEN API_URL`` fetches updates until its input ends. The
first line it writes says that it does.
"""

import asyncio
import sys

from telegram import Update
from telegram.ext import Application, CallbackContext, CallbackQueryHandler

from benchmarks.workplace import NOW, RULES, TEXTS
from bot.app import App
from bot.config import logging_setup
from bot.processor import keep_to_one
from bot.running.shutdown import set_apart
from bot.schedule.clock import MovableClock
from handlers.telegram.access import Access
from handlers.telegram.service import Telegram
from storage.database.unit_of_work import Store

CONNECTIONS = 64
READY = "ready"


async def ours(url: str, token: str, api_url: str) -> None:
    """The whole bot: Telegram, the dispatcher and the ticker, put together as it does for real."""
    store, clock = Store(url), MovableClock(base=lambda: NOW)
    keep_to_one()
    telegram = Telegram(Access(token, api_url, "polling"), store, clock.now, TEXTS, RULES)
    app = App(store, clock, RULES, TEXTS, [telegram.channel])
    await telegram.start(app.router)
    await app.start()
    await _until_told()
    await telegram.listen_no_more()
    await app.stop()
    await telegram.stop()
    store.close()


async def bare(_url: str, token: str, api_url: str) -> None:
    """The library's Application, which answers the query and edits the message, and keeps nothing."""

    async def press(update: Update, _context: CallbackContext) -> None:  # type: ignore[type-arg]  # it is not used
        assert update.callback_query is not None
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(f"Gedaan {update.update_id}")

    builder = Application.builder().token(token).base_url(f"{api_url}/bot").concurrent_updates(CONNECTIONS)
    app = builder.connection_pool_size(CONNECTIONS).job_queue(None).build()
    app.add_handler(CallbackQueryHandler(press))
    await app.initialize()
    await app.start()
    assert app.updater is not None
    await app.updater.start_polling()
    await _until_told()
    await app.updater.stop()
    await app.stop()
    await app.shutdown()


async def _until_told() -> None:
    set_apart()
    print(READY, flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    await lines.read()


if __name__ == "__main__":
    logging_setup.configure("info")
    asyncio.run({"ours": ours, "bare": bare}[sys.argv[1]](*sys.argv[2:5]))
