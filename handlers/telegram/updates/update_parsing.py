"""Updates as the library reads them. One that it cannot read is an empty one, so that it holds up no others.

Telegram adds things to its updates at any time, and the library learns of them later. For one thing in one
update that it does not understand, it gives none of the batch.
"""

import logging
from typing import Any, Protocol

from telegram import Bot, Update
from telegram.constants import UpdateType
from telegram.request import HTTPXRequest

log = logging.getLogger(__name__)

HEARD = [UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER]
"""The kinds of update that the bot listens to."""
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError, OSError)
"""What the library raises over an update that is not as it expects, odd dates among it."""


class UpdateHandler(Protocol):
    """Who updates are brought to."""

    def heard(self, update: Update) -> None:
        """Note that an update arrived, perhaps before its turn, and perhaps not for the first time."""

    async def take(self, update: Update) -> bool:
        """Take in an update whose turn it is; gives whether it was, so that Telegram may forget it."""

    async def is_well(self) -> bool:
        """Whether updates can be taken in at all just now."""


class NoUpdate(Exception):
    """This is none of Telegram's updates: it has no number."""


def read(told: Any, bot: Bot) -> Update:
    """An update from what Telegram sent; an empty one where the library cannot read it. Raises NoUpdate."""
    return Update.de_json(told, bot) if is_readable(told) else Update(told["update_id"])


class Reading(HTTPXRequest):
    """The library's requests for updates. ``carefully``: what it could not read is taken for empty."""

    carefully = False

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]  # called on the object
        """What Telegram answered. Raises TelegramError for what is not JSON."""
        told: dict[str, Any] = super().parse_json_payload(payload)
        updates = told.get("result")
        if self.carefully and isinstance(updates, list):
            told["result"] = [one if is_readable(one) else {"update_id": one["update_id"]} for one in updates]
        return told


def is_readable(told: Any) -> bool:
    """Whether the library can read this update; where not, the log says so. Raises NoUpdate."""
    number = told.get("update_id") if isinstance(told, dict) else None
    if not isinstance(number, int):
        raise NoUpdate
    try:
        Update.de_json(told, None)
    except UNREADABLE as why:
        kind = type(why).__name__
    else:
        return True
    # Its words may be anybody's, so they stay out of the log.
    extra = {"action": "telegram.unreadable", "update": number, "outcome": kind}
    log.error("An update cannot be read, and is let go: %s", kind, extra=extra)
    return False
