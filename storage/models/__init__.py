"""The tables, one module a subject."""

from storage.models.conversations import ChatLine, Draft, Setting
from storage.models.delivery import Due, DueState, Inbox, Outbox, OutboxState, Posted
from storage.models.people import (
    Address,
    Away,
    Facilitator,
    FacilitatorForm,
    FacilitatorLanguage,
    FacilitatorPlace,
    FacilitatorTopic,
    Level,
    Person,
    PracticeBuilder,
    WeeklyHours,
)
from storage.models.programme import (
    DialogueForm,
    Organisation,
    OrganisationKind,
    Pool,
    PoolMember,
    SeriesTemplate,
    TemplateSession,
    Topic,
    TopicKind,
)
from storage.models.requests import (
    DeclineReason,
    MatchReport,
    Occasion,
    Offer,
    OfferState,
    Origin,
    Request,
    RequestState,
    RequestTopic,
    Search,
    SearchCause,
    SearchState,
    SeriesWish,
    Urgency,
    WishedMoment,
)
from storage.models.sessions import (
    DialogueSession,
    Seat,
    SeatRole,
    Series,
    SeriesState,
    SessionState,
    SessionTopic,
)
from storage.models.states import ForbiddenChange

__all__ = [
    "Address", "Away", "ChatLine", "DeclineReason", "DialogueForm", "DialogueSession", "Draft", "Due", "DueState",
    "Facilitator", "FacilitatorForm", "FacilitatorLanguage", "FacilitatorPlace", "FacilitatorTopic", "ForbiddenChange",
    "Inbox", "Level", "MatchReport", "Occasion", "Offer", "OfferState", "Organisation", "OrganisationKind", "Origin",
    "Outbox", "OutboxState", "Person", "Pool", "PoolMember", "Posted", "PracticeBuilder", "Request", "RequestState",
    "RequestTopic", "Search", "SearchCause", "SearchState", "Seat", "SeatRole", "Series", "SeriesState",
    "SeriesTemplate", "SeriesWish", "SessionState", "SessionTopic", "Setting", "TemplateSession", "Topic", "TopicKind",
    "Urgency", "WeeklyHours", "WishedMoment",
]
