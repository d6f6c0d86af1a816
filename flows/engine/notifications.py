"""Telling people things that must arrive.

What is told is written to the outbox in the transaction of the change that causes it. The row holds what the message is
about; its words are composed when it is delivered (see ``flows.delivery.compose``), in the person's language and as
things then stand. So a message never says what is no longer true, and a reminder of a cancelled session is never sent.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from typing import Any, ClassVar, Self

from flows.engine.context import Context
from storage.delivery import outbox

ONLY_IN = "only_in"
"""The name under which the outbox keeps the one channel in which a message may be told."""


@dataclass(frozen=True)
class Note:
    """A message as the outbox keeps it, of a kind that may be one of an older version."""

    kind: str
    subject_id: int
    args: Mapping[str, Any] = field(default_factory=dict)
    slot: str | None = None


class NoComposer(Exception):
    """A message is told of a kind that no capability composes."""


@dataclass(frozen=True)
class Notification:
    """What a message is about. Each ``kind`` of message is a class of its own, with the facts it was written with.

    With ``slot``, it replaces the message that stands in that slot of the person's chat, where there is one. ``over``:
    it says that what stood there is decided, and makes no sense where nothing stands. ``late``: it says that it comes
    late. ``only_in`` is the one channel in which it may be told; without it, any will do.
    """

    kind: ClassVar[str]
    subject_id: int
    _: KW_ONLY
    slot: str | None = None
    over: bool = False
    late: bool = False
    only_in: str | None = None

    def __init_subclass__(cls, kind: str = "") -> None:
        """Name the kind, under which the outbox keeps it; none for what several kinds share."""
        cls.kind = kind

    @classmethod
    def read(cls, note: Note) -> Self:
        """The notification that the outbox keeps so. What an older version kept besides is left out."""
        names = {one.name for one in fields(cls)} - {"subject_id", "slot"}
        facts: dict[str, Any] = {name: _read(value) for name, value in note.args.items() if name in names}
        # An older version kept the slot here as well.
        return cls(note.subject_id, slot=note.slot, **{**facts, "over": bool(facts.get("over"))})

    def args(self) -> dict[str, Any]:
        """The facts to keep: those that differ from what a notification of this kind has by itself."""
        facts = {one.name: (getattr(self, one.name), one.default) for one in fields(self)}
        return {
            name: value
            for name, (value, default) in facts.items()
            if name not in {"subject_id", "slot"} and value != default
        }


def _read(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def tell(context: Context, person_id: int, told: Notification, *, once: str) -> None:
    """See to it that the person gets the message. The same ``once`` for its kind, subject and person is told once.

    Raises NoComposer.
    """
    if told.kind not in context.capabilities.messages:
        raise NoComposer(told.kind)
    outbox.put(context.uow, letter(person_id, told, once), now=context.now)


def close(context: Context, person_id: int, told: Notification) -> None:
    """Have the message in this one's slot, if it still stands there when this is delivered, ask nothing any more."""
    tell(context, person_id, replace(told, over=True), once=f"over:{told.slot}")


def is_told(context: Context, person_id: int, told: Notification, *, once: str) -> bool:
    """Whether this was told already, or is about to be."""
    return outbox.is_kept(context.uow, letter(person_id, told, once))


def letter(person_id: int, told: Notification, once: str, room_id: int | None = None) -> outbox.OutboxMessage:
    """The letter to put in the outbox, to this person, or to a room in this person's language."""
    return outbox.OutboxMessage(person_id, told.kind, told.subject_id, told.args(), told.slot, once, room_id)
