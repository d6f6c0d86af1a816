"""What requesters wrote in confidence for whoever leads their dialogue, and when it is forgotten."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import and_, case, col, func, or_, select, update

from storage.database.bulk_statements import count
from storage.database.unit_of_work import UnitOfWork
from storage.dialogues.requests import RUNNING
from storage.models import DialogueSession, Request, RequestState, Search, WishedMoment


def forget(uow: UnitOfWork, over_since: datetime, limit: int) -> int:
    """Clear the confidential note of up to ``limit`` requests that are over; gives how many.

    Those of which the last session began before ``over_since``, or that were asked before it where none was planned.
    Where nobody was found in time, the last wished moment counts: until then the requester may choose others.
    """
    sessions = select(func.max(DialogueSession.starts_at)).where(col(DialogueSession.request_id) == Request.id)
    wished = select(func.max(func.coalesce(WishedMoment.until, WishedMoment.starts_at)))
    last_wished = wished.where(WishedMoment.request_id == Request.id).scalar_subquery()
    last = func.coalesce(sessions.scalar_subquery(), case((_has_lapsed(), last_wished)), Request.created_at)
    over = or_(col(Request.state).in_((RequestState.CLOSED, RequestState.CANCELLED)), _has_lapsed())
    old = select(Request.id).where(over, Request.confidential_note != "", last < over_since).limit(limit)
    return count(uow, update(Request).where(col(Request.id).in_(old)).values(confidential_note=""))


def _has_lapsed() -> ColumnElement[bool]:
    searches = select(Search.id).join(DialogueSession, col(DialogueSession.id) == Search.session_id)
    running = searches.where(DialogueSession.request_id == Request.id, col(Search.state).in_(RUNNING))
    return and_(col(Request.state) == RequestState.SEARCHING, ~running.exists())
