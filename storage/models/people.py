"""People, how they are reached, and what facilitators and practice builders can do."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import UtcDateTime, word


class Person(SQLModel, table=True):
    """One human being, whatever channels they use. ``unit_id`` is the organisation they work in.

    ``email`` is written as ``storage.people.emails`` has it, or nobody is known by it.
    ``active`` is False for who left altogether, as the import tells: they take part in nothing, whatever their roles.
    ``zone`` is the IANA name of the time zone in their own profile; None means the programme's. ``refreshed_at`` is
    when that profile was last read from a channel.
    """

    __tablename__: ClassVar[str] = "person"
    # SQLite may never give the id of a deleted person, as of one who was merged, to somebody else.
    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_autoincrement": True}
    id: int = Field(default=None, primary_key=True)
    name: str
    email: str | None = Field(default=None, unique=True)
    language: str | None = None
    unit_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    programme_team: bool = Field(default=False, index=True)
    active: bool = True
    zone: str | None = None
    refreshed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Address(SQLModel, table=True):
    """Where a person is reached: ``channel`` names a room under handlers/, ``address`` is that platform's id.

    ``reachable`` is False while the platform delivers nothing there, as when the account is closed.
    ``membership_confirmed_at`` is when the channel last said that a full member of what is served uses it; None while
    that has yet to be asked. Only Slack sets it.
    ``joined_id`` is set while what is done from this account is remembered, for it may be taken apart again.
    """

    __tablename__: ClassVar[str] = "address"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    channel: str
    address: str
    preferred: bool = False
    reachable: bool = True
    membership_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    joined_id: int | None = Field(default=None, foreign_key="joined_account.id", index=True)


class Level(StrEnum):
    IN_TRAINING = "in_training"
    TRAINED = "trained"
    EXPERIENCED = "experienced"


class Facilitator(SQLModel, table=True):
    """A person who leads dialogues. ``capacity`` is sessions a calendar month, in local time.

    ``joined_on`` and ``back_on`` (first working day after leave) protect newcomers and returners from a flood.
    """

    __tablename__: ClassVar[str] = "facilitator"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    level: Level = Field(sa_type=word(Level))
    capacity: int
    active: bool = Field(default=True, index=True)
    online: bool = True
    joined_on: date
    back_on: date | None = None
    last_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FacilitatorForm(SQLModel, table=True):
    __tablename__: ClassVar[str] = "facilitator_form"
    form_id: int = Field(foreign_key="dialogue_form.id", primary_key=True)
    facilitator_id: int = Field(foreign_key="facilitator.person_id", primary_key=True, index=True)


class FacilitatorTopic(SQLModel, table=True):
    __tablename__: ClassVar[str] = "facilitator_topic"
    topic_id: int = Field(foreign_key="topic.id", primary_key=True)
    facilitator_id: int = Field(foreign_key="facilitator.person_id", primary_key=True, index=True)


class FacilitatorLanguage(SQLModel, table=True):
    """Languages as ISO 639-1 codes ("nl", "en")."""

    __tablename__: ClassVar[str] = "facilitator_language"
    language: str = Field(primary_key=True)
    facilitator_id: int = Field(foreign_key="facilitator.person_id", primary_key=True, index=True)


class FacilitatorPlace(SQLModel, table=True):
    """A town where the facilitator is at home for sessions on site, as people write it."""

    __tablename__: ClassVar[str] = "facilitator_place"
    facilitator_id: int = Field(foreign_key="facilitator.person_id", primary_key=True)
    place: str = Field(primary_key=True)


class WeeklyHours(SQLModel, table=True):
    """A stretch of a week in which the facilitator can lead sessions.

    ``weekday`` counts from Monday = 0; ``opens`` and ``closes`` are minutes after local midnight.
    """

    __tablename__: ClassVar[str] = "weekly_hours"
    facilitator_id: int = Field(foreign_key="facilitator.person_id", primary_key=True)
    weekday: int = Field(primary_key=True)
    opens: int = Field(primary_key=True)
    closes: int


class Away(SQLModel, table=True):
    """Days on which the facilitator is away, both included, in local time."""

    __tablename__: ClassVar[str] = "away"
    __table_args__ = (Index("ix_away_facilitator", "facilitator_id", "last_day"),)
    id: int = Field(default=None, primary_key=True)
    facilitator_id: int = Field(foreign_key="facilitator.person_id")
    first_day: date
    last_day: date


class PracticeBuilder(SQLModel, table=True):
    """A person who organises the room for dialogue in an organisation and everything below it."""

    __tablename__: ClassVar[str] = "practice_builder"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, index=True)
