"""Telegram as the courier and the listeners know it: people and groups get messages, and messages are changed.

An address is a chat's id as text: a person's own id, or a group's, which is negative. A message's reference is
"CHAT:MESSAGE".

Telegram has no way to look back at what was said, and keeps no marks on messages that a bot could look for. So a letter
of which nobody knows whether it arrived is sent again, and may stand there twice: late and double is better than never.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from telegram import InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode

from flows.texts import Texts, Translator
from flows.view import Attachment, View
from handlers.channel import PLAIN, Envelope, NotEver, NotNow
from handlers.telegram.failures import AlreadySo, EditImpossible, Moved
from handlers.telegram.message import Said, message
from handlers.telegram.web import Web

log = logging.getLogger(__name__)

MOST_KNOWN = 10_000
"""Letters remembered of which a part stands already, and groups that moved."""

_TEXT = {"parse_mode": ParseMode.HTML, "link_preview_options": LinkPreviewOptions(is_disabled=True)}


@dataclass(frozen=True)
class Ref:
    """Where a message stands: its chat, and its number there."""

    chat: int
    message: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reference that ``str`` wrote. Raises EditImpossible for anything else."""
        found = re.fullmatch(r"(-?[0-9]{1,18}):([0-9]{1,18})", text)
        if found is None:
            raise EditImpossible("no reference to a message in Telegram")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.chat}:{self.message}"


@dataclass(frozen=True)
class _Standing:
    """What of a letter stands in its chat: the texts that are there, and the last of them."""

    texts: tuple[str, ...]
    ref: Ref


