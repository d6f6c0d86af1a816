"""Telegram as the dispatcher and the listeners know it: people and groups get messages, and messages are changed.

An address is a chat's id as text: a person's own id, or a group's, which is negative. A message's reference is
"CHAT:MESSAGE", and that of a letter in several parts "CHAT:MESSAGE,MESSAGE", so that all of it can be changed.

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

from flows.engine.language.texts import Texts, Translator
from flows.engine.views.view import Attachment, View
from handlers.outbound.channel import PLAIN, Envelope, NeverDeliverable, RetryLater
from handlers.telegram.address import is_persons
from handlers.telegram.errors import AlreadySo, EditImpossible, Moved
from handlers.telegram.rendering.message import RenderedMessage, message
from handlers.telegram.sending.api import ApiClient

log = logging.getLogger(__name__)

MOST_KNOWN = 10_000
"""Letters remembered of which a part stands already, groups that moved, and chats of which the last message is."""

_TEXT = {"parse_mode": ParseMode.HTML, "link_preview_options": LinkPreviewOptions(is_disabled=True)}


@dataclass(frozen=True)
class Ref:
    """Where a message stands: its chat, and the numbers of its parts there, in their order."""

    chat: int
    parts: tuple[int, ...]

    @property
    def message(self) -> int:
        """The number of its last part, under which its buttons are."""
        return self.parts[-1]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reference that ``str`` wrote. Raises EditImpossible for anything else."""
        found = re.fullmatch(r"(-?[0-9]{1,18}):([0-9]{1,18}(?:,[0-9]{1,18})*)", text)
        if found is None:
            raise EditImpossible("no reference to a message in Telegram")
        return cls(int(found[1]), tuple(map(int, found[2].split(","))))

    def __str__(self) -> str:
        return f"{self.chat}:{','.join(map(str, self.parts))}"


@dataclass(frozen=True)
class _Standing:
    """What of a letter stands in its chat: the texts that are there, and where."""

    texts: tuple[str, ...]
    ref: Ref


