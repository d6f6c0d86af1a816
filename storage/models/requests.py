"""Requests for a dialogue, the searches for a facilitator, and the offers made in them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import UtcDateTime, word


class Occasion(StrEnum):
    WORK_MEETING = "work_meeting"
    TEAM_DAY = "team_day"
    CONFERENCE = "conference"
    LEADERSHIP = "leadership"
    ACUTE = "acute"
    OTHER = "other"


class Urgency(StrEnum):
    NORMAL = "normal"
    ACUTE = "acute"


class Origin(StrEnum):
    OWN = "own"
    OUTSIDE = "outside"
    ANY = "any"


class SeriesWish(StrEnum):
    NO = "no"
    LATER = "later"
    YES = "yes"


class RequestState(StrEnum):
    SEARCHING = "searching"
    PLANNED = "planned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Request(SQLModel, table=True):
    """A question for a dialogue. ``form_id`` is None for "advise me". Only who accepts reads ``confidential_note``."""

    __tablename__: ClassVar[str] = "request"
    id: int = Field(default=None, primary_key=True)
    requester_id: int = Field(foreign_key="person.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    form_id: int | None = Field(default=None, foreign_key="dialogue_form.id")
    occasion: Occasion = Field(sa_type=word(Occasion))
    urgency: Urgency = Field(sa_type=word(Urgency))
    participants: int
    online: bool
    place: str = ""
    origin: Origin = Field(sa_type=word(Origin))
    language: str
    confidential_note: str = ""
    series_wish: SeriesWish = Field(sa_type=word(SeriesWish))
    template_id: int | None = Field(default=None, foreign_key="series_template.id")
    rhythm: str = ""
    series_count: int | None = None
    series_until: date | None = None
    state: RequestState = Field(index=True, sa_type=word(RequestState))
    created_at: datetime = Field(sa_type=UtcDateTime)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class RequestTopic(SQLModel, table=True):
    __tablename__: ClassVar[str] = "request_topic"
    request_id: int = Field(foreign_key="request.id", primary_key=True)
    topic_id: int = Field(foreign_key="topic.id", primary_key=True)


class WishedMoment(SQLModel, table=True):
    """A moment that suits the team. With ``until`` it is a window: any time from ``starts_at`` up to then."""

    __tablename__: ClassVar[str] = "wished_moment"
    id: int = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SearchCause(StrEnum):
    REQUESTED = "requested"
    GIVEN_BACK = "given_back"
    SERIES = "series"
    MOVED = "moved"


class SearchState(StrEnum):
    ASKING = "asking"
    WITH_BUILDER = "with_builder"
    WITH_DESK = "with_desk"
    FOUND = "found"
    STOPPED = "stopped"
    LAPSED = "lapsed"


class Search(SQLModel, table=True):
    """The search for whoever fills the free seats of one session.

    ``covers_rest``: who takes the seat takes it in the following sessions of the series too.
    ``round`` counts the groups of people asked, from 1; 0 before the first. ``promised_by`` is when the requester
    has been told to expect an answer at the latest. ``handed_on`` counts how often the search was given to people.
    """

    __tablename__: ClassVar[str] = "search"
    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="dialogue_session.id", index=True)
    cause: SearchCause = Field(sa_type=word(SearchCause))
    state: SearchState = Field(index=True, sa_type=word(SearchState))
    round: int = 0
    urgent: bool = False
    covers_rest: bool = False
    handed_on: int = 0
    opened_at: datetime = Field(sa_type=UtcDateTime)
    promised_by: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class MatchReport(SQLModel, table=True):
    """Why these people and why not the others, as the matching said it in one round of a search."""

    __tablename__: ClassVar[str] = "match_report"
    id: int = Field(default=None, primary_key=True)
    search_id: int = Field(foreign_key="search.id", index=True)
    round: int
    body: dict[str, Any] = Field(sa_type=JSON)


class OfferState(StrEnum):
    OPEN = "open"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNREACHED = "unreached"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given_back"


class DeclineReason(StrEnum):
    BUSY = "busy"
    TOPIC = "topic"
    CLOSE = "close"
    OTHER = "other"


class Offer(SQLModel, table=True):
    """A free seat, shown to one facilitator. ``moments`` are the instants they may choose from (ISO, UTC)."""

    __tablename__: ClassVar[str] = "offer"
    __table_args__ = (
        UniqueConstraint("search_id", "facilitator_id"),
        Index("ix_offer_open", "facilitator_id", "state"),
    )
    id: int = Field(default=None, primary_key=True)
    search_id: int = Field(foreign_key="search.id")
    facilitator_id: int = Field(foreign_key="facilitator.person_id")
    round: int
    state: OfferState = Field(sa_type=word(OfferState))
    moments: list[str] = Field(default_factory=list, sa_type=JSON)
    offered_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    proposed_start: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decline_reason: DeclineReason | None = Field(default=None, sa_type=word(DeclineReason))
    version: int = 1
