"""The playground as the dispatcher knows it: an address is a person's id, a message's reference the id of its line."""

from flows.engine.views.view import View
from handlers.outbound.channel import PLAIN, Envelope, NeverDeliverable
from handlers.playground.chats import CHANNEL, Chats, NoSuchLine, NoSuchPerson

MAX_ID = 2**31 - 1
"""The largest id a row can have (PostgreSQL's integer)."""


class PlaygroundChannel:
    """Delivers into the chats. Implements ``handlers.outbound.channel.Channel``."""

    name = CHANNEL

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Put a new message in the person's chat. Raises NeverDeliverable where there is no such person."""
        person_id = _number(address)
        try:
            # After the answer to what the person is doing right now: that came first.
            async with self._chats.turn[person_id]:
                return str(await self._chats.deliver(person_id, view))
        except NoSuchPerson:
            raise NeverDeliverable("nobody has this address", unreachable=True) from None

    async def replace(self, address: str, message_ref: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Put ``view`` where an earlier message stood. Raises NeverDeliverable where that is not there (any more)."""
        person_id, line_id = _number(address), _number(message_ref)
        try:
            async with self._chats.turn[person_id]:
                await self._chats.replace(person_id, line_id, view)
        except NoSuchPerson:
            raise NeverDeliverable("nobody has this address", unreachable=True) from None
        except NoSuchLine:
            raise NeverDeliverable("the message is gone") from None
        return message_ref

    def is_persons(self, address: str) -> bool:
        """Whether this is a number: whether somebody has it, ``send`` finds out."""
        return address.isascii() and address.isdigit()

    def is_between(self, address: str, message_ref: str) -> bool:
        """Each message is: there are no rooms here, and ``replace`` looks whose line it is."""
        return True

    async def find(self, email: str) -> str | None:
        """Return None: everybody in the playground has an address already."""
        return None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_ID):
        raise NeverDeliverable("not an address of this channel")
    return int(text)