class TelegramChannel:
    """One bot. Implements ``handlers.outbound.channel.Channel``; the last four methods are for who just acted."""

    name = "telegram"

    def __init__(self, web: ApiClient, texts: Texts) -> None:
        self._web, self._texts = web, texts
        self._bot = web.bot
        self._standing: dict[str, _Standing] = {}
        self._moved: dict[int, int] = {}
        self._latest: dict[int, int] = {}
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
        """Change a letter, all of it. Raises EditImpossible (a NeverDeliverable) where Telegram does not allow it.

        What it needs no more of its parts is taken away. Where it has become longer, it is said below as a whole.
        """
        said = message(view, self._words(view))
        ref = await self._renew(Ref.parse(message_ref), said, envelope.key)
        if view.file is not None:
            await self._attach(ref, view.file, last=True)
        self._standing.pop(envelope.key, None)
        return str(ref)

    def is_persons(self, address: str) -> bool:
        """Whether this is a user's id, and not that of a group or of what Telegram has in a user's place."""
        return is_persons(address)

    def is_between(self, address: str, message_ref: str) -> bool:
        """Whether the message is in the chat with this person, whose id is the person's."""
        return message_ref.partition(":")[0] == address

    async def find(self, email: str) -> str | None:
        """None: Telegram knows nobody by an e-mail address, and a bot may not write first."""
        return None

    async def post(self, chat_id: int | str, view: View, t: Translator, ref: str | None = None) -> str:
        """Say something where somebody just acted, in the place of ``ref``; gives the message's reference.

        Goes before letters, and is said once: raises RetryLater and NeverDeliverable where it was not.
        """
        now_at = Ref.parse(await self.show(chat_id, message(view, t), ref))
        if view.file is not None:
            await self._attach(now_at, view.file, last=True, urgent=True)
        return str(now_at)

    async def edit(self, message_ref: str, view: View, t: Translator) -> str:
        """Change a message where somebody acted. Raises EditImpossible, RetryLater or NeverDeliverable if it stays."""
        return str(await self._change(Ref.parse(message_ref), message(view, t), urgent=True))

    def spoke_below(self, message_ref: str) -> bool:
        """Whether anything was said below this message, as far as this process knows: by itself, since it began."""
        return bool(message_ref) and (ref := Ref.parse(message_ref)).message < self._latest.get(ref.chat, 0)

    async def hear(self, query_id: str, words: str = "") -> None:
        """Stop a button from spinning, with a few passing words. Raises RetryLater or NeverDeliverable if it spins on.

        Where Telegram asks to go slower with that, it is done later: all presses wait, and messages and letters do not.
        """
        said: dict[str, Any] = {"text": words} if words else {}
        await self._web.ask(self._bot.answer_callback_query, urgent=True, callback_query_id=query_id, **said)

    async def show(
        self,
        chat_id: int | str,
        said: RenderedMessage,
        ref: str | None = None,
        *,
        urgent: bool = True,
        anew: bool = False,
    ) -> str:
        """Put this in the place of the message ``ref``, or say it below where there is none or it cannot be changed.

        ``anew``: also where it says exactly this already, so that somebody sees it said. Gives the reference of what
        stands there now. Raises RetryLater, and NeverDeliverable where nothing can be said.
        """
        if ref is not None:
            try:
                return str(await self._change(Ref.parse(ref), said, urgent=urgent, anew=anew))
            except EditImpossible as fixed:
                log.info("A message is said anew: %s", fixed, extra={"action": "telegram.fixed"})
        return str(await self._say(_chat(chat_id), said, urgent=urgent))

    def _words(self, view: View) -> Translator:
        return self._texts.into(view.language or None)

    async def _say(self, chat: int, said: RenderedMessage, key: str = "", *, urgent: bool) -> Ref:
        """Say it all, without what already stands there under this key."""
        standing = self._standing.get(key)
        done = standing if standing and standing.texts == said.texts[: len(standing.texts)] else None
        ref = done.ref if done else None
        for number in range(len(done.texts) if done else 0, len(said.texts)):
            sent = await self._send(chat, said, number, urgent=urgent)
            ref = Ref(sent.chat, (*ref.parts, *sent.parts)) if ref else sent
            self._remember(key, _Standing(said.texts[: number + 1], ref))
        assert ref is not None  # there is no message without a text
        return ref

    async def _send(self, chat: int, said: RenderedMessage, number: int, *, urgent: bool) -> Ref:
        keyboard = said.keyboard if number == len(said.texts) - 1 else None
        sent = await self._to(
            chat, self._bot.send_message, urgent=urgent, text=said.texts[number], reply_markup=keyboard, **_TEXT
        )
        self._spoke(sent.chat_id, sent.message_id)
        return Ref(sent.chat_id, (sent.message_id,))

    def _spoke(self, chat: int, message_id: int) -> None:
        if len(self._latest) >= MOST_KNOWN:
            self._latest.clear()
        self._latest[chat] = message_id

    async def _to(self, chat: int, call: Any, *, urgent: bool, **arguments: Any) -> Any:
        """A call about a chat, by whichever id the chat has now."""
        try:
            return await self._web.ask(call, self._moved.get(chat, chat), urgent=urgent, **arguments)
        except Moved as moved:
            self._move(chat, moved.chat_id)
        return await self._web.ask(call, self._moved[chat], urgent=urgent, **arguments)

    async def _change(self, ref: Ref, said: RenderedMessage, *, urgent: bool, anew: bool = False) -> Ref:
        """Put all of it in the place of one message: what does not fit in one is said below, and the old one closed."""
        if len(said.texts) > 1:
            await self._shut(ref, urgent=urgent)
            return await self._say(ref.chat, said, urgent=urgent)
        if not await self._put(ref.chat, ref.message, said, 0, urgent=urgent) and anew:
            return await self._say(ref.chat, said, urgent=urgent)
        return ref

    async def _renew(self, ref: Ref, said: RenderedMessage, key: str) -> Ref:
        """Put a letter in the place of one: of several parts in the last ones, for nobody looks above those."""
        spare = len(ref.parts) - len(said.texts)
        if spare < 0:
            await self._shut(ref, urgent=False)
            below = await self._say(ref.chat, said, key, urgent=False)
            await self._take_away(ref.chat, ref.parts)
            return below
        kept = ref.parts[spare:]
        for number, part in reversed([*enumerate(kept)]):
            await self._put(ref.chat, part, said, number, urgent=False)
        await self._take_away(ref.chat, ref.parts[:spare])
        return Ref(ref.chat, kept)

    async def _put(self, chat: int, part: int, said: RenderedMessage, number: int, *, urgent: bool) -> bool:
        """Have one message say one of the texts; False where it says so already."""
        keyboard = said.keyboard if number == len(said.texts) - 1 else None
        changed = {"message_id": part, "text": said.texts[number], "reply_markup": keyboard, **_TEXT}
        return await self._edit(self._bot.edit_message_text, chat, urgent=urgent, **changed)

    async def _shut(self, ref: Ref, *, urgent: bool) -> None:
        """Take the buttons away."""
        about = {"message_id": ref.message, "reply_markup": None}
        await self._edit(self._bot.edit_message_reply_markup, ref.chat, urgent=urgent, **about)

    async def _take_away(self, chat: int, parts: tuple[int, ...]) -> None:
        """Take messages of a letter away that say what is not so any more. One that Telegram keeps stays."""
        for part in parts:
            try:
                await self._edit(self._bot.delete_message, chat, urgent=False, message_id=part)
            except NeverDeliverable as fixed:
                log.info("A part of a letter stays: %s", fixed, extra={"action": "telegram.fixed"})

    async def _edit(self, call: Any, chat: int, *, urgent: bool, **arguments: Any) -> bool:
        """Change a message; False where that changes nothing."""
        try:
            await self._web.ask(call, chat, urgent=urgent, **arguments)
        except AlreadySo:
            return False
        except Moved as moved:
            self._move(chat, moved.chat_id)
            # Messages do not keep their numbers when a group becomes a supergroup.
            raise EditImpossible(str(moved)) from None
        return True

    def _move(self, before: int, after: int) -> None:
        if len(self._moved) >= MOST_KNOWN:
            self._moved.clear()
        self._moved[before] = after
        self._hear_move(before, after)

    async def _attach(self, ref: Ref, file: Attachment, *, last: bool, urgent: bool = False) -> None:
        """Put a file below a message, a picture to be seen. ``last``: left out when that does not work this time."""
        is_picture = file.mime.startswith("image/")
        call, name = (self._bot.send_photo, "photo") if is_picture else (self._bot.send_document, "document")
        below = ReplyParameters(ref.message, allow_sending_without_reply=True)
        sent: dict[str, Any] = {name: InputFile(file.content, filename=file.name), "reply_parameters": below}
        try:
            hung = await self._to(ref.chat, call, urgent=urgent, **sent)
            self._spoke(hung.chat_id, hung.message_id)
        except RetryLater as wait:
            # Not given up for a wait that Telegram asks for: that passes, and never uses a letter up.
            if not last or wait.seconds is not None:
                # The message stands by now, and the next attempt is the last one for its file.
                raise RetryLater(f"the file: {wait}", wait.seconds, maybe_sent=True) from wait
            _left_out(wait)
        except NeverDeliverable as closed:
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
        raise NeverDeliverable("no address in Telegram", unreachable=True) from None


def _left_out(why: RetryLater | NeverDeliverable) -> None:
    log.warning("A message stands without its file: %s", why, extra={"action": "telegram.file_left_out"})
