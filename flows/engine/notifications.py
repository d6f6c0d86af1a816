"""Telling people things that must arrive.

What is told is written to the outbox in the transaction of the change that causes it. The row holds what the message is
about; its words are composed when it is delivered (see ``flows.delivery.compose``), in the person's language and as
things then stand. So a message never says what is no longer true, and a reminder of a cancelled session is never sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.engine.context import Desk
from storage.delivery import outbox

ONLY_IN = "only_in"
"""The further fact of a note that names the one channel in which it may be told; without it, any will do."""

OVER = "over"
"""The further fact of a note by which a message is to say that what it asked is decided: the slot it stands in."""


@dataclass(frozen=True)
class Note:
    """What a message is about: its ``kind``, its subject, and the few further facts it was written with."""

    kind: str
    subject_id: int
    args: Mapping[str, Any] = field(default_factory=dict)


def tell(desk: Desk, person_id: int, note: Note, *, once: str, slot: str | None = None) -> None:
    """See to it that the person gets the message. The same ``once`` for the same note and person is told only once.

    With ``slot``, the message replaces the one that stands in that slot of the person's chat, where there is one.
    """
    outbox.put(desk.uow, _letter(person_id, note, once, slot), now=desk.now)


def close(desk: Desk, person_id: int, note: Note, *, slot: str) -> None:
    """Have the message that stands in this slot, if it still does when this is delivered, ask nothing any more.

    Its words are composed of the same note with the slot as a further fact, ``OVER``.
    """
    over = Note(note.kind, note.subject_id, {OVER: slot})
    tell(desk, person_id, over, once=f"over:{slot}", slot=slot)


def is_told(desk: Desk, person_id: int, note: Note, *, once: str) -> bool:
    """Whether this was told already, or is about to be."""
    return outbox.is_kept(desk.uow, _letter(person_id, note, once))


def _letter(person_id: int, note: Note, once: str, slot: str | None = None) -> outbox.Letter:
    return outbox.Letter(person_id, note.kind, note.subject_id, dict(note.args), slot, once)
