"""Many of a kind, made at once: what it would take a day to ask for."""

import uuid

from storage.database.unit_of_work import UnitOfWork
from storage.models import DialogueSession, Request, Search


def one_more(uow: UnitOfWork) -> tuple[Request, DialogueSession, Search]:
    """Another request like the first one, with its session and its search."""
    request = uow.add(Request(**uow.get(Request, 1).model_dump(exclude={"id"})))
    like = uow.get(DialogueSession, 1).model_dump(exclude={"id", "request_id", "uid"})
    session = uow.add(DialogueSession(**like, request_id=request.id, uid=uuid.uuid4().hex))
    like = uow.get(Search, 1).model_dump(exclude={"id", "session_id"})
    return request, session, uow.add(Search(**like, session_id=session.id))
