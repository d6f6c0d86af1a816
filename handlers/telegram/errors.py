"""What Telegram may answer to a call, and what that means for what we wanted to say: one table.

Telegram answers a refused call with a status and a sentence, of which only the status is documented. The sentences are
those that its Bot API server gives (https://github.com/tdlib/telegram-bot-api) and those that it passes on from inside,
in capitals (https://core.telegram.org/method/messages.sendMessage). Each is known by some of its words, in any case. A
refusal in other words is a fault of ours: the library calls a refusal a kind of network error, which invites to try it
again for ever, and it would be refused for ever.
"""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from types import MappingProxyType

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from handlers.outbound.channel import NeverDeliverable, RetryLater

# The library gives waits as a timedelta where this is set, and warns at each wait where it is not.
os.environ.setdefault("PTB_TIMEDELTA", "true")

Trouble = TelegramError | TimeoutError
TROUBLES = (TelegramError, TimeoutError)
"""Everything that a call can raise, our own end of waiting included."""

LOST_PAUSE = 600.0
"""Seconds between two looks whether Telegram takes the token again. Somebody has to act meanwhile."""

UNSAID_WAIT = 30.0
"""Seconds to wait where Telegram says that it was too much, but not for how long."""


class Meaning(Enum):
    """What an answer of Telegram means, and so what is done about it."""

    SLOWER = auto()
    """Too much at once, nothing was done: wait as long as Telegram says. Never uses a letter up."""

    LATER = auto()
    """Not now, and nothing was done: tried again with back-off."""

    UNSURE = auto()
    """Not now, and it may have been done all the same: tried again, and then it may stand there twice."""

    DONE = auto()
    """It stands there already as we want it."""

    MOVED = auto()
    """The group became a supergroup, which has another id: said there."""

    GONE = auto()
    """This person or group cannot be reached any more: another channel, or a dead letter."""

    REFUSED = auto()
    """This message is not taken here, by a rule of the group: another channel, or a dead letter."""

    FIXED = auto()
    """What stands there cannot be changed (any more), or its button be answered: something new is sent."""

    LOST = auto()
    """Telegram does not take the bot's token: everything waits, and the log says so loudly."""

    OURS = auto()
    """We called it wrongly: a dead letter that names the reason, and an error in the log."""


KINDS: Mapping[type[Exception], Meaning] = MappingProxyType(
    {
        RetryAfter: Meaning.SLOWER,  # 429
        ChatMigrated: Meaning.MOVED,  # 400 with migrate_to_chat_id
        Forbidden: Meaning.GONE,  # 403
        InvalidToken: Meaning.LOST,  # 401 and 404
        Conflict: Meaning.LATER,  # 409: two who fetch updates, or a webhook beside
        TimedOut: Meaning.UNSURE,
        NetworkError: Meaning.UNSURE,  # 5xx, or the connection broke
        TimeoutError: Meaning.UNSURE,  # we waited long enough
    }
)
"""What an error of the library says by its kind alone. A BadRequest (400) is known by its words, in ``TABLE``."""

TABLE: Mapping[Meaning, tuple[str, ...]] = MappingProxyType(
    {
        Meaning.DONE: ("message is not modified", "MESSAGE_NOT_MODIFIED"),
        Meaning.FIXED: (
            "message can't be edited",
            "message to edit not found",
            "message to be replied not found",
            "message to delete not found",
            "message can't be deleted",
            "there is no text in the message to edit",
            "there is no caption in the message to edit",
            "message identifier is not specified",
            "MESSAGE_ID_INVALID",
            "MESSAGE_EDIT_TIME_EXPIRED",
            "query is too old",
            "query ID is invalid",
            "QUERY_ID_INVALID",
        ),
        Meaning.GONE: (
            "chat not found",
            "user not found",
            "user is deactivated",
            "group chat was deactivated",
            "group is deactivated",
            "the group chat was deleted",
            "bot is not a member",
            "PEER_ID_INVALID",
            "CHAT_ID_INVALID",
            "USER_ID_INVALID",
            "USER_IS_BLOCKED",
            "USER_DEACTIVATED",
            "INPUT_USER_DEACTIVATED",
            "CHANNEL_PRIVATE",
        ),
        Meaning.REFUSED: (
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "CHAT_WRITE_FORBIDDEN",
            "CHAT_RESTRICTED",
            "CHAT_SEND_",
            "CHAT_GUEST_SEND_FORBIDDEN",
            "TOPIC_CLOSED",
            "VOICE_MESSAGES_FORBIDDEN",
            "PREMIUM_ACCOUNT_REQUIRED",
        ),
        Meaning.LATER: ("temporarily unavailable", "try again later", "TIMEOUT"),
    }
)
"""The refusals by what they mean, each by some of its words. What is in none of these is OURS."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""What goes wrong before anything is sent."""


