"""The groups that the bot is in. It says nothing there unasked, and takes no requests: those are made in private."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Chat, ChatMember, ChatMemberUpdated, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.helpers import create_deep_linked_url

from flows.engine import faults
from flows.engine.language.texts import Texts
from handlers.telegram.interactions import commands
from handlers.telegram.rendering.message import RenderedMessage
from handlers.telegram.rendering.text import html
from handlers.telegram.sending.channel import TelegramChannel
from handlers.telegram.updates.decode import CHANNEL, event_id
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import inbox
from storage.people import people, profiles, team_channels

log = logging.getLogger(__name__)

QUIET = timedelta(minutes=1)
"""For so long a group does not hear the same again, however many commands are given in it."""
GONE = frozenset({ChatMember.LEFT, ChatMember.BANNED})
LONGEST_NAME = 120

Change = Callable[[UnitOfWork], None]


class Groups:
    """Keeps which groups there are, and who brought the bot in. What is told twice has its effect once.

    ``wake`` is called, in any thread, when a change left something due.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        channel: TelegramChannel,
        texts: Texts,
        username: str,
        wake: Callable[[], None],
    ) -> None:
        self._store, self._now, self._channel, self._texts, self._username = store, now, channel, texts, username
        self._wake = wake
        self._moving: set[asyncio.Future[None]] = set()
        self._said: dict[int, datetime] = {}

    async def standing(self, update: Update) -> bool:
        """The bot came into a chat or had to leave it; gives whether it is new in a group."""
        changed = update.my_chat_member
        assert changed is not None
        first = await self._once(event_id(update), lambda uow: self._changed(uow, changed))
        is_in = changed.new_chat_member.status not in GONE
        was_in = changed.old_chat_member.status not in GONE
        return first and is_in and not was_in and changed.chat.type in (Chat.GROUP, Chat.SUPERGROUP)

    async def service(self, update: Update) -> None:
        """Take in a group's new number or name."""
        message = update.message
        assert message is not None
        await self._once(event_id(update), lambda uow: _told(uow, message))

    def moved(self, before: int, after: int) -> None:
        """Remember a group's new number, found out when something was sent to it."""
        moving = asyncio.get_running_loop().run_in_executor(None, self._moved, before, after)
        self._moving.add(moving)
        moving.add_done_callback(self._ended)

    async def stop(self, seconds: float) -> None:
        """Wait so long until what is known of groups is kept."""
        if self._moving:
            await asyncio.wait(self._moving, timeout=seconds)

    async def asked(self, update: Update) -> None:
        """A command in a group: answered with the way to the private chat, in the programme's language.

        What was just said there is not said again. The event is all that is kept of it: a group, which everybody reads,
        gets one answer to a command that Telegram brings twice.
        """
        message = update.effective_message
        assert message is not None
        if not await self._once(event_id(update), lambda _uow: None) or self._just_said(message.chat.id):
            return
        t = self._texts.into(None)
        url = create_deep_linked_url(self._username, commands.ASK)
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(t("telegram.to_private"), url=url)]])
        await self._channel.show(message.chat.id, RenderedMessage((html(t("telegram.in_group")),), keyboard))

    def _just_said(self, chat_id: int) -> bool:
        now = self._now()
        self._said = {chat: at for chat, at in self._said.items() if now - at < QUIET}
        known = chat_id in self._said
        self._said.setdefault(chat_id, now)
        return known

    def _moved(self, before: int, after: int) -> None:
        with self._store.begin() as uow:
            team_channels.moved(uow, CHANNEL, str(before), str(after))

    def _ended(self, moving: "asyncio.Future[None]") -> None:
        self._moving.discard(moving)
        if not moving.cancelled() and (error := moving.exception()) is not None:
            faults.report(log, "Noting the new number of a group failed", error)

    def _changed(self, uow: UnitOfWork, changed: ChatMemberUpdated) -> None:
        chat, gone = changed.chat, changed.new_chat_member.status in GONE
        if chat.type == Chat.PRIVATE:
            profiles.set_reachable(uow, CHANNEL, str(chat.id), self._now(), reachable=not gone)
        elif chat.type == Chat.CHANNEL:
            return
        elif gone:
            team_channels.left(uow, CHANNEL, str(chat.id))
        else:
            _joined(uow, chat, str(changed.from_user.id))

    async def _once(self, event: str, change: Change) -> bool:
        return await asyncio.to_thread(self._do, event, change)

    def _do(self, event: str, change: Change) -> bool:
        with self._store.begin() as uow:
            first = inbox.first_time(uow, CHANNEL, event, self._now())
            if first:
                change(uow)
        if uow.to_do:
            self._wake()
        return first


def _joined(uow: UnitOfWork, chat: Chat, inviter: str) -> None:
    """Keep a group that somebody of the programme brought the bot into; of a stranger's, not even that there is one."""
    person, here = people.acting(uow, CHANNEL, inviter), str(chat.id)
    if person is not None or team_channels.at(uow, CHANNEL, here) is not None:
        team_channels.joined(uow, CHANNEL, here, _name(chat), person.id if person else None)


def _told(uow: UnitOfWork, message: Message) -> None:
    here = str(message.chat.id)
    if message.migrate_to_chat_id:
        team_channels.moved(uow, CHANNEL, here, str(message.migrate_to_chat_id))
    elif message.migrate_from_chat_id:
        team_channels.moved(uow, CHANNEL, str(message.migrate_from_chat_id), here)
    elif message.new_chat_title:
        team_channels.renamed(uow, CHANNEL, here, _name(message.chat))


def _name(chat: Chat) -> str:
    return (chat.title or str(chat.id))[:LONGEST_NAME]
