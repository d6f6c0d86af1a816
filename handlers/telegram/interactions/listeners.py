"""What the bot listens to in Telegram, wired into the library's Application."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from flows.access.linking import PREFIX
from flows.engine import faults
from flows.engine.views.action import Action
from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.telegram.interactions import commands
from handlers.telegram.interactions.groups import Groups
from handlers.telegram.interactions.interactions import Interactions
from handlers.telegram.interactions.strangers import Strangers
from handlers.telegram.updates.backlog import Backlog
from handlers.telegram.updates.decode import UserAction, Words, event_id, pressed, written
from handlers.telegram.updates.known_senders import Known

log = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
App = Application[Any, Any, Any, Any, Any, Any]

STOP_SECONDS = 5.0


class Listeners:
    """One method for each thing that a person, or Telegram itself, can do. ``me`` is the bot's own username."""

    def __init__(
        self,
        app: App,
        turns: Interactions,
        groups: Groups,
        known: Known,
        strangers: Strangers,
        backlog: Backlog,
        me: str,
    ) -> None:
        self._app, self._turns, self._groups, self._known = app, turns, groups, known
        self._strangers, self._backlog, self._me = strangers, backlog, me.casefold()
        self._answering: set[asyncio.Task[None]] = set()
        self._failed: set[int] = set()

    def listen(self) -> None:
        """Have the library call these methods."""
        private = filters.ChatType.PRIVATE
        service = filters.StatusUpdate.MIGRATE | filters.StatusUpdate.NEW_CHAT_TITLE
        mentions = filters.ChatType.GROUPS & filters.COMMAND & filters.UpdateType.MESSAGE
        self._app.add_handler(CallbackQueryHandler(self.press))
        self._app.add_handler(ChatMemberHandler(self.standing, ChatMemberHandler.MY_CHAT_MEMBER))
        self._app.add_handler(MessageHandler(filters.ChatType.GROUPS & service, self.service))
        self._app.add_handler(MessageHandler(mentions, self.called))
        self._app.add_handler(MessageHandler(private & filters.COMMAND & filters.UpdateType.MESSAGE, self.command))
        self._app.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, self.written))
        self._app.add_error_handler(self.failed)

    def heard(self, update: Update) -> None:
        """An update arrived, perhaps before its turn: a press is answered at once."""
        self._backlog.comes(update.update_id)
        if update.callback_query is not None:
            self._answer(update)

    async def take(self, update: Update) -> bool:
        """Work on an update when it is its turn; gives whether it was taken in."""
        working = self._app.process_update(update)
        await self._app.update_processor.process_update(update, working)
        failed = update.update_id in self._failed
        self._failed.discard(update.update_id)
        return not failed

    async def is_well(self) -> bool:
        """Whether updates can be taken in at all just now."""
        return await self._known.is_well()

    async def press(self, update: Update, _context: Context) -> None:
        """A button, under any message in private. Under one in a group there are none of ours but links."""
        press = pressed(update)
        if press is not None and await self._is_known(update, press):
            waited = self._backlog.had(update.update_id)
            await self._in_turn(press, partial(self._turns.press, replace(press, waited=waited)))

    async def command(self, update: Update, _context: Context) -> None:
        """A command in private, in either language; one there is not is words like any other."""
        words = written(update)
        if not isinstance(words, Words):
            await self.written(update, _context)
            return
        name, rest = commands.parts(words.text)
        if name == commands.START and rest not in ("", commands.ASK) and update.effective_user is not None:
            await self._strangers.enter(words, update.effective_user, rest)
        elif await self._is_known(update, words):
            await self._in_turn(words, partial(self._turns.command, words, name, rest))

    async def written(self, update: Update, _context: Context) -> None:
        """Words, or anything else that people can send."""
        deed = written(update)
        if deed is None or not await self._is_known(update, deed):
            return
        turn = partial(self._turns.say, deed) if isinstance(deed, Words) else partial(self._turns.puzzle, deed)
        await self._in_turn(deed, turn)

    async def called(self, update: Update, _context: Context) -> None:
        """A command in a group: for this bot where it says so, or where it is one of ours."""
        message = update.effective_message
        assert message is not None
        first = (message.text or "").split()[0].casefold() if message.text else ""
        name, _, whose = first.removeprefix("/").partition("@")
        if whose == self._me or (not whose and commands.is_ours(self._turns.capabilities, name)):
            await self._groups.asked(update)

    async def standing(self, update: Update, _context: Context) -> None:
        """Take in that the bot was brought into a chat or sent out, and answer who brought it."""
        if await self._groups.standing(update):
            assert update.my_chat_member is not None
            inviter = update.my_chat_member.from_user.id
            told = UserAction(f"{event_id(update)}.told", inviter)
            if await self._known.knows(told.address):
                await self._turns.begin(told, Action("rooms").pack())

    async def service(self, update: Update, _context: Context) -> None:
        """Take in a group's new number or name."""
        await self._groups.service(update)

    async def failed(self, update: object, context: Context) -> None:
        """What a listener could not do. The update is not confirmed, and comes again."""
        error = context.error
        if isinstance(update, Update):
            self._failed.add(update.update_id)
        if isinstance(error, RetryLater | NeverDeliverable):
            log.info("An update is to come again", extra={"action": "telegram.again"})
        elif error is not None:
            faults.report(log, "Taking in what Telegram brought failed", error)

    async def stop(self) -> None:
        """Wait for the answers that are on their way, for a few seconds at most."""
        await asyncio.gather(self._turns.stop(STOP_SECONDS), self._groups.stop(STOP_SECONDS), self._stop_answering())

    async def _stop_answering(self) -> None:
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=STOP_SECONDS)
            for answer in late:
                answer.cancel()

    async def _in_turn(self, deed: UserAction, turn: Callable[[], Awaitable[None]]) -> None:
        try:
            await turn()
        except Exception as error:  # noqa: BLE001  # Whatever it was, it is told of, or tried again.
            fault = faults.report(log, "What a person did in Telegram failed", error)
            if not await self._known.is_well():
                # The transaction was rolled back, so the update comes again and is done when the database is back.
                raise RetryLater("the database does not answer") from None
            # The person's turn ends here: they get an answer with an id to quote.
            await self._turns.apologise(deed, fault)

    async def _is_known(self, update: Update, deed: UserAction) -> bool:
        """Whether the programme knows whoever did this; anybody else hears how to be invited."""
        code = commands.link_code(deed.text) if isinstance(deed, Words) else ""
        # Whose account was just taken apart may link it again at once.
        if update.effective_user is None or await self._known.knows(deed.address, surely=bool(code)):
            return update.effective_user is not None
        if code:
            await self._strangers.enter(deed, update.effective_user, f"{PREFIX}{code}")
        else:
            await self._strangers.greet(deed, update.effective_user)
        return False

    def _answer(self, update: Update) -> None:
        """Stop the button from spinning, before anything else: what it did is seen in the chat."""
        task = asyncio.create_task(self._answered(update))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answered(self, update: Update) -> None:
        query = update.callback_query
        assert query is not None
        try:
            await self._turns.hear(query.id, query.data or "", query.from_user.id)
        except (RetryLater, NeverDeliverable) as why:
            # Too old, or answered by another delivery of it: nobody waits for it any more.
            log.info("A press is not answered: %s", type(why).__name__, extra={"action": "telegram.unanswered"})
