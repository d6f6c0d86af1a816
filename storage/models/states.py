"""Which state may follow which. A row that would go any other way is refused where it happens: that is a fault of ours.

The table is held against every row whose state is set, whoever sets it. Statements that change many rows or claim one
ask ``before`` which states they may start from. A row may keep its state, and be made in any.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import event
from sqlmodel import SQLModel

from storage.models.requests import Offer, OfferState, Request, RequestState, Search, SearchState
from storage.models.sessions import DialogueSession, Series, SeriesState, SessionState

State = TypeVar("State", bound=StrEnum)

_REQUEST = {
    RequestState.SEARCHING: {RequestState.PLANNED, RequestState.CLOSED, RequestState.CANCELLED},
    RequestState.PLANNED: {RequestState.SEARCHING, RequestState.CLOSED, RequestState.CANCELLED},
    # A series begins, or goes on; what was not held is held after all.
    RequestState.CLOSED: {RequestState.SEARCHING, RequestState.PLANNED},
    RequestState.CANCELLED: set[RequestState](),
}
_SEARCH_ENDS = {SearchState.FOUND, SearchState.STOPPED, SearchState.LAPSED}
_SEARCH = {
    SearchState.ASKING: {
        SearchState.WITH_BUILDER, SearchState.WITH_DESK, *_SEARCH_ENDS
    },
    SearchState.WITH_BUILDER: {
        SearchState.ASKING, SearchState.WITH_DESK, *_SEARCH_ENDS
    },
    SearchState.WITH_DESK: {SearchState.ASKING, *_SEARCH_ENDS},
    SearchState.FOUND: set[SearchState](),
    SearchState.STOPPED: set[SearchState](),
    SearchState.LAPSED: set[SearchState](),
}  # fmt: skip
_ENDS = {OfferState.ACCEPTED, OfferState.TAKEN, OfferState.WITHDRAWN}
_OFFER = {
    OfferState.OPEN: {
        OfferState.PROPOSED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.UNREACHED, *_ENDS
    },
    OfferState.PROPOSED: {OfferState.REFUSED, *_ENDS},
    OfferState.ACCEPTED: {OfferState.GIVEN_BACK},
    # A facilitator whose offer came to nothing may be asked again in a search that still runs.
    OfferState.DECLINED: {OfferState.OPEN},
    OfferState.REFUSED: {OfferState.OPEN},
    OfferState.EXPIRED: {OfferState.OPEN},
    OfferState.UNREACHED: {OfferState.OPEN},
    OfferState.WITHDRAWN: {OfferState.OPEN},
    OfferState.GIVEN_BACK: {OfferState.OPEN},
    OfferState.TAKEN: set[OfferState](),
}  # fmt: skip
_SESSION = {
    SessionState.PROPOSED: {SessionState.SEEKING, SessionState.PLANNED, SessionState.CANCELLED},
    SessionState.SEEKING: {SessionState.PLANNED, SessionState.CANCELLED},
    SessionState.PLANNED: {
        SessionState.SEEKING, SessionState.HELD, SessionState.NOT_HELD, SessionState.CANCELLED
    },
    SessionState.NOT_HELD: {SessionState.PLANNED},
    SessionState.HELD: set[SessionState](),
    SessionState.CANCELLED: set[SessionState](),
}  # fmt: skip
_SERIES = {
    SeriesState.PROPOSED: {SeriesState.RUNNING, SeriesState.ENDED, SeriesState.STOPPED},
    SeriesState.RUNNING: {SeriesState.ENDED, SeriesState.STOPPED},
    SeriesState.ENDED: {SeriesState.PROPOSED},
    SeriesState.STOPPED: {SeriesState.PROPOSED},
}

TRANSITIONS: Mapping[type[SQLModel], Mapping[Any, set[Any]]] = {
    Request: _REQUEST,
    Search: _SEARCH,
    Offer: _OFFER,
    DialogueSession: _SESSION,
    Series: _SERIES,
}
"""By table: from each state those that may follow it."""


class ForbiddenChange(Exception):
    """A row was to go from one state to another that may not follow it."""

    def __init__(self, model: type[SQLModel], before: StrEnum, to: StrEnum) -> None:
        super().__init__(f"{model.__name__}: {before} is never followed by {to}")


def before(model: type[SQLModel], to: State) -> list[State]:
    """The states from which a row of this table may come to ``to``."""
    return [state for state, followers in TRANSITIONS[model].items() if to in followers]


def _watch(model: type[SQLModel]) -> None:
    allowed = TRANSITIONS[model]

    def check(_row: SQLModel, to: StrEnum, old: object, _initiator: object) -> None:
        # A new row, or one made anew, has no state before this one.
        if isinstance(old, StrEnum) and old != to and to not in allowed[old]:
            raise ForbiddenChange(model, old, to)

    event.listen(getattr(model, "state"), "set", check, active_history=True)  # noqa: B009  # no attribute of the type


for _model in TRANSITIONS:
    _watch(_model)
