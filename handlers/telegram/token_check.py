"""What the token is worth, and how updates would come: asked of Telegram itself, for ``check``. Changes nothing."""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from telegram import Bot, User, WebhookInfo
from telegram.request import HTTPXRequest

from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.telegram.access import silence
from handlers.telegram.errors import TROUBLES, RateLimited, TokenRefused, translated

SECONDS = 5
"""How long Telegram may take to answer one call. A person is waiting."""

LATELY = timedelta(hours=1)
"""For how long it is worth telling that Telegram could not bring something."""

PORTS = frozenset({None, 443, 80, 88, 8443})
"""Where Telegram brings updates to (Bot API, setWebhook). A Bot API server of one's own knows no such limit."""

_PUBLIC = urlsplit("https://api.telegram.org").hostname

Answer = TypeVar("Answer")


class Point(StrEnum):
    """What can come out."""

    BOT = "bot"
    """The token works; ``detail`` is the bot's username."""

    REFUSED = "refused"
    """The token is not, or no longer, one of Telegram's."""

    OTHERWISE = "otherwise"
    """Telegram said something else to the token; ``detail`` is its sentence."""

    POLLING = "polling"
    """Updates can be fetched."""

    HOOK_BEFORE_POLLING = "hook_before_polling"
    """Updates are to be fetched, and a webhook keeps that from working; ``detail`` is the computer that it leads to."""

    HOOK = "hook"
    """The webhook is the one that is wanted; ``detail`` is how many updates wait."""

    HOOK_ABSENT = "hook_absent"
    """Updates are to be brought, and there is no webhook: they can only be fetched now."""

    HOOK_ELSEWHERE = "hook_elsewhere"
    """Updates are brought somewhere else; ``detail`` is the computer."""

    HOOK_FAILING = "hook_failing"
    """Telegram could not bring something lately; ``detail`` is its reason."""

    HOOK_ADDRESS = "hook_address"
    """Telegram brings nothing to an address like the one that is set."""

    HEARS_ALL = "hears_all"
    """Privacy mode is off: in groups the bot is handed everything that is said."""

    NO_GROUPS = "no_groups"
    """The bot cannot be brought into groups."""

    UNREACHABLE = "unreachable"
    """No server that answers as Telegram does; ``detail`` is why."""

    BUSY = "busy"
    """Telegram asks to wait; ``detail`` is the seconds."""


@dataclass(frozen=True)
class Found:
    """One thing that was found. ``detail`` never holds the token, a secret or an address's path, which may be one."""

    point: Point
    detail: str = ""


def inspect(
    *, token: str, api_url: str, over: Literal["polling", "webhook"], webhook_url: str = "", now: datetime
) -> list[Found]:
    """What Telegram says of this token, and of the way in which updates are to come.

    Takes two calls of at most SECONDS each, and one where Telegram cannot be reached. Not for inside an event loop.
    """
    silence()
    return asyncio.run(_inspected(token, api_url, _Wished(over, webhook_url, api_url, now)))


@dataclass(frozen=True)
class _Wished:
    """How updates are to come. ``now`` is when that is looked at."""

    over: Literal["polling", "webhook"]
    url: str
    api_url: str
    now: datetime


async def _inspected(token: str, api_url: str, wished: _Wished) -> list[Found]:
    async with HTTPXRequest() as request:
        bot = Bot(token, f"{api_url.rstrip('/')}/bot", request=request, get_updates_request=request)
        found: list[Found] = []
        try:
            found += _of_bot(await _asked(bot.get_me()))
            found += _of_hook(await _asked(bot.get_webhook_info()), wished)
        except _Silent as why:
            found.append(why.found)
        return found


class _Silent(Exception):
    """Telegram gives no answer, and this is why."""

    def __init__(self, found: Found) -> None:
        super().__init__(found.point)
        self.found = found


def _of_bot(me: User) -> Iterator[Found]:
    yield Found(Point.BOT, me.username or str(me.id))
    if me.can_read_all_group_messages:
        yield Found(Point.HEARS_ALL)
    if me.can_join_groups is False:
        yield Found(Point.NO_GROUPS)


def _of_hook(info: WebhookInfo, wished: _Wished) -> Iterator[Found]:
    if wished.over == "polling":
        yield Found(Point.HOOK_BEFORE_POLLING, _computer(info.url)) if info.url else Found(Point.POLLING)
        return
    if not can_bring_to(wished.url, wished.api_url):
        yield Found(Point.HOOK_ADDRESS)
    if not info.url:
        yield Found(Point.HOOK_ABSENT)
    elif info.url != wished.url:
        yield Found(Point.HOOK_ELSEWHERE, _computer(info.url))
    elif info.last_error_date is not None and wished.now - info.last_error_date < LATELY:
        yield Found(Point.HOOK_FAILING, info.last_error_message or "no reason given")
    else:
        yield Found(Point.HOOK, str(info.pending_update_count))


def can_bring_to(url: str, api_url: str) -> bool:
    """Whether Telegram, as it is reached at ``api_url``, brings updates to an address like this one."""
    if urlsplit(api_url).hostname != _PUBLIC:
        return True
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.port in PORTS


def _computer(url: str) -> str:
    return urlsplit(url).hostname or "an address without a name"


async def _asked(call: Awaitable[Answer]) -> Answer:
    """Telegram's answer. Raises _Silent where there is none that says something about the bot."""
    try:
        async with asyncio.timeout(SECONDS):
            return await call
    except TROUBLES as trouble:
        raise _Silent(_meant(translated(trouble))) from None
    except (LookupError, TypeError, ValueError, AttributeError):
        raise _Silent(Found(Point.UNREACHABLE, "its answer is not one of Telegram's")) from None


def _meant(failure: RetryLater | NeverDeliverable) -> Found:
    match failure:
        case TokenRefused():
            return Found(Point.REFUSED)
        case RateLimited():
            return Found(Point.BUSY, str(round(failure.wait)))
        case RetryLater():
            return Found(Point.UNREACHABLE, str(failure))
    return Found(Point.OTHERWISE, str(failure))
