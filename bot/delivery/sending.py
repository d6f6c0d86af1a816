"""One attempt to deliver a parcel: over each channel that may take it, until one does."""

import asyncio
import logging
from collections.abc import Mapping

from bot.delivery.composing import ReadyMessage, at_fault
from bot.delivery.destinations import Destination, found
from bot.delivery.outcome import Again, Outcome, Sent, Undeliverable
from flows.engine.schedule import Contexts
from handlers.outbound.channel import Channel, NeverDeliverable, RetryLater
from storage.delivery.outbox import Leased
from storage.models import OutboxReason

log = logging.getLogger(__name__)


class Delivery:
    """Hands parcels to channels. ``writing`` gives a context on a transaction that may write."""

    def __init__(self, writing: Contexts, channels: Mapping[str, Channel]) -> None:
        self._writing, self._channels = writing, channels

    async def attempt(self, parcel: ReadyMessage, by: float) -> Outcome:
        """What becomes of an attempt that ends ``by`` this time of the loop. Raises nothing but its cancellation."""
        if asyncio.get_running_loop().time() >= by:
            return Again("its words took too long", maybe_sent=False)
        handed_over = False
        try:
            async with asyncio.timeout_at(by):
                destinations = await self._destinations(parcel)
                handed_over = True
                return await self._try_each(parcel, destinations)
        except RetryLater as wait:
            return Again(str(wait), wait.seconds, handed_over and wait.maybe_sent)
        except TimeoutError:
            return Again("no answer in time", maybe_sent=handed_over)
        except asyncio.CancelledError:
            if _is_cancelled():
                raise
            # A channel shares what it does between callers, and one of them gave it up.
            return Again("cut off", maybe_sent=handed_over)
        except Exception as error:  # noqa: BLE001  # A fault of ours must not hold up the others.
            return at_fault(parcel.letter, error, maybe_sent=handed_over)

    async def _destinations(self, parcel: ReadyMessage) -> tuple[Destination, ...]:
        """The ways to where the parcel goes; where none is known, the channels are asked for one."""
        if parcel.destinations or not parcel.email or parcel.letter.room_id is not None:
            return parcel.destinations
        return await found(parcel.email, parcel.letter, self._channels, self._writing)

    async def _try_each(self, parcel: ReadyMessage, destinations: tuple[Destination, ...]) -> Outcome:
        if not destinations:
            return Undeliverable(OutboxReason.NO_ADDRESS, "no address")
        refusals, shut = [], set[str]()
        for destination in destinations:
            try:
                view = destination.worded(parcel.view, parcel.t, shut)
                return Sent(destination.channel.name, await destination.hand_over(view, parcel.envelope))
            except NeverDeliverable as closed:
                refusals.append(f"{destination.channel.name}: {closed}")
                shut |= {destination.channel.name} if closed.unreachable else set()
                await self._note_closed(destination, parcel.letter, unreachable=closed.unreachable)
        return Undeliverable(OutboxReason.REFUSED, "; ".join(refusals))

    async def _note_closed(self, destination: Destination, letter: Leased, *, unreachable: bool) -> None:
        log.warning(
            "A letter cannot be delivered over %s",
            destination.channel.name,
            extra={"action": "courier.closed", "letter": letter.id, "address": destination.id, "gone": unreachable},
        )
        if unreachable:
            await asyncio.to_thread(self._close, destination)

    def _close(self, destination: Destination) -> None:
        with self._writing() as context:
            destination.close(context)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
