"""Somebody with Telegram on their phone, who does what people do with a bot."""

import asyncio
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.telegram.chat import Post
from tests.telegram.files import Upload
from tests.telegram.group import Group
from tests.telegram.onlooker import Onlooker
from tests.telegram.queries import Query, Toast
from tests.telegram.screen import Message, NotThere, Wanted, seen

Json = dict[str, Any]

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
"""What a deep link may carry (Telegram's "Bot Features", deep linking)."""


class TelegramPerson(Onlooker):
    """Somebody of flesh and blood. ``toasts`` are the answers to presses, ``opened`` the addresses of buttons."""

    async def start(self, payload: str = "") -> Message:
        """Press start, or follow a link with a payload; a bot that was stopped is started again."""
        if not PAYLOAD.fullmatch(payload):
            raise NotThere(f"Telegram opens no link that carries {payload!r}")
        if self.chat.blocked:
            await self.unblocks()
        self.chat.started = True
        return self._post(None, words=f"/start {payload}".rstrip())

    async def says(self, words: str, to: Group | None = None, reply_to: Message | None = None) -> Message:
        """Type something, in private or in a group; does not wait for the bot."""
        return self._post(to, words=words, reply_to=reply_to.post if reply_to else None)

    async def edits(self, message: Message, words: str) -> Message:
        """Write something else in an earlier message of one's own."""
        post = message.post
        assert post.sender is self.user
        post.words, post.entities, post.edited = words, _entities(words), int(self.world.clock())
        self._tell(post, "edited_message")
        return seen(post, self.world.files)

    async def sends_file(self, name: str, content: bytes, mime: str = "application/pdf", caption: str = "") -> Message:
        """Send a file."""
        stored = self.world.files.keep(Upload(name, content, mime))
        return self._post(None, words=caption or None, media={"document": stored.as_document})

    async def sends_photo(self, content: bytes = b"\xff\xd8\xff", caption: str = "") -> Message:
        """Send a picture."""
        stored = self.world.files.keep(Upload("photo.jpg", content, "image/jpeg"))
        return self._post(None, words=caption or None, media={"photo": stored.as_photo})

    async def sends_voice(self, seconds: int = 3) -> Message:
        """Send something spoken."""
        stored = self.world.files.keep(Upload("voice.ogg", b"OggS", "audio/ogg"))
        return self._post(None, media={"voice": {**stored.about, "duration": seconds, "mime_type": "audio/ogg"}})

    async def sends_sticker(self, emoji: str = "👍") -> Message:
        """Send a sticker."""
        about = self.world.files.keep(Upload("sticker.webp", b"RIFF", "image/webp")).about
        looks = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._post(None, media={"sticker": {**about, **looks, "emoji": emoji}})

    async def forwards(self, words: str, author: str = "Somebody Else") -> Message:
        """Send on what somebody else wrote elsewhere."""
        origin = {"type": "hidden_user", "date": int(self.world.clock()), "sender_user_name": author}
        return self._post(None, words=words, origin=origin)

    async def presses(self, wanted: Wanted, on: Message | None = None, within: float | None = None) -> Toast | None:
        """Press the button that says so, under the message given or the newest that has it; waits for the answer.

        Under an earlier snapshot of a message its earlier buttons can be pressed, as somebody does who is just too
        late. A button with an address opens it, and one that leads to the bot starts it. None when nothing came
        (which is a trouble), or nothing was asked.
        """
        message, button = self.find_button(wanted, on)
        if button.url is not None:
            await self._opens(button.url)
            return None
        assert button.data is not None
        return await self._answer(self.press_later(button.data, message), button.label, within)

    async def sends_data(self, data: str, on: Message, within: float | None = None) -> Toast | None:
        """Tell the bot of a press with any data, as only a tampered app does; waits for the answer."""
        return await self._answer(self.press_later(data, on), data, within)

    def press_later(self, data: str, on: Message) -> Query:
        """Tell the bot of a press and do not wait; the query says what became of it."""
        post = on.post
        query = self.world.queries.ask(self.user, data, post, self.world.clock(), self.world.seconds())
        shown: Json = {"chat": post.chat.as_json(), "message_id": post.id, "date": 0}
        about = {"message": shown if post.deleted else post.as_json(), "chat_instance": str(hash(post.chat.id))}
        payload = {"id": query.id, "from": self.user.as_json(), **about, "data": data}
        self.world.updates.add("callback_query", payload, post.chat.id)
        return query

    async def blocks(self) -> None:
        """Stop the bot."""
        self._stands(blocked=True)

    async def unblocks(self) -> None:
        """Start it again, without a word."""
        self._stands(blocked=False)

    async def deletes_account(self) -> None:
        """Leave Telegram. The bot is not told."""
        self.user.deactivated, self.user.first_name, self.user.last_name = True, "", None

    async def adds_bot(self, group: Group) -> None:
        """Bring the bot into a group."""
        group.move_bot(self.user, "member")

    async def promotes_bot(self, group: Group) -> None:
        """Make the bot an administrator of a group, which hears everything."""
        group.move_bot(self.user, "administrator")

    async def removes_bot(self, group: Group) -> None:
        """Send the bot out of a group."""
        group.move_bot(self.user, "kicked")

    async def leaves(self, group: Group) -> None:
        """Leave a group."""
        group.chat.standings[self.id] = "left"
        group.tell(self.world.post(group.chat, self.user, service={"left_chat_member": self.user.as_json()}))

    async def _opens(self, url: str) -> None:
        self.opened.append(url)
        parts = urlsplit(url)
        if parts.hostname == "t.me" and parts.path == f"/{self.world.bot.username}":
            await self.start(parse_qs(parts.query).get("start", [""])[0])

    async def _answer(self, query: Query, label: str, within: float | None) -> Toast | None:
        try:
            await asyncio.wait_for(query.answered.wait(), within or self.patience)
        except TimeoutError:
            self.complaints.append(f"{label!r} never stopped spinning")
            return None
        assert query.toast is not None
        self.toasts.append(query.toast)
        if query.toast.url is not None:
            await self._opens(query.toast.url)
        return query.toast

    def _post(self, group: Group | None, **content: Any) -> Message:
        chat = self.chat if group is None else group.chat
        if group is None and (self.chat.blocked or not self.chat.started):
            raise NotThere("the bot is not started")
        if group is not None and not chat.has(self.id):
            raise NotThere(f"not in {group.chat.title}")
        entities = _entities(content.get("words") or "")
        post = self.world.post(chat, self.user, entities=entities, **content)
        self._tell(post, "message", group)
        return seen(post, self.world.files)

    def _tell(self, post: Post, kind: str, group: Group | None = None) -> None:
        if post.chat.private:
            self.world.updates.add(kind, post.as_json(), post.chat.id)
        else:
            (group or Group(self.world, post.chat)).tell(post, kind)

    def _stands(self, *, blocked: bool) -> None:
        before = self.world.standing(self.chat, self.world.bot)
        self.chat.blocked = blocked
        after = self.world.standing(self.chat, self.world.bot)
        about: Json = {"chat": self.chat.as_json(), "from": self.user.as_json(), "date": int(self.world.clock())}
        changed = {**about, "old_chat_member": before, "new_chat_member": after}
        self.world.updates.add("my_chat_member", changed, self.id)


def _entities(words: str) -> list[Json]:
    found = re.match(r"/[A-Za-z0-9_]{1,32}(@\w+)?(?=\s|$)", words)
    return [{"type": "bot_command", "offset": 0, "length": found.end()}] if found else []
