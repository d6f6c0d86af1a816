"""A letter made ready to go: its words as things stand now, and the ways to where it goes."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.delivery.destinations import Destination, known
from bot.delivery.outcome import Again, Moot, Outcome, Undeliverable
from flows.engine import faults
from flows.engine.context import Context
from flows.engine.language.texts import Translator
from flows.engine.notifications import Note
from flows.engine.schedule import Contexts
from flows.engine.views.view import View
from handlers.outbound.channel import Channel, Envelope
from storage.delivery.outbox import Leased
from storage.models import OutboxReason, Person

log = logging.getLogger(__name__)

Compose = Callable[[Context, Person, Note], View | None]
"""Gives the words of a note as things stand now, or None when it makes no sense any more."""


@dataclass(frozen=True)
class ReadyMessage:
    """What is handed over, and where. ``email`` is for finding a way where no destination is known."""

    letter: Leased
    view: View
    t: Translator
    envelope: Envelope
    destinations: tuple[Destination, ...]
    email: str | None


class Composing:
    """Makes parcels. ``reading`` gives a context on a transaction that only looks."""

    def __init__(self, reading: Contexts, channels: Mapping[str, Channel], compose: Compose) -> None:
        self._reading, self._channels, self._compose = reading, channels, compose

    def packed(self, letters: Sequence[Leased]) -> list[ReadyMessage | Outcome]:
        """A parcel for each of these letters, in their order, or what became of it without one. Raises nothing."""
        if not letters:
            return []
        try:
            with self._reading() as context:
                return [self._pack(context, letter) for letter in letters]
        except Exception as error:  # noqa: BLE001  # Whose letter it is about is found below.
            why = faults.kind_of(error)
            log.info("Letters are made ready one by one: %s", why, extra={"action": "courier.one_by_one"})
            return [self._by_itself(letter) for letter in letters]

    def _by_itself(self, letter: Leased) -> ReadyMessage | Outcome:
        try:
            with self._reading() as context:
                return self._pack(context, letter)
        except Exception as error:  # noqa: BLE001  # A fault of ours must not hold up the others.
            return at_fault(letter, error, maybe_sent=False)

    def _pack(self, context: Context, letter: Leased) -> ReadyMessage | Outcome:
        person = context.uow.get(Person, letter.person_id)
        if not person.active:
            return Undeliverable(OutboxReason.NOT_ACTIVE, "not active in the programme any more")
        view = self._compose(context, person, Note(letter.kind, letter.subject_id, letter.args, letter.slot))
        if view is None:
            return Moot()
        destinations = known(context, letter, self._channels)
        return ReadyMessage(letter, view, context.words_for(person), _envelope(letter), destinations, person.email)


def at_fault(letter: Leased, error: Exception, *, maybe_sent: bool) -> Again:
    """What becomes of a letter after a fault of ours, which is reported with a number to look it up by."""
    fault = faults.report(log, "Delivering a letter failed", error, letter=letter.id, kind=letter.kind)
    return Again(f"fault {fault}, {faults.kind_of(error)}", maybe_sent=maybe_sent)


def _envelope(letter: Leased) -> Envelope:
    # The id alone would come back in another database, with which a platform may be asked about the same person.
    name = f"{letter.id} {letter.created_at.isoformat()}"
    key = hashlib.sha256(name.encode()).hexdigest()[:32]
    return Envelope(key, again=letter.begun > 1)
