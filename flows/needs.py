"""From a request and its session to what the matching needs to know."""

from datetime import datetime

from flows.desk import Desk
from flows.matching import Window
from storage import requests, sessions
from storage.models import DialogueSession, Request, Search, SeatRole, Urgency


def is_acute(request: Request) -> bool:
    """Whether the request is an acute ethical question, to be answered within a working day."""
    return request.urgency is Urgency.ACUTE


def free_seats(desk: Desk, search: Search) -> list[SeatRole]:
    """The seats nobody has taken yet."""
    return [seat.role for seat in sessions.seats(desk.uow, search.session_id) if seat.facilitator_id is None]


def windows(desk: Desk, request: Request, session: DialogueSession) -> tuple[Window, ...]:
    """When the session could be: at its own time once it has one, else at any moment that suits the team."""
    if session.starts_at is not None:
        return (Window(session.starts_at, None),)
    return tuple(Window(wish.starts_at, wish.until) for wish in requests.moments(desk.uow, request.id))


def last_moment(desk: Desk, request: Request, session: DialogueSession) -> datetime:
    """The instant after which the session can no longer be held at any of its moments."""
    return max(window.until or window.starts_at for window in windows(desk, request, session))
