"""What a test orders Telegram to do wrong: the same behaviours as in Slack's stand-in, and whom they are about.

far.orders.give("sendMessage", TooMany(7), where=to(anna))
far.orders.give("editMessageText", Fails("Forbidden: bot was blocked by the user"))
far.orders.give("sendMessage", Fails("Bad Request: group chat was upgraded …", {"migrate_to_chat_id": -1001}))

``Fails`` takes Telegram's whole sentence, which decides the status, and what stands beside it as ``parameters``.
``Status`` answers without JSON, as Telegram's front does when what is behind it is away.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.slack.orders import Behaviour, Dropped, Fails, Orders, Slowly, Status, ThenSilence, TooMany

Json = dict[str, Any]

__all__ = ["Behaviour", "Dropped", "Fails", "Held", "Orders", "Slowly", "Status", "ThenSilence", "TooMany", "to"]


@dataclass(frozen=True)
class Held:
    """No answer before ``released``, before the effect or after it; ``reached`` tells when it is so far.

    With ``holds`` off it is answered, and only told of. A caller that dies meanwhile takes a call without effect along.
    """

    after_effect: bool = False
    holds: bool = True
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)


class Place(Protocol):
    """Somebody, or a group."""

    @property
    def id(self) -> int:
        """The chat's id."""


def to(place: Place) -> Callable[[Json], bool]:
    """Only the calls about this chat."""
    return lambda args: args.get("chat_id") == place.id
