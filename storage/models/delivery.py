"""What is due, what must arrive, what arrived, and which platform events were seen."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import UtcDateTime, word


class DueState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    DROPPED = "dropped"
    CANCELLED = "cancelled"
    SET_ASIDE = "set_aside"


class DueReason(StrEnum):
    """Why something due was not done when its time came."""

    TOO_LATE = "too_late"
    OVERTAKEN = "overtaken"
    FAILED = "failed"


class Due(SQLModel, table=True):
    """Something to do at ``due_at``. After ``useful_until`` it is dropped, with ``reason`` saying why.

    ``kind`` names the rule in flows that does it; ``subject_id`` is what it is about. A row whose rule failed is put
    off: ``tries`` counts the failures, ``due_at`` moves ahead and ``first_due_at`` keeps when it was due at first.
    ``done_at`` is when it was over; while it waits, the time foreseen. ``reason`` and ``outcome`` tell of the last time
    that it was not done: one for the program, the other in words for people. The same ``once`` for the same kind and
    subject is planned once.
    """

    __tablename__: ClassVar[str] = "due"
    __table_args__ = (
        Index(
            "ix_due_waiting",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        UniqueConstraint("kind", "subject_id", "once"),
    )
    id: int = Field(default=None, primary_key=True)
    kind: str
    subject_id: int
    due_at: datetime = Field(sa_type=UtcDateTime)
    useful_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    once: str
    state: DueState = Field(default=DueState.WAITING, sa_type=word(DueState))
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    first_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: DueReason | None = Field(default=None, sa_type=word(DueReason))
    outcome: str = ""


class OutboxState(StrEnum):
    READY = "ready"
    SENT = "sent"
    MOOT = "moot"
    DEAD = "dead"


class OutboxReason(StrEnum):
    """Why a letter did not arrive, or not yet."""

    NOT_NOW = "not_now"
    """It was not taken, and is tried again by itself."""
    NO_SENSE = "no_sense"
    """It made no sense any more when its turn came."""
    SAME_READER = "same_reader"
    """Its reader got it under their other name: two people turned out to be one."""
    PUT_ASIDE = "put_aside"
    """A person gave it up."""
    NO_ADDRESS = "no_address"
    NOT_ACTIVE = "not_active"
    """Its reader takes part in nothing any more."""
    REFUSED = "refused"
    """No channel takes it, whenever it is tried."""
    GAVE_UP = "gave_up"
    """It was tried so often that it is not tried any more."""


class Outbox(SQLModel, table=True):
    """A message that must arrive. It holds what the message is about, never its words: those are composed on delivery.

    ``slot`` names a message that later rows of the same person and slot replace in place (a card).
    With ``room_id`` the message goes to that room instead of to the person.
    The same ``once`` for the same kind and subject goes once to each person, and once to each room. ``addressee_id`` is
    the person for whom that counts, None for a room's: where two who became one each had the letter, it stays who had
    the second one (``storage.people.merging``).
    A row is free when ``not_before`` has come; a lease moves ``not_before`` ahead while a courier carries it.
    ``begun`` counts the attempts of which nobody knows that they did not arrive, the one under way included.
    ``reason`` says why the last attempt failed or no other is made, and stays when the letter is sent again by hand;
    None while nothing failed and once it arrived. ``outcome`` has it in words for people, or the channel it went over.
    """

    __tablename__: ClassVar[str] = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_ready",
            "not_before",
            "id",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index("ix_outbox_queue", "person_id", "state", "id", "room_id"),
        UniqueConstraint("kind", "subject_id", "addressee_id", "once"),
        Index(
            "ix_outbox_once_a_room",
            "kind",
            "subject_id",
            "room_id",
            "once",
            unique=True,
            sqlite_where=text("room_id IS NOT NULL"),
            postgresql_where=text("room_id IS NOT NULL"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    room_id: int | None = Field(default=None, foreign_key="room.id")
    kind: str
    subject_id: int
    args: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    slot: str | None = None
    addressee_id: int | None
    once: str
    not_before: datetime = Field(sa_type=UtcDateTime)
    state: OutboxState = Field(default=OutboxState.READY, sa_type=word(OutboxState))
    attempts: int = 0
    begun: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: OutboxReason | None = Field(default=None, sa_type=word(OutboxReason))
    outcome: str = ""


class DeliveredMessage(SQLModel, table=True):
    """Where the message of a slot stands in a person's chat, so that it can be replaced."""

    __tablename__: ClassVar[str] = "posted"
    __table_args__ = (UniqueConstraint("person_id", "channel", "slot"),)
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    channel: str
    slot: str
    message_ref: str


class Inbox(SQLModel, table=True):
    """A platform event whose effect is committed. A second delivery of it does nothing."""

    __tablename__: ClassVar[str] = "inbox"
    channel: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)