class TelegramChannel:
    """One bot. Implements ``handlers.channel.Channel``; the last three methods are for who just acted."""

    name = "telegram"

    def __init__(self, web: Web, texts: Texts) -> None:
        self._web, self._texts = web, texts
        self._bot = web.bot
        self._standing: dict[str, _Standing] = {}
        self._moved: dict[int, int] = {}
        self._hear_move: Callable[[int, int], None] = lambda _before, _after: None

    def when_moved(self, hear: Callable[[int, int], None]) -> None:
        """Have ``hear`` called with the ids before and after, when a group is found to have another one."""
        self._hear_move = hear

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Deliver a letter. A file goes below it; when that fails for good, or twice, the message stands without.

        What of a letter stands already is not sent again, as long as this process remembers it.
        """
        said = message(view, self._words(view))
        ref = await self._say(_chat(address), said, envelope.key, urgent=False)
        if view.file is not None:
            await self._attach(ref, view.file, last=envelope.again)
        self._standing.pop(envelope.key, None)
        return str(ref)

    async def replace(self, address: str, message_ref: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Change a letter. Raises EditImpossible (a NotEver) where Telegram does not let it be changed any more."""
        said = message(view, self._words(view))
        ref = await self._change(Ref.parse(message_ref), said, urgent=False)
        if view.file is not None:
            await self._attach(ref, view.file, last=True)
        return str(ref)

    async def find(self, email: str) -> str | None:
        """None: Telegram knows nobody by an e-mail address, and a bot may not write first."""
        return None

    async def post(self, chat_id: int | str, view: View, t: Translator) -> str:
        """Say something where somebody just acted; gives the message's reference.

        Goes before letters, and is said once: raises NotNow and NotEver where it was not.
        """
        ref = await self._say(_chat(chat_id), message(view, t), urgent=True)
        if view.file is not None:
            await self._attach(ref, view.file, last=True, urgent=True)
        return str(ref)

    async def edit(self, message_ref: str, view: View, t: Translator) -> str:
        """Change a message where somebody just acted. Raises EditImpossible, NotNow or NotEver where it stays."""
        return str(await self._change(Ref.parse(message_ref), message(view, t), urgent=True))

    async def show(self, chat_id: int | str, said: Said, ref: str | None = None, *, urgent: bool = True) -> str:
        """Put this in the place of the message ``ref``, or say it below where there is none or it cannot be changed.

        Gives the reference of what stands there now. Raises NotNow, and NotEver where nothing can be said.
        """
        if ref is not None:
            try:
                return str(await self._change(Ref.parse(ref), said, urgent=urgent))
            except EditImpossible as fixed:
                log.info("A message is said anew: %s", fixed, extra={"action": "telegram.fixed"})
        return str(await self._say(_chat(chat_id), said, urgent=urgent))

    def _words(self, view: View) -> Translator:
        return self._texts.into(view.language or None)

    async def _say(self, chat: int, said: Said, key: str = "", *, urgent: bool) -> Ref:
        """Say it all, without what already stands there under this key."""
        standing = self._standing.get(key)
        done = standing if standing and standing.texts == said.texts[: len(standing.texts)] else None
        ref = done.ref if done else None
        for number in range(len(done.texts) if done else 0, len(said.texts)):
            ref = await self._send(chat, said, number, urgent=urgent)
            self._remember(key, _Standing(said.texts[: number + 1], ref))
        assert ref is not None  # there is no message without a text
        return ref

    async def _send(self, chat: int, said: Said, number: int, *, urgent: bool) -> Ref:
        keyboard = said.keyboard if number == len(said.texts) - 1 else None
        sent = await self._to(
            chat, self._bot.send_message, urgent=urgent, text=said.texts[number], reply_markup=keyboard, **_TEXT
        )
        return Ref(sent.chat_id, sent.message_id)

    async def _to(self, chat: int, call: Any, *, urgent: bool, **arguments: Any) -> Any:
        """A call about a chat, by whichever id the chat has now."""
        try:
            return await self._web.ask(call, self._moved.get(chat, chat), urgent=urgent, **arguments)
        except Moved as moved:
            self._move(chat, moved.chat_id)
        return await self._web.ask(call, self._moved[chat], urgent=urgent, **arguments)

    async def _change(self, ref: Ref, said: Said, *, urgent: bool) -> Ref:
        """Put all of it in the place of one message: what does not fit in one is said below, and the old one closed."""
        about = {"message_id": ref.message}
        if len(said.texts) > 1:
            await self._edit(self._bot.edit_message_reply_markup, ref, urgent=urgent, reply_markup=None, **about)
            return await self._say(ref.chat, said, urgent=urgent)
        changed = {"text": said.texts[0], "reply_markup": said.keyboard, **_TEXT}
        await self._edit(self._bot.edit_message_text, ref, urgent=urgent, **about, **changed)
        return ref

    async def _edit(self, call: Any, ref: Ref, *, urgent: bool, **arguments: Any) -> None:
        try:
            await self._web.ask(call, ref.chat, urgent=urgent, **arguments)
        except AlreadySo:
            return
        except Moved as moved:
            self._move(ref.chat, moved.chat_id)
            # Messages do not keep their numbers when a group becomes a supergroup.
            raise EditImpossible(str(moved)) from None

    def _move(self, before: int, after: int) -> None:
        if len(self._moved) >= MOST_KNOWN:
            self._moved.clear()
        self._moved[before] = after
        self._hear_move(before, after)

    async def _attach(self, ref: Ref, file: Attachment, *, last: bool, urgent: bool = False) -> None:
        """Put a file below a message. ``last``: it is left out when that does not work this time."""
        document = InputFile(file.content, filename=file.name)
        below = ReplyParameters(ref.message, allow_sending_without_reply=True)
        try:
            await self._to(ref.chat, self._bot.send_document, urgent=urgent, document=document, reply_parameters=below)
        except NotNow as wait:
            # Not given up for a wait that Telegram asks for: that passes, and never uses a letter up.
            if not last or wait.seconds is not None:
                # The message stands by now, and the next attempt is the last one for its file.
                raise NotNow(f"the file: {wait}", wait.seconds, maybe_sent=True) from wait
            _left_out(wait)
        except NotEver as closed:
            _left_out(closed)

    def _remember(self, key: str, standing: _Standing) -> None:
        if not key:
            return
        if len(self._standing) >= MOST_KNOWN:
            self._standing.clear()
        self._standing[key] = standing


def _chat(address: int | str) -> int:
    try:
        return int(address)
    except ValueError:
        raise NotEver("no address in Telegram", unreachable=True) from None


def _left_out(why: NotNow | NotEver) -> None:
    log.warning("A message stands without its file: %s", why, extra={"action": "telegram.file_left_out"})
