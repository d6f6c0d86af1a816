"""Who asked for what something is about, by the id of that: the person's id, or None where it is gone."""

from storage.database.unit_of_work import UnitOfWork
from storage.dialogues import requests, sessions
from storage.models import Draft, Request


def of_request(uow: UnitOfWork, request_id: int | None) -> int | None:
    """Who made this request."""
    request = uow.find(Request, request_id) if request_id is not None else None
    return request.requester_id if request else None


def of_search(uow: UnitOfWork, search_id: int) -> int | None:
    """Who made the request that this search is for."""
    return of_request(uow, requests.of_search(uow, search_id))


def of_offer(uow: UnitOfWork, offer_id: int) -> int | None:
    """Who made the request that this offer is for."""
    return of_request(uow, requests.of_offer(uow, offer_id))


def of_session(uow: UnitOfWork, session_id: int) -> int | None:
    """Who made the request that this session belongs to."""
    return of_request(uow, requests.of_session(uow, session_id))


def of_series(uow: UnitOfWork, series_id: int) -> int | None:
    """Who made the request that this series belongs to."""
    return of_request(uow, sessions.request_of(uow, series_id))


def of_draft(uow: UnitOfWork, draft_id: int) -> int | None:
    """Whose unfinished form this is."""
    draft = uow.find(Draft, draft_id)
    return draft.person_id if draft else None
