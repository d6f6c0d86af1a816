"""Domain events: what happened, for subjects that react to it without the subject in which it happens knowing them.

A listener works in the same unit of work and fails with it. A use case still calls downwards directly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.engine.schedule import DueNote
from storage.models import DialogueSession, Request


class DomainEvent:
    """Something that happened in this unit of work."""


@dataclass(frozen=True)
class SessionFilled(DomainEvent):
    """The last free seat of a session is taken, by this facilitator.

    ``covers_rest``: they take the rest of its series as well. ``as_requested``: it is the session that was asked for,
    and nobody had a seat in it before.
    """

    session: DialogueSession
    request: Request
    facilitator_id: int
    covers_rest: bool
    as_requested: bool


@dataclass(frozen=True)
class SessionReported(DomainEvent):
    """It is known, or given up to be known, whether a session took place."""

    session: DialogueSession


@dataclass(frozen=True)
class PeopleMerged(DomainEvent):
    """Two people turned out to be one: this one stays."""

    person_id: int


@dataclass(frozen=True)
class SessionsReminded(DomainEvent):
    """The people in these sessions were just reminded of them."""

    due: Sequence[DueNote]


@dataclass(frozen=True)
class MessageUndeliverable(DomainEvent):
    """A message of this kind about this subject reaches nobody: it was given up for good."""

    kind: str
    subject_id: int


@dataclass(frozen=True)
class PersonUnreachable(DomainEvent):
    """A message did not reach this person, or one of their channels takes nothing more; others may still reach them."""

    person_id: int
