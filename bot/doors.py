"""The ways to a person: over which channels, at which addresses, and which message stands there to be replaced."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from flows.agenda import Desks
from flows.desk import Desk
from flows.view import View
from handlers.channel import Channel, Envelope, NotEver
from storage import outbox, people
from storage.models import Address, Room
from storage.outbox import Leased

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Door:
    """One way to a person, kept as their Address, or to a Room. ``message_ref`` is a message to replace there."""

    place: type[Address] | type[Room]
    id: int
    channel: Channel
    address: str
    message_ref: str | None = None

    def close(self, desk: Desk) -> None:
        """Nothing can be delivered here any more."""
        if self.place is Room:
            desk.uow.get(Room, self.id).present = False
        else:
            desk.uow.get(Address, self.id).reachable = False

    async def hand_over(self, view: View, envelope: Envelope) -> str:
        """Deliver here; gives the message's reference. Raises what ``Channel.send`` raises."""
        if self.message_ref is None:
            return await self.channel.send(self.address, view, envelope)
        try:
            return await self.channel.replace(self.address, self.message_ref, view, envelope)
        except NotEver as closed:
            if closed.unreachable:
                raise
        # The message that stood there is gone, or too old to be changed.
        return await self.channel.send(self.address, view, envelope)


def known(desk: Desk, letter: Leased, channels: Mapping[str, Channel]) -> tuple[Door, ...]:
    """The doors that are known to be open, the preferred one first; for a letter to a room, that of the room."""
    if letter.room_id is not None:
        room = desk.uow.get(Room, letter.room_id)
        open_now = room.present and room.channel in channels
        return (Door(Room, room.id, channels[room.channel], room.address),) if open_now else ()
    refs = outbox.posted(desk.uow, letter.person_id, letter.slot) if letter.slot is not None else {}
    return tuple(
        Door(Address, row.id, channels[row.channel], row.address, refs.get(row.channel))
        for row in people.addresses(desk.uow, letter.person_id)
        if row.reachable and row.channel in channels and row.id is not None
    )


async def found(email: str, letter: Leased, channels: Mapping[str, Channel], writing: Desks) -> tuple[Door, ...]:
    """A door in the first channel that knows somebody with this e-mail address, kept from now on; or none.

    Raises NotNow where a channel cannot look now.
    """
    for channel in channels.values():
        address = await channel.find(email)
        door = await asyncio.to_thread(_kept, letter, channel, address, writing) if address else None
        if door is not None:
            return (door,)
    return ()


def _kept(letter: Leased, channel: Channel, address: str, writing: Desks) -> Door | None:
    with writing() as desk:
        row = people.keep_address(desk.uow, letter.person_id, channel.name, address)
        if row is None:
            # Two people of the programme, and one of them in the channel: a letter is never given to the other.
            extra = {"action": "courier.taken", "letter": letter.id, "person": letter.person_id}
            log.warning("The address found for a person is somebody else's", extra=extra)
            return None
        refs = outbox.posted(desk.uow, letter.person_id, letter.slot) if letter.slot is not None else {}
        return Door(Address, row.id, channel, row.address, refs.get(channel.name))
