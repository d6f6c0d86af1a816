"""What every channel can do for the dispatcher, and how it says that something did not work."""

from dataclasses import dataclass
from typing import Protocol

from flows.engine.views.view import View


@dataclass(frozen=True)
class Envelope:
    """What a channel is told about a letter besides its words.

    ``key`` is the same for every attempt to deliver the same letter, and no other letter has it. ``again``: an earlier
    attempt may have arrived; a channel that can, looks for that message by its key before it sends another.
    """

    key: str = ""
    again: bool = False


PLAIN = Envelope()


class Channel(Protocol):
    """A way to reach people. ``name`` is what addresses in the storage call it.

    ``send`` and ``replace`` raise RetryLater to be called again later, and NeverDeliverable when no repeat can help.
    Anything else they raise is a fault of ours: it is logged and tried again with back-off.
    """

    @property
    def name(self) -> str:
        """The channel's name in the storage ("playground", "slack", "telegram")."""

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Deliver a new message to ``address``; gives the platform's own reference to it."""

    async def replace(self, address: str, message_ref: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Put ``view`` in the place of an earlier message; gives the reference that now stands for it."""

    def is_persons(self, address: str) -> bool:
        """Whether an address can be one person's here, by its shape; a room's never is."""

    def is_between(self, address: str, message_ref: str) -> bool:
        """Whether a message stands where nobody but the person at this address sees it."""

    async def find(self, email: str) -> str | None:
        """The address of the person with this e-mail address, or None where none is known. May raise RetryLater."""


class RetryLater(Exception):
    """The platform asks to wait, or could not be reached. ``seconds`` is how long, where it said so.

    ``maybe_sent``: nobody knows whether the message arrived all the same.
    """

    def __init__(self, reason: str, seconds: float | None = None, *, maybe_sent: bool = False) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.maybe_sent = maybe_sent


class NeverDeliverable(Exception):
    """The message cannot be delivered this way. ``unreachable``: nothing can, the person left or blocked the bot."""

    def __init__(self, reason: str, *, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable


class StartRefused(Exception):
    """The bot cannot begin in a channel with its settings; the message says why in one sentence."""
