"""All of Telegram that one bot can see: the people, the chats, the messages, and what waits for the bot."""

import itertools
from collections.abc import Callable
from typing import Any

from tests.telegram.chat import Chat, Post, User
from tests.telegram.files import Files
from tests.telegram.limits import Limits
from tests.telegram.profile import Profile
from tests.telegram.queries import Queries
from tests.telegram.refusal import Refused, bad, too_many
from tests.telegram.updates import Updates

Json = dict[str, Any]

EDITABLE = 48 * 3600.0
"""Seconds in which a message can be changed or taken back."""


class World:
    """``clock`` gives unix seconds and decides what has expired; ``seconds`` only goes up, and is for what is fast.

    ``privacy``: in groups the bot hears only commands, answers to itself and mentions, as by default.
    """

    def __init__(self, clock: Callable[[], float], seconds: Callable[[], float], limits: Limits) -> None:
        self.clock, self.seconds, self.limits = clock, seconds, limits
        self.privacy = True
        self.editable = EDITABLE
        self.bot = User(731_000_000, "Dialoog", username="dialoog_bot", is_bot=True)
        self.token = f"{self.bot.id}:AAHk3jT9wZqLx0sVbN2mQeRuYiOpAsDfGhJ"
        self.profile = Profile(self.bot.first_name)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.groups: list[Chat] = []
        self.files, self.queries, self.updates = Files(), Queries(), Updates(clock)
        self.actions: list[tuple[int, str]] = []
        self._people, self._groups = itertools.count(5_100_000_001), itertools.count(4_200_001)

    def move_in(self, first_name: str, **about: Any) -> User:
        """A new person. Large ids, as newer accounts have: they fit in no 32 bits."""
        user = User(next(self._people), first_name, **about)
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", user=user)
        return user

    def found(self, title: str, *, supergroup: bool = False) -> Chat:
        """A new group, still empty."""
        number = next(self._groups)
        chat = Chat(-1_000_000_000_000 - number, "supergroup", title) if supergroup else Chat(-number, "group", title)
        self.chats[chat.id] = chat
        self.groups.append(chat)
        return chat

    def chat(self, name: int | str) -> Chat:
        """A chat that the bot knows: refuses one it never met."""
        chat = self.chats.get(name) if isinstance(name, int) else None
        if chat is None or not self._met(chat):
            raise bad("chat not found")
        return chat

    def _met(self, chat: Chat) -> bool:
        bot = self.bot.id
        if not chat.private:
            return bot in chat.standings
        return chat.started or any(one.has(bot) and one.has(chat.id) for one in self.groups)

    def writable(self, name: int | str) -> Chat:
        """A chat to which the bot may write now."""
        chat = self.chat(name)
        if chat.migrated_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(words, migrate_to_chat_id=chat.migrated_to)
        closed = chat.closed(self.bot.id)
        if closed is not None:
            raise Refused(f"Forbidden: {closed}")
        return chat

    def post(self, chat: Chat, sender: User, **content: Any) -> Post:
        """Put a message in a chat, by anybody."""
        number = len(chat.posts) + 1  # numbers are never used again, not even a deleted message's
        chat.posts[number] = Post(number, chat, sender, int(self.clock()), **content)
        return chat.posts[number]

    def say(self, chat: Chat, **content: Any) -> Post:
        """The bot posts a message, if the limits let it."""
        self.count(chat)
        return self.post(chat, self.bot, **content)

    def count(self, chat: Chat) -> None:
        """One message more to this chat; refuses one too many."""
        wait = self.limits.wait(chat.id)
        if wait:
            raise too_many(wait)

    def too_old(self, post: Post) -> bool:
        """Whether a message can no longer be changed or taken back."""
        return self.clock() - post.date > self.editable

    def standing(self, chat: Chat, user: User) -> Json:
        """What somebody is in a chat, as a ``ChatMember``."""
        status = chat.standings.get(user.id, "left")
        if chat.user is not None:
            status = "kicked" if chat.blocked and user.is_bot else "member"
        more: dict[str, Json] = {
            "kicked": {"until_date": 0},
            "creator": {"is_anonymous": False},
            "administrator": _RIGHTS,
        }
        return {"user": user.as_json(), "status": status, **more.get(status, {})}


_RIGHTS: Json = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_change_info": True,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
}
