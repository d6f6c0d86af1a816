"""Sessions on the calendar, the seats in them, and the series they belong to."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import UtcDateTime, word


class SeriesState(StrEnum):
    PROPOSED = "proposed"
    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"


class Series(SQLModel, table=True):
    """Sessions in a rhythm. ``rhythm`` is a stored flows.cadence rhythm, ``count`` the number of sessions in all.

    ``room_id`` is the room of the team, where the series may be spoken of.
    """

    __tablename__: ClassVar[str] = "series"
    id: int = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", unique=True)
    template_id: int | None = Field(default=None, foreign_key="series_template.id")
    rhythm: str
    count: int
    state: SeriesState = Field(sa_type=word(SeriesState))
    version: int = 1
    room_id: int | None = Field(default=None, foreign_key="room.id", index=True)


class SessionState(StrEnum):
    SEEKING = "seeking"
    PROPOSED = "proposed"
    PLANNED = "planned"
    HELD = "held"
    NOT_HELD = "not_held"
    CANCELLED = "cancelled"


class DialogueSession(SQLModel, table=True):
    """One facilitated meeting. ``starts_at`` is None until a moment is agreed; ``sequence`` rises with every change.

    ``wished_day`` is the local day the rhythm gave; ``wished_reason`` why the session is on another one (a holiday).
    ``proposed_start`` is another time a facilitator asked the requester for, while that is open.
    """

    __tablename__: ClassVar[str] = "dialogue_session"
    __table_args__ = (Index("ix_session_start", "state", "starts_at"),)
    id: int = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    series_id: int | None = Field(default=None, foreign_key="series.id", index=True)
    position: int = 1
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    minutes: int
    online: bool
    place: str = ""
    link: str = ""
    state: SessionState = Field(sa_type=word(SessionState))
    wished_day: date | None = None
    wished_reason: str | None = None
    proposed_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    proposed_by: int | None = Field(default=None, foreign_key="facilitator.person_id")
    uid: str = Field(unique=True)
    sequence: int = 0
    version: int = 1
    attendees: int | None = None


class SeatRole(StrEnum):
    LEAD = "lead"
    SECOND = "second"


class Seat(SQLModel, table=True):
    """A facilitator's place in a session. Free while ``facilitator_id`` is None."""

    __tablename__: ClassVar[str] = "seat"
    __table_args__ = (
        UniqueConstraint("session_id", "role"),
        UniqueConstraint("session_id", "facilitator_id"),
        Index("ix_seat_facilitator", "facilitator_id"),
    )
    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="dialogue_session.id")
    role: SeatRole = Field(sa_type=word(SeatRole))
    facilitator_id: int | None = Field(default=None, foreign_key="facilitator.person_id")


class SessionTopic(SQLModel, table=True):
    """A theme that came up, told by the facilitator afterwards. Never who said what."""

    __tablename__: ClassVar[str] = "session_topic"
    session_id: int = Field(foreign_key="dialogue_session.id", primary_key=True)
    topic_id: int = Field(foreign_key="topic.id", primary_key=True)
