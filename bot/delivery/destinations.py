"""Where a letter can be delivered: over which channel, at which address, and which message stands there to replace."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flows.engine.context import Context
from flows.engine.language.texts import Translator
from flows.engine.notifications import ONLY_IN
from flows.engine.schedule import Contexts
from flows.engine.views.view import View
from flows.people import contact_channels
from handlers.outbound.channel import Channel, Envelope, NeverDeliverable
from storage.delivery import message_slots
from storage.delivery.outbox import Leased
from storage.models import Address, Room
from storage.people import emails, people

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Destination:
    """A person's Address, or a Room. ``message_ref`` is a message to replace there.

    ``instead_of`` is the channel that the person prefers, where this is another: then that one cannot be used.
    ``shut`` tells that nothing reaches them there.
    """

    place: type[Address] | type[Room]
    id: int
    channel: Channel
    address: str
    message_ref: str | None = None
    instead_of: str | None = None
    shut: bool = False

    def worded(self, view: View, t: Translator, closed: Collection[str] = ()) -> View:
        """The message as it reads here: it says so where it comes here because another channel did not take it.

        ``closed`` are the channels in which nothing reaches the person any more, as was just found.
        """
        if self.instead_of is None:
            return view
        return contact_channels.fallen_back(t, view, self.instead_of, shut=self.shut or self.instead_of in closed)

    def close(self, context: Context) -> None:
        """Note that this place takes no letters any more."""
        if self.place is Room:
            context.uow.get(Room, self.id).present = False
        else:
            context.uow.get(Address, self.id).reachable = False

    async def hand_over(self, view: View, envelope: Envelope) -> str:
        """Deliver here; gives the message's reference. Raises what ``Channel.send`` raises."""
        if self.message_ref is None:
            return await self.channel.send(self.address, view, envelope)
        try:
            return await self.channel.replace(self.address, self.message_ref, view, envelope)
        except NeverDeliverable as closed:
            if closed.unreachable:
                raise
        # The message that stood there is gone, or too old to be changed.
        return await self.channel.send(self.address, view, envelope)


def known(context: Context, letter: Leased, channels: Mapping[str, Channel]) -> tuple[Destination, ...]:
    """The destinations that are known to be open, the preferred one first; for a letter to a room, that of the room."""
    if letter.room_id is not None:
        room = context.uow.get(Room, letter.room_id)
        open_now = room.present and room.channel in channels
        return (Destination(Room, room.id, channels[room.channel], room.address),) if open_now else ()
    refs = message_slots.posted(context.uow, letter.person_id, letter.slot) if letter.slot is not None else {}
    served = _served(context, letter, _allowed(letter, channels))
    preferred = next((row for row in served if row.preferred), None)
    first = preferred.channel if preferred else None
    return tuple(
        Destination(
            Address,
            row.id,
            channels[row.channel],
            row.address,
            _private(channels[row.channel], row.address, refs.get(row.channel)),
            instead_of=None if row.channel == first else first,
            shut=preferred is not None and not preferred.reachable,
        )
        for row in served
        if row.reachable
    )


async def found(
    email: str, letter: Leased, channels: Mapping[str, Channel], writing: Contexts
) -> tuple[Destination, ...]:
    """A destination in the first channel that knows somebody with this e-mail address, kept from now on; or none.

    Raises RetryLater where a channel cannot look now.
    """
    if emails.or_none(email) != email:
        # Not an address as it is stored. Looked up so written, it could find somebody else.
        return ()
    for channel in _allowed(letter, channels).values():
        address = await channel.find(email)
        if address is None or not channel.is_persons(address):
            continue
        destination = await asyncio.to_thread(_kept, letter, channel, address, writing)
        if destination is not None:
            return (destination,)
    return ()


def _served(context: Context, letter: Leased, channels: Mapping[str, Channel]) -> list[Address]:
    """The person's addresses in these channels.

    One that cannot be a person's may be a room's, where everybody would read the letter. It counts as not there.
    """
    rows = [row for row in people.addresses(context.uow, letter.person_id) if row.channel in channels]
    nobodys = [row for row in rows if not channels[row.channel].is_persons(row.address)]
    for row in nobodys:
        extra = {"action": "courier.misshapen", "letter": letter.id, "person": row.person_id, "address": row.id}
        log.warning("An address is no person's, and is not written to", extra=extra)
    return [row for row in rows if row not in nobodys]


def _private(channel: Channel, address: str, message_ref: str | None) -> str | None:
    """The message that may be replaced: not where others see it, as where an earlier address was a room's."""
    return message_ref if message_ref is not None and channel.is_between(address, message_ref) else None


def _allowed(letter: Leased, channels: Mapping[str, Channel]) -> Mapping[str, Channel]:
    only = letter.args.get(ONLY_IN)
    return channels if only is None else {name: channel for name, channel in channels.items() if name == only}


def _kept(letter: Leased, channel: Channel, address: str, writing: Contexts) -> Destination | None:
    with writing() as context:
        row = people.keep_address(context.uow, letter.person_id, channel.name, address)
        if row is None:
            # Two people of the programme, and one of them in the channel: a letter is never given to the other.
            extra = {"action": "courier.taken", "letter": letter.id, "person": letter.person_id}
            log.warning("The address found for a person is somebody else's", extra=extra)
            return None
        refs = message_slots.posted(context.uow, letter.person_id, letter.slot) if letter.slot is not None else {}
        ref = _private(channel, row.address, refs.get(channel.name))
        return Destination(Address, row.id, channel, row.address, ref)
