"""A tiny bot on python-telegram-bot with which the stand-in is tried: it shows and answers one of each."""

import asyncio
from typing import Any, Self

from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from handlers.inbound.http_server import HttpServer
from tests.telegram.stand_in import TelegramStandIn

Context = ContextTypes.DEFAULT_TYPE
App = Application[Any, Any, Any, Any, Any, Any]

SECRET = "geheim_van_de-haak"
BUTTONS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Yes", callback_data="yes"), InlineKeyboardButton("No", callback_data="no")],
        [InlineKeyboardButton("Never", callback_data="never")],
    ]
)


class Echo:
    """Runs the bot, by polling or behind a webhook. ``seen`` holds every update that reached it."""

    def __init__(self, far: TelegramStandIn, mode: str) -> None:
        self.far, self.mode = far, mode
        self.seen: list[Update] = []
        self.deaf = 0
        self.pause = 0.0
        self.turned_away = 0
        builder = ApplicationBuilder().token(far.token).base_url(far.base_url).base_file_url(far.base_file_url)
        self.app: App = (builder if mode == "polling" else builder.updater(None)).build()
        self._listen()

    async def __aenter__(self) -> Self:
        await self.app.initialize()
        await self.app.start()
        if self.app.updater is not None:
            await self.app.updater.start_polling(timeout=2, allowed_updates=Update.ALL_TYPES)
        else:
            await self._serve()
        return self

    async def __aexit__(self, *problem: object) -> None:
        if self.app.updater is not None:
            await self.app.updater.stop()
        else:
            await self._server.close()
        await self.app.stop()
        await self.app.shutdown()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/telegram", self._request)
        self._server = HttpServer(app, stop_seconds=0.1)
        self.address = f"{await self._server.open('127.0.0.1', 0)}/telegram"
        await self.app.bot.set_webhook(self.address, secret_token=SECRET, allowed_updates=Update.ALL_TYPES)

    async def _request(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            self.turned_away += 1
            return web.Response(status=403)
        if self.deaf:
            self.deaf -= 1
            return web.Response(status=503)
        await self.app.update_queue.put(Update.de_json(await request.json(), self.app.bot))
        await asyncio.sleep(self.pause)
        return web.Response()

    def _listen(self) -> None:
        self.app.add_handler(MessageHandler(filters.ALL, self._noted), group=-1)
        self.app.add_handler(CallbackQueryHandler(self._noted), group=-1)
        self.app.add_handler(ChatMemberHandler(self._noted), group=-1)
        self.app.add_handler(CommandHandler("start", self._start))
        self.app.add_handler(MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, self._said))
        self.app.add_handler(CallbackQueryHandler(self._pressed))

    async def _noted(self, update: Update, context: Context) -> None:
        self.seen.append(update)

    async def _start(self, update: Update, context: Context) -> None:
        assert update.effective_chat is not None
        words = f"<b>Welcome</b> {' '.join(context.args or [])}"
        await update.effective_chat.send_message(words, parse_mode="HTML", reply_markup=BUTTONS)

    async def _said(self, update: Update, context: Context) -> None:
        assert update.effective_chat is not None
        assert update.effective_message is not None
        await update.effective_chat.send_message(f"You said {update.effective_message.text}")

    async def _pressed(self, update: Update, context: Context) -> None:
        query = update.callback_query
        assert query is not None
        if query.data == "never":
            return
        await query.answer(f"You pressed {query.data}")
        await query.edit_message_text(f"Chosen: {query.data}")
