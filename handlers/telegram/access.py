"""How Telegram is reached and how it reaches us, and the sentence for when it does not."""

import logging
from dataclasses import dataclass
from typing import Literal

from handlers.outbound import channel

_TALKERS = ("httpx", "httpcore", "telegram")
"""The loggers of the library and of what it calls over. They would quote the token in the addresses that they log."""


@dataclass(frozen=True)
class Access:
    """How the Bot API is reached, and how updates come: fetched by us, or brought to ``webhook_url``.

    ``host`` and ``port`` are where they are listened for then; ``secret`` stands in each of those requests.
    """

    token: str
    api_url: str
    over: Literal["polling", "webhook"]
    webhook_url: str = ""
    secret: str = ""
    host: str = "127.0.0.1"
    port: int = 0


class StartRefused(channel.StartRefused):
    """The bot cannot begin in Telegram with these settings; the message says why in one sentence."""


def silence() -> None:
    """Keep the library out of the log. The channel itself logs what matters."""
    for name in _TALKERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
