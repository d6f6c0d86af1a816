"""A group in which people, and perhaps the bot, are."""

from typing import Any

from tests.telegram.chat import Chat, Post, Standing, User
from tests.telegram.world import World

Json = dict[str, Any]


class Group:
    """A group as a test holds it. It stays the same group when it becomes a supergroup, with another ``id``."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world, self.chat = world, chat

    @property
    def id(self) -> int:
        """What the bot knows it by now; supergroups have another id than the group had."""
        return self.chat.id

    @property
    def has_bot(self) -> bool:
        """Whether the bot is in it."""
        return self.chat.has(self.world.bot.id)

    def join(self, user: User, standing: Standing = "member") -> None:
        """Somebody is in it from now on, without a word."""
        self.chat.standings[user.id] = standing

    def move_bot(self, by: User, standing: Standing) -> None:
        """Somebody brings the bot in, sends it away, or makes it more or less; it hears of that."""
        bot, before = self.world.bot, self.world.standing(self.chat, self.world.bot)
        was_in = self.chat.has(bot.id)
        self.chat.standings[bot.id] = standing
        after = self.world.standing(self.chat, bot)
        about: Json = {"chat": self.chat.as_json(), "from": by.as_json(), "date": int(self.world.clock())}
        changed = {**about, "old_chat_member": before, "new_chat_member": after}
        self.world.updates.add("my_chat_member", changed, self.id)
        if self.has_bot and not was_in:
            self.tell(self.world.post(self.chat, by, service={"new_chat_members": [bot.as_json()]}))

    def upgrade(self) -> int:
        """Telegram makes a supergroup of it; gives the former id, under which nothing works any more."""
        old, new = self.chat, self.world.found(self.chat.title, supergroup=True)
        new.standings = dict(old.standings)
        somebody = next(self.world.users[one] for one in old.standings if one in self.world.users)
        self.tell(self.world.post(old, somebody, service={"migrate_to_chat_id": new.id}))
        old.migrated_to, self.chat = new.id, new
        self.tell(self.world.post(new, somebody, service={"migrate_from_chat_id": old.id}))
        return old.id

    def tell(self, post: Post, kind: str = "message") -> None:
        """The bot hears of a message if it is there and may."""
        if self.has_bot and (not self.world.privacy or _concerns(self.world, post)):
            self.world.updates.add(kind, post.as_json(), self.id)


def _concerns(world: World, post: Post) -> bool:
    """Whether a bot in privacy mode hears it (Telegram's "Bot Features", privacy mode)."""
    words = post.words or ""
    name = f"@{world.bot.username}"
    command = words.startswith("/") and ("@" not in words.split()[0] or words.split()[0].endswith(name))
    answers = post.reply_to is not None and post.reply_to.sender is world.bot
    administrator = post.chat.standings.get(world.bot.id) == "administrator"
    return bool(post.service) or command or name in words or answers or administrator
