"""Who can be reached in no channel any more, while a dialogue of theirs is still to come."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, union_all
from sqlmodel import col

from storage.database.unit_of_work import UnitOfWork
from storage.dialogues.sessions import AHEAD
from storage.models import Address, DialogueSession, Person, Request, Seat
from storage.programme.demo_guard import DEMO_CHANNEL


class CutOff(NamedTuple):
    """Somebody who is waited for; ``next_start`` is when (UTC) their first dialogue begins, None where unknown."""

    person_id: int
    leads: bool
    next_start: datetime | None


def waited_for(uow: UnitOfWork, now: datetime, most: int) -> Sequence[CutOff]:
    """Up to ``most`` of the people who lead a session to come, or asked for it, and whom nothing reaches any more.

    People in the playground only are not counted, and neither is an address there.
    """
    to_come = (
        col(DialogueSession.state).in_(AHEAD),
        or_(col(DialogueSession.starts_at).is_(None), col(DialogueSession.starts_at) > now),
        *_unreachable(),
    )
    start = func.min(col(DialogueSession.starts_at)).label("next_start")
    leading = (
        select(col(Person.id), literal(value=True).label("leads"), start)
        .join(Seat, col(Seat.facilitator_id) == Person.id)
        .join(DialogueSession, col(DialogueSession.id) == Seat.session_id)
    )
    asking = (
        select(col(Person.id), literal(value=False).label("leads"), start)
        .join(Request, col(Request.requester_id) == Person.id)
        .join(DialogueSession, col(DialogueSession.request_id) == Request.id)
    )
    both = union_all(*(one.where(*to_come).group_by(col(Person.id)) for one in (leading, asking))).subquery()
    first = select(both).order_by(both.c.next_start, both.c.id, both.c.leads.desc()).limit(most)
    return [CutOff(*row) for row in uow.db.execute(first)]


def _unreachable() -> tuple[ColumnElement[bool], ...]:
    somewhere = exists().where(col(Address.person_id) == Person.id, col(Address.channel) != DEMO_CHANNEL)
    return col(Person.active).is_(True), somewhere, ~somewhere.where(col(Address.reachable))