class AlreadySo(NeverDeliverable):
    """The message says exactly this already."""


class EditImpossible(NeverDeliverable):
    """What stands there cannot be changed any more; something new can be sent."""


class Moved(NeverDeliverable):
    """The group is a supergroup now; ``chat_id`` is its new id."""

    def __init__(self, chat_id: int) -> None:
        super().__init__("the group became a supergroup")
        self.chat_id = chat_id


class TokenRefused(RetryLater):
    """Telegram refuses the bot itself until somebody acts."""

    def __init__(self) -> None:
        super().__init__("Telegram does not take the bot's token", LOST_PAUSE)


class FaultOfOurs(NeverDeliverable):
    """Telegram does not take what we sent, and never will. ``reason`` is its sentence for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RateLimited(RetryLater):
    """Telegram asks to wait for ``wait`` seconds with calls like this one."""

    def __init__(self, wait: float) -> None:
        super().__init__("Telegram asks to go slower", wait)
        self.wait = wait


_FAILURES: Mapping[Meaning, Callable[[str], RetryLater | NeverDeliverable]] = MappingProxyType(
    {
        Meaning.SLOWER: lambda _reason: RateLimited(UNSAID_WAIT),
        Meaning.LATER: RetryLater,
        Meaning.UNSURE: partial(RetryLater, maybe_sent=True),
        Meaning.DONE: AlreadySo,
        Meaning.GONE: partial(NeverDeliverable, unreachable=True),
        Meaning.REFUSED: NeverDeliverable,
        Meaning.FIXED: EditImpossible,
        Meaning.LOST: lambda _reason: TokenRefused(),
        Meaning.OURS: FaultOfOurs,
    }
)
"""What a channel raises for each meaning. How long to wait and where a group went, Telegram says beside it."""


def meaning_of(refusal: str) -> Meaning:
    """What a refusal (400) in these words means. Words that nobody knows: OURS."""
    said = refusal.casefold()
    found = (meaning for meaning, words in TABLE.items() if any(one.casefold() in said for one in words))
    return next(found, Meaning.OURS)


def translated(trouble: Trouble) -> RetryLater | NeverDeliverable:
    """What a failed call means, as the error that a channel raises."""
    match trouble:
        case RetryAfter():
            return RateLimited(_seconds(trouble.retry_after))
        case ChatMigrated():
            return Moved(trouble.new_chat_id)
    return _FAILURES[_meaning(trouble)](_reason(trouble))


def _meaning(trouble: Trouble) -> Meaning:
    if isinstance(trouble.__cause__, TelegramError):
        # The library could not read the answer. Somebody on the way may have given it in Telegram's place, which says
        # nothing about people or the token.
        return Meaning.SLOWER if str(trouble).startswith("Too Many Requests") else Meaning.UNSURE
    if isinstance(trouble.__cause__, _NOT_SENT):
        return Meaning.LATER
    if isinstance(trouble, BadRequest):
        return meaning_of(str(trouble))
    return KINDS.get(type(trouble), Meaning.UNSURE)


def _reason(trouble: Trouble) -> str:
    """Telegram's words without what they quote, for the outbox and the log."""
    if isinstance(trouble.__cause__, _NOT_SENT):
        return "no connection"
    if isinstance(trouble, TimeoutError | TimedOut) or isinstance(trouble.__cause__, httpx.HTTPError):
        return "no answer"
    return str(trouble).partition(". Parsing")[0].partition('"')[0].strip()


def _seconds(wait: float | timedelta) -> float:
    return max(1.0, wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
