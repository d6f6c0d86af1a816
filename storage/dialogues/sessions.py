"""Sessions, seats and series."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlmodel import col, func, or_, select, update

from storage.database.bulk_statements import table_of
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import DialogueSession, Request, Seat, Series, SeriesState, SessionState

AHEAD = (SessionState.SEEKING, SessionState.PROPOSED, SessionState.PLANNED)
"""The states of a session that is still to come."""


_OF_REQUEST = Prepared(
    select(DialogueSession)
    .where(DialogueSession.request_id == bindparam("request"))
    .order_by(col(DialogueSession.position), col(DialogueSession.id))
)


def of_request(uow: UnitOfWork, request_id: int) -> Sequence[DialogueSession]:
    """The sessions of a request in their order."""
    return uow.ask(_OF_REQUEST, request=request_id)


def ahead_of_request(uow: UnitOfWork, request_id: int) -> list[DialogueSession]:
    """The sessions of a request that are still to come, in their order."""
    return [session for session in of_request(uow, request_id) if session.state in AHEAD]


def following(uow: UnitOfWork, session: DialogueSession) -> list[DialogueSession]:
    """This session and those after it in the same series that are still to come."""
    if session.series_id is None:
        return [session]
    later = (other for other in ahead_of_request(uow, session.request_id) if other.position > session.position)
    return [session, *later]


_SEATS = Prepared(select(Seat).where(Seat.session_id == bindparam("session")).order_by(col(Seat.id)))


def seats(uow: UnitOfWork, session_id: int) -> Sequence[Seat]:
    """The seats of a session, the lead first."""
    return uow.ask(_SEATS, session=session_id)


def facilitators(uow: UnitOfWork, session_id: int) -> list[int]:
    """Who has a seat in the session, the lead first."""
    return [seat.facilitator_id for seat in seats(uow, session_id) if seat.facilitator_id is not None]


_seat, _session = table_of(Seat), table_of(DialogueSession)
_TAKING: Prepared[int] = Prepared(
    update(_seat)
    .where(_seat.c.id == bindparam("seat"), _seat.c.facilitator_id.is_(None))
    .values(facilitator_id=bindparam("taker"))
    .returning(_seat.c.id)
)
_AGREEING: Prepared[int] = Prepared(
    update(_session)
    .where(_session.c.id == bindparam("session"), _session.c.starts_at.is_(None))
    .values(starts_at=bindparam("start"))
    .returning(_session.c.id)
)


def take_seat(uow: UnitOfWork, seat: Seat, facilitator_id: int) -> bool:
    """Claim a free seat. True for exactly one claimant, whoever the database served first."""
    claimed = uow.ask(_TAKING, seat=seat.id, taker=facilitator_id)
    uow.renew(seat)
    return len(claimed) == 1


def agree_start(uow: UnitOfWork, session: DialogueSession, start: datetime) -> bool:
    """Give a session without a time this one. False when it has another time by now."""
    uow.ask(_AGREEING, session=session.id, start=start)
    uow.renew(session)
    return session.starts_at == start


def _on_calendar_of(person_id: int | BindParameter[int]) -> tuple[ColumnElement[bool], ...]:
    led = select(Seat.session_id).where(Seat.facilitator_id == person_id)
    asked = select(Request.id).where(Request.requester_id == person_id)
    return (
        col(DialogueSession.state).in_((SessionState.PLANNED, SessionState.SEEKING)),
        col(DialogueSession.starts_at).is_not(None),
        or_(col(DialogueSession.id).in_(led), col(DialogueSession.request_id).in_(asked)),
    )


_OF_PERSON = Prepared(
    select(DialogueSession, func.count().over())
    .where(*_on_calendar_of(bindparam("person")))
    .order_by(col(DialogueSession.starts_at), col(DialogueSession.id))
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)


def of_person(uow: UnitOfWork, person_id: int, most: int, skip: int = 0) -> tuple[list[DialogueSession], int]:
    """The sessions on the calendar that a person asked for or leads, in order of time.

    At most so many, without the first ``skip``; and how many there are in all, which is 0 beyond the last one.
    """
    found = uow.ask(_OF_PERSON, person=person_id, most=most, skip=skip)
    return [session for session, _ in found], found[0][1] if found else 0


def next_of_person(
    uow: UnitOfWork, person_id: int, since: datetime, most: int
) -> tuple[list[tuple[DialogueSession, Request, Series | None]], int]:
    """The first session on the calendar from ``since`` on of each request that a person asked for or leads.

    At most so many, in order of time, each with its request and its series; and how many there are in all.
    """
    place = func.row_number().over(
        partition_by=col(DialogueSession.request_id), order_by=[col(DialogueSession.starts_at), col(DialogueSession.id)]
    )
    coming = (*_on_calendar_of(person_id), col(DialogueSession.starts_at) >= since)
    ranked = select(DialogueSession.id, place.label("place")).where(*coming).subquery()
    query = (
        select(DialogueSession, Request, Series, func.count().over())
        .join(ranked, ranked.c.id == col(DialogueSession.id))
        .join(Request, col(Request.id) == DialogueSession.request_id)
        .join(Series, col(Series.id) == DialogueSession.series_id, isouter=True)
        .where(ranked.c.place == 1)
        .order_by(col(DialogueSession.starts_at), col(DialogueSession.id))
    )
    found = uow.db.exec(query.limit(most)).all()
    return [(session, request, series) for session, request, series, _ in found], found[0][3] if found else 0


_TO_REPORT = Prepared(
    select(DialogueSession, Request)
    .join(Request, col(Request.id) == DialogueSession.request_id)
    .where(
        col(DialogueSession.id).in_(select(Seat.session_id).where(Seat.facilitator_id == bindparam("facilitator"))),
        col(DialogueSession.state) == SessionState.PLANNED,
        col(DialogueSession.starts_at) < bindparam("now"),
    )
    .order_by(col(DialogueSession.starts_at))
    .limit(bindparam("most"))
)
_MOVES = Prepared(
    select(DialogueSession, Request)
    .join(Request, col(Request.id) == DialogueSession.request_id)
    .where(
        Request.requester_id == bindparam("requester"),
        col(DialogueSession.state).in_((SessionState.PLANNED, SessionState.SEEKING)),
        col(DialogueSession.starts_at) > bindparam("now"),
        col(DialogueSession.proposed_start) > bindparam("now"),
    )
    .order_by(col(DialogueSession.starts_at))
    .limit(bindparam("most"))
)
_TO_AGREE = Prepared(
    select(Series, Request)
    .join(Request, col(Request.id) == Series.request_id)
    .where(Request.requester_id == bindparam("requester"), Series.state == SeriesState.PROPOSED)
    .order_by(col(Series.id))
    .limit(bindparam("most"))
)
_SERIES = Prepared(select(Series).where(Series.request_id == bindparam("request")))


def to_report(
    uow: UnitOfWork, facilitator_id: int, now: datetime, most: int
) -> Sequence[tuple[DialogueSession, Request]]:
    """The sessions this facilitator has a seat in that began before ``now`` without a report, the oldest first.

    At most so many, each with its request.
    """
    return uow.ask(_TO_REPORT, facilitator=facilitator_id, now=now, most=most)


def moves_to(uow: UnitOfWork, requester_id: int, now: datetime, most: int) -> Sequence[tuple[DialogueSession, Request]]:
    """The sessions that their facilitator asks this requester to move, while both times are to come."""
    return uow.ask(_MOVES, requester=requester_id, now=now, most=most)


def series_to_agree(uow: UnitOfWork, requester_id: int, most: int) -> Sequence[tuple[Series, Request]]:
    """The series whose dates are proposed to this requester, the oldest first."""
    return uow.ask(_TO_AGREE, requester=requester_id, most=most)


def proposed_in(uow: UnitOfWork, series_ids: Collection[int]) -> Sequence[DialogueSession]:
    """The dates that are only proposed in these series, in order of time."""
    query = select(DialogueSession).where(
        col(DialogueSession.series_id).in_(series_ids),
        DialogueSession.state == SessionState.PROPOSED,
        col(DialogueSession.starts_at).is_not(None),
    )
    return uow.db.exec(query.order_by(col(DialogueSession.starts_at))).all()


def series_of(uow: UnitOfWork, request_id: int) -> Series | None:
    """The series that grew out of a request, or None."""
    return uow.first(_SERIES, request=request_id)


def request_of(uow: UnitOfWork, series_id: int) -> int | None:
    """The id of the request that a series grew out of, or None where there is no such series."""
    series = uow.find(Series, series_id)
    return series.request_id if series else None


def people_in(uow: UnitOfWork, session_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """For each planned session of these: (person id, version) of the requester and of everybody with a seat."""
    base = (
        select(DialogueSession.id, DialogueSession.version, Request.requester_id)
        .join(Request, col(Request.id) == DialogueSession.request_id)
        .where(col(DialogueSession.id).in_(session_ids), DialogueSession.state == SessionState.PLANNED)
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for session_id, version, requester_id in uow.db.exec(base):
        found[session_id] = [(requester_id, version)]
    taken = select(Seat.session_id, Seat.facilitator_id).where(
        col(Seat.session_id).in_(session_ids), col(Seat.facilitator_id).is_not(None)
    )
    for session_id, facilitator_id in uow.db.exec(taken):
        if session_id in found and facilitator_id is not None:
            found[session_id].append((facilitator_id, found[session_id][0][1]))
    return found
