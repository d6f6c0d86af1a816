"""What Telegram brings, read: who did what, and in which message."""

from dataclasses import dataclass
from datetime import datetime

from telegram import Message, Update

from handlers.inbound.events import Sender

CHANNEL = "telegram"

_OTHER = {
    "voice": ("voice", "video_note"),
    "sticker": ("sticker", "animation", "dice"),
    "file": ("document", "photo", "video", "audio"),
}
"""What people send besides words, by what they are told about it."""


@dataclass(frozen=True)
class UserAction:
    """Something a person did in private. ``event_id`` is the same in every delivery; the chat has the person's id."""

    event_id: str
    chat_id: int

    @property
    def sender(self) -> Sender:
        """Who did it, as the router knows them."""
        return sender(self.chat_id)

    @property
    def address(self) -> str:
        """The address of whoever did it."""
        return str(self.chat_id)


@dataclass(frozen=True)
class Press(UserAction):
    """A button: its text, not yet to be believed, and the reference of the message under which it stands.

    ``waited``: for long, because the bot was away.
    """

    data: str
    ref: str
    waited: bool = False


@dataclass(frozen=True)
class Words(UserAction):
    """Something typed, and when: ``at`` is aware."""

    text: str
    at: datetime


@dataclass(frozen=True)
class UnsupportedMessage(UserAction):
    """Something that is no answer to anything: a file, a voice message, a message written anew."""

    kind: str


def sender(chat_id: int) -> Sender:
    """The person of a private chat, as the router knows them."""
    return Sender(CHANNEL, str(chat_id))


def event_id(update: Update) -> str:
    """The name of this update, the same in every delivery."""
    return f"update:{update.update_id}"


def pressed(update: Update) -> Press | None:
    """The press in an update; None for one that was not in a private chat with the bot."""
    query = update.callback_query
    message = query.message if query else None
    if query is None or message is None or message.chat.type != message.chat.PRIVATE:
        return None
    return Press(event_id(update), query.from_user.id, query.data or "", f"{message.chat.id}:{message.message_id}")


def written(update: Update) -> Words | UnsupportedMessage | None:
    """What somebody wrote or sent in private; None for what nobody wrote."""
    message = update.edited_message or update.message
    if message is None or message.from_user is None:
        return None
    if update.edited_message is not None:
        return UnsupportedMessage(event_id(update), message.chat.id, "edited")
    if message.forward_origin is not None:
        return UnsupportedMessage(event_id(update), message.chat.id, "forwarded")
    if message.text:
        return Words(event_id(update), message.chat.id, message.text, message.date)
    return UnsupportedMessage(event_id(update), message.chat.id, _kind(message))


def _kind(message: Message) -> str:
    named = (kind for kind, names in _OTHER.items() if any(getattr(message, name, None) for name in names))
    return next(named, "other")
