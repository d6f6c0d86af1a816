"""A channel that keeps everything in memory: for the story in the terminal, and for tests that read along."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flows.engine.language.markup import plain
from flows.engine.views.view import View
from handlers.outbound.channel import PLAIN, Envelope


@dataclass(frozen=True)
class Delivery:
    """A message that arrived at ``at`` (UTC). ``replaces`` is the reference of the message it took the place of."""

    at: datetime
    address: str
    ref: str
    view: View
    replaces: str = ""


class MemoryChannel:
    """Delivers into ``deliveries``, in the order of arrival. Implements ``handlers.outbound.channel.Channel``."""

    name = "playground"

    def __init__(self, now: Callable[[], datetime], heard: Callable[[Delivery], None] = lambda _delivery: None) -> None:
        self._now, self._heard = now, heard
        self.deliveries: list[Delivery] = []

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Keep a new message."""
        return self._keep(address, view, "")

    async def replace(self, address: str, message_ref: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Keep a message that takes the place of an earlier one."""
        return self._keep(address, view, message_ref)

    def is_persons(self, address: str) -> bool:
        """Return True: every address here is a person's."""
        return True

    def is_between(self, address: str, message_ref: str) -> bool:
        """Return True: there are no rooms, so each message is between the bot and one person."""
        return True

    async def find(self, email: str) -> str | None:
        """Return None: this channel looks up no addresses."""
        return None

    def _keep(self, address: str, view: View, replaces: str) -> str:
        ref = replaces or str(len(self.deliveries) + 1)
        delivery = Delivery(self._now(), address, ref, plain(view), replaces)
        self.deliveries.append(delivery)
        self._heard(delivery)
        return ref

    def chat(self, address: str) -> list[View]:
        """The messages that stand in somebody's chat now, in their order."""
        standing: dict[str, View] = {}
        for delivery in self.deliveries:
            if delivery.address == address:
                standing[delivery.ref] = delivery.view
        return list(standing.values())
