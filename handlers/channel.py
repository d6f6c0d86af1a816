"""What every channel can do for the courier, and how it says that something did not work."""

from typing import Protocol

from flows.view import View


class Channel(Protocol):
    """A way to reach people. ``name`` is what addresses in the storage call it.

    ``send`` and ``replace`` raise NotNow to be called again later, and NotEver when no repeat can help.
    Anything else they raise is a fault of ours: it is logged and tried again with back-off.
    """

    @property
    def name(self) -> str:
        """The channel's name in the storage ("playground", "slack", "telegram")."""

    async def send(self, address: str, view: View) -> str:
        """Deliver a new message to ``address``; gives the platform's own reference to it."""

    async def replace(self, address: str, message_ref: str, view: View) -> str:
        """Put ``view`` in the place of an earlier message; gives the reference that now stands for it."""


class NotNow(Exception):
    """The platform asks to wait, or could not be reached. ``seconds`` is how long, where it said so."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class NotEver(Exception):
    """The message cannot be delivered this way. ``unreachable``: nothing can, the person left or blocked the bot."""

    def __init__(self, reason: str, *, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable
