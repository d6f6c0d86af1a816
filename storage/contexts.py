"""What requesters wrote in confidence for whoever leads their dialogue, and when it is forgotten."""

from datetime import datetime

from sqlmodel import col, func, select, update

from storage.models import DialogueSession, Request, RequestState
from storage.statements import count
from storage.unit_of_work import UnitOfWork


def forget(uow: UnitOfWork, over_since: datetime, limit: int) -> int:
    """Clear the context of up to ``limit`` requests that are over; gives how many.

    Those of which the last session began before ``over_since``, or that were asked before it where none was planned.
    """
    sessions = select(func.max(DialogueSession.starts_at)).where(col(DialogueSession.request_id) == Request.id)
    last = func.coalesce(sessions.scalar_subquery(), Request.created_at)
    over = col(Request.state).in_((RequestState.CLOSED, RequestState.CANCELLED))
    old = select(Request.id).where(over, Request.context != "", last < over_since).limit(limit)
    return count(uow, update(Request).where(col(Request.id).in_(old)).values(context=""))
