"""Who is there, where they talk, and what was said."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["private", "group", "supergroup"]
Standing = Literal["creator", "administrator", "member", "left", "kicked"]
PRESENT = ("creator", "administrator", "member")


@dataclass
class User:
    """Somebody with an account, or the bot. ``language_code`` is the language of their app."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def as_json(self) -> Json:
        """The user as every update shows it."""
        names = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **_without_none(names)}


@dataclass
class Post:
    """A message. ``media`` and ``service`` are the fields that it has besides its words."""

    id: int
    chat: "Chat"
    sender: User
    date: int
    words: str | None = None
    entities: list[Json] = field(default_factory=list)
    media: Json = field(default_factory=dict)
    service: Json = field(default_factory=dict)
    markup: Json | None = None
    origin: Json | None = None
    reply_to: "Post | None" = None
    edited: int | None = None
    deleted: bool = False

    def as_json(self, *, whole: bool = True) -> Json:
        """The message as an update or an answer shows it; what it replies to only if ``whole``."""
        said: Json = {"message_id": self.id, "from": self.sender.as_json(), "chat": self.chat.as_json()}
        said |= {"date": self.date, **self.media, **self.service}
        if self.words is not None:
            said["caption" if self.media else "text"] = self.words
            if self.entities:
                said["caption_entities" if self.media else "entities"] = self.entities
        inline = self.markup if self.markup and "inline_keyboard" in self.markup else None
        reply = self.reply_to.as_json(whole=False) if self.reply_to is not None and whole else None
        more = {"reply_markup": inline, "forward_origin": self.origin, "edit_date": self.edited}
        return said | _without_none({**more, "reply_to_message": reply})


@dataclass
class Chat:
    """A conversation of one person with the bot, or a group. A person's chat has the person's id.

    In a private chat ``started`` says whether the person ever pressed start, and ``blocked`` whether they stopped the
    bot. In a group ``standings`` says who is what there, by user id.
    """

    id: int
    kind: Kind
    title: str = ""
    user: User | None = None
    started: bool = False
    blocked: bool = False
    standings: dict[int, Standing] = field(default_factory=dict)
    migrated_to: int | None = None
    posts: dict[int, Post] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        """Whether it is between one person and the bot."""
        return self.kind == "private"

    def as_json(self) -> Json:
        """The chat as every message shows it."""
        if self.user is None:
            return {"id": self.id, "type": self.kind, "title": self.title}
        user = self.user
        names = {"first_name": user.first_name, "last_name": user.last_name, "username": user.username}
        return {"id": self.id, "type": self.kind, **_without_none(names)}

    def has(self, user: int) -> bool:
        """Whether this user is in the group."""
        return self.standings.get(user) in PRESENT

    def closed(self, bot: int) -> str | None:
        """Why the bot cannot write here, in Telegram's words; None when it can."""
        if self.user is not None:
            if self.user.deactivated:
                return "user is deactivated"
            if self.blocked:
                return "bot was blocked by the user"
            return None if self.started else "bot can't initiate conversation with a user"
        if self.standings.get(bot) == "kicked":
            return f"bot was kicked from the {self.kind} chat"
        return None if self.has(bot) else f"bot is not a member of the {self.kind} chat"


def _without_none(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}
