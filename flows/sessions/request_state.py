"""How a request stands follows from its sessions: it is brought in line with them whenever one of them changed."""

from flows.engine.context import Context
from storage.dialogues import sessions
from storage.models import Request, RequestState, SessionState


def settle(context: Context, request: Request) -> None:
    """Bring the request's state in line with what is to come of it.

    Dates that are only proposed do not count: whether they come is not decided yet.
    """
    states = {session.state for session in sessions.of_request(context.uow, request.id)}
    if SessionState.SEEKING in states:
        request.state = RequestState.SEARCHING
    elif SessionState.PLANNED in states:
        request.state = RequestState.PLANNED
    elif request.state in (RequestState.SEARCHING, RequestState.PLANNED):
        came_to_it = {SessionState.HELD, SessionState.NOT_HELD} & states
        request.state = RequestState.CLOSED if came_to_it else RequestState.CANCELLED
