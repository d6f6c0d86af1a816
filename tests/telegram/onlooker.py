"""Somebody who looks: their chats with the bot, and what it says about itself."""

import asyncio
import re
import time
from collections.abc import Iterator

from tests.telegram.chat import Chat, User
from tests.telegram.group import Group
from tests.telegram.queries import Toast
from tests.telegram.screen import Button, Message, NotThere, Wanted, pick, says, seen
from tests.telegram.world import World

_RAW = re.compile(
    r"</?(?:b|strong|i|em|u|ins|s|strike|del|a|code|pre|span|blockquote|tg-[a-z]+)(?:\s[^<>]*)?>"
    r"|&(?:lt|gt|amp|quot|#\d+);"
)
"""What nobody should read: a tag, or an escaped sign, that was not meant as one."""


class Onlooker:
    """The reading half of a person. Everything it gives is a snapshot; ask again to see what changed.

    ``patience`` is how many seconds this person waits for something, unless told otherwise.
    """

    patience = 5.0

    def __init__(self, user: User, world: World) -> None:
        self.user, self.world = user, world
        self.complaints: list[str] = []
        self.toasts: list[Toast] = []
        self.opened: list[str] = []

    @property
    def id(self) -> int:
        """The person's user id, which is also the id of their chat with the bot."""
        return self.user.id

    @property
    def chat(self) -> Chat:
        """The chat with the bot."""
        return self.world.chats[self.id]

    @property
    def messages(self) -> list[Message]:
        """What the bot said in the private chat and did not take back, newest last."""
        return [one for one in self.conversation if one.from_bot]

    @property
    def conversation(self) -> list[Message]:
        """The whole private chat, this person's own words included, newest last."""
        return self._in(self.chat)

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        if not self.messages:
            raise NotThere("the bot said nothing")
        return self.messages[-1]

    def messages_in(self, group: Group) -> list[Message]:
        """Every message of a group, newest last."""
        return self._in(group.chat)

    def again(self, message: Message) -> Message:
        """The same message as it stands now."""
        return seen(message.post, self.world.files)

    @property
    def troubles(self) -> list[str]:
        """What this person would complain about: buttons that kept spinning, marks that show as text."""
        return [*self.complaints, *self._raw()]

    @property
    def commands(self) -> dict[str, str]:
        """The commands in this person's menu, in their language, and what they are for."""
        found = self.world.profile.commands_for(self.id, self.user.language_code or "", private=True)
        return {one["command"]: one["description"] for one in found}

    def about_bot(self, kind: str = "description") -> str:
        """The bot's ``name``, ``description`` or ``short_description`` in this person's language."""
        return self.world.profile.text(kind, self.user.language_code or "")

    async def sees(self, wanted: Wanted, within: float | None = None) -> Message:
        """Wait until some message of the bot says so, in private or in a group; gives the newest that does."""
        end = time.monotonic() + (within or self.patience)
        while time.monotonic() < end:
            for message in self._newest_first():
                if says(wanted, message.text):
                    return message
            await asyncio.sleep(0.005)
        read = "\n--\n".join(message.text for message in list(self._newest_first())[:3])
        raise NotThere(f"{wanted!r} did not appear in time; there is:\n{read}")

    async def sees_button(self, wanted: Wanted, within: float | None = None) -> Message:
        """Wait until some message of the bot has such a button; gives the newest that does."""
        end = time.monotonic() + (within or self.patience)
        while time.monotonic() < end:
            for message in self._newest_first():
                if pick(wanted, message.keys) is not None:
                    return message
            await asyncio.sleep(0.005)
        raise NotThere(f"no button {wanted!r} in time; there are {self._labels()}")

    def find_button(self, wanted: Wanted, on: Message | None = None) -> tuple[Message, Button]:
        """The button that says so, and the message it stands under: the one given, or the newest that has it."""
        for message in [on] if on is not None else self._newest_first():
            button = pick(wanted, message.keys)
            if button is not None:
                return message, button
        there = on.buttons if on is not None else self._labels()
        raise NotThere(f"no button {wanted!r}; there are {there}")

    def _labels(self) -> list[str]:
        return [label for message in self._newest_first() for label in message.buttons]

    def _newest_first(self) -> Iterator[Message]:
        yield from reversed(self.messages)
        for chat in self.world.groups:
            if chat.has(self.id):
                yield from (one for one in reversed(self._in(chat)) if one.from_bot)

    def _in(self, chat: Chat) -> list[Message]:
        return [seen(post, self.world.files) for post in chat.posts.values() if not post.deleted]

    def _raw(self) -> Iterator[str]:
        for message in self._newest_first():
            for found in _RAW.finditer(f"{message.text} {' '.join(message.buttons)}"):
                if not self._typed(found[0]):
                    yield f"{found[0]} shows in a message"

    def _typed(self, piece: str) -> bool:
        # Somebody who writes "<b>" sees it again, and that is right.
        posts = (post for chat in self.world.chats.values() for post in chat.posts.values())
        return any(not post.sender.is_bot and piece in (post.words or "") for post in posts)
