"""Requests, the searches they lead to, and the offers made in those."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import and_, case, col, false, func, or_, select, true, update
from sqlmodel.sql.expression import Select, SelectOfScalar

from storage.models import (
    DialogueSession,
    MatchReport,
    Offer,
    OfferState,
    Organisation,
    Request,
    RequestState,
    RequestTopic,
    Search,
    SearchState,
    Topic,
    WishedMoment,
)
from storage.models.states import before
from storage.unit_of_work import UnitOfWork

RUNNING = (SearchState.ASKING, SearchState.WITH_BUILDER, SearchState.WITH_DESK)
"""The states of a search that still looks for somebody."""


def of_requester(uow: UnitOfWork, person_id: int, most: int, skip: int = 0) -> tuple[list[Request], int]:
    """A person's own requests, those still going on in front, then the newest.

    At most so many, without the first ``skip``; and how many there are in all, which is 0 beyond the last one.
    """
    over = col(Request.state).in_((RequestState.CLOSED, RequestState.CANCELLED))
    query = select(Request, func.count().over()).where(Request.requester_id == person_id)
    found = uow.db.exec(query.order_by(over, col(Request.id).desc()).limit(most).offset(skip)).all()
    return [request for request, _ in found], found[0][1] if found else 0


Steered = tuple[Search, Request, Organisation]
"""A search that is still running, the request it is for, and the organisation that asks."""


def to_steer(
    uow: UnitOfWork,
    person_id: int,
    organisations: Sequence[Organisation],
    most: int,
    skip: int = 0,
    *,
    desk: bool,
    own: bool,
) -> tuple[list[Steered], int]:
    """The running searches below these organisations, and with ``desk`` those that lie with the programme desk.

    The person's own requests are among them only with ``own``, and then on the desk. Those that wait for people come
    first, then the urgent ones, then the oldest. At most so many, without the first ``skip``; and how many there are in
    all, which is 0 beyond the last one.
    """
    if not organisations and not desk:
        return [], 0
    others = col(Request.requester_id) != person_id
    below = or_(false(), *(col(Organisation.path).startswith(organisation.path) for organisation in organisations))
    with_desk = and_(col(Search.state) == SearchState.WITH_DESK, true() if own else others) if desk else false()
    asking = case((col(Search.state) == SearchState.ASKING, 1), else_=0)
    query = (
        select(Search, Request, Organisation, func.count().over())
        .join(DialogueSession, col(DialogueSession.id) == Search.session_id)
        .join(Request, col(Request.id) == DialogueSession.request_id)
        .join(Organisation, col(Organisation.id) == Request.organisation_id)
        .where(col(Search.state).in_(RUNNING), or_(with_desk, and_(others, below)))
        .order_by(asking, col(Search.urgent).desc(), col(Search.opened_at), col(Search.id))
    )
    found = uow.db.exec(query.limit(most).offset(skip)).all()
    return [(search, request, organisation) for search, request, organisation, _ in found], found[0][3] if found else 0


def of_session(uow: UnitOfWork, session_id: int) -> int | None:
    """The id of the request that a session belongs to; None where there is no such session."""
    return uow.db.exec(select(DialogueSession.request_id).where(DialogueSession.id == session_id)).first()


def of_search(uow: UnitOfWork, search_id: int) -> int | None:
    """The id of the request that a search belongs to; None where there is no such search."""
    return uow.db.exec(_request_ids().where(Search.id == search_id)).first()


def of_offer(uow: UnitOfWork, offer_id: int) -> int | None:
    """The id of the request that an offer belongs to; None where there is no such offer."""
    mine = _request_ids().join(Offer, col(Offer.search_id) == Search.id)
    return uow.db.exec(mine.where(Offer.id == offer_id)).first()


def behind(uow: UnitOfWork, search: Search) -> Request:
    """The request that this search is for."""
    return uow.get(Request, uow.get(DialogueSession, search.session_id).request_id)


def _request_ids() -> SelectOfScalar[int]:
    return select(DialogueSession.request_id).join(Search, col(Search.session_id) == DialogueSession.id)


def hold(uow: UnitOfWork, request_ids: Iterable[int]) -> None:
    """Hold these requests until the transaction ends, always in the same order: no two wait for each other."""
    ids = col(Request.id).in_(set(request_ids))
    uow.db.exec(select(Request.id).where(ids).order_by(col(Request.id)).with_for_update(key_share=True)).all()


def topic_ids(uow: UnitOfWork, request_id: int) -> list[int]:
    """The topics a request is about."""
    query = select(RequestTopic.topic_id).where(RequestTopic.request_id == request_id)
    return list(uow.db.exec(query.order_by(col(RequestTopic.topic_id))))


# Made once: most of what people press asks these, and making them takes as long as answering them.
_TOPICS = (
    select(Topic)
    .join(RequestTopic, col(RequestTopic.topic_id) == Topic.id)
    .where(RequestTopic.request_id == bindparam("request"))
    .order_by(col(Topic.id))
)
_ABOUT = (
    select(DialogueSession, Request)
    .join(Search, col(Search.session_id) == DialogueSession.id)
    .join(Request, col(Request.id) == DialogueSession.request_id)
    .where(Search.id == bindparam("search"))
)


def topics(uow: UnitOfWork, request_id: int) -> Sequence[Topic]:
    """The topics a request is about."""
    return uow.db.scalars(_TOPICS, {"request": request_id}).all()


def about(uow: UnitOfWork, offer: Offer) -> tuple[DialogueSession, Request]:
    """The session that an offer has a seat in, and the request it is part of."""
    session, request = uow.db.execute(_ABOUT, {"search": offer.search_id}).one()
    return session, request


def topics_of(uow: UnitOfWork, request_ids: Collection[int]) -> dict[int, list[Topic]]:
    """The topics of each of these requests."""
    query = (
        select(RequestTopic.request_id, Topic)
        .join(Topic, col(Topic.id) == RequestTopic.topic_id)
        .where(col(RequestTopic.request_id).in_(request_ids))
        .order_by(col(Topic.id))
    )
    found: dict[int, list[Topic]] = {request_id: [] for request_id in request_ids}
    for request_id, topic in uow.db.exec(query) if request_ids else ():
        found[request_id].append(topic)
    return found


def moments(uow: UnitOfWork, request_id: int) -> Sequence[WishedMoment]:
    """The moments and windows that suit the requester's team, in order of time."""
    query = select(WishedMoment).where(WishedMoment.request_id == request_id)
    return uow.db.exec(query.order_by(col(WishedMoment.starts_at))).all()


def clear_wishes(uow: UnitOfWork, request_id: int) -> None:
    """Forget the topics and moments of a request, before new ones are written."""
    for moment in moments(uow, request_id):
        uow.db.delete(moment)
    for topic in uow.db.exec(select(RequestTopic).where(RequestTopic.request_id == request_id)):
        uow.db.delete(topic)
    uow.db.flush()


def searches_of_session(uow: UnitOfWork, session_id: int) -> Sequence[Search]:
    """The searches that still run for this session."""
    return uow.db.exec(select(Search).where(Search.session_id == session_id, col(Search.state).in_(RUNNING))).all()


def searches_of_request(uow: UnitOfWork, request_id: int) -> Sequence[Search]:
    """The searches that still run for any session of this request, the oldest first."""
    mine = select(DialogueSession.id).where(DialogueSession.request_id == request_id)
    query = select(Search).where(col(Search.session_id).in_(mine), col(Search.state).in_(RUNNING))
    return uow.db.exec(query.order_by(col(Search.id))).all()


def reports(uow: UnitOfWork, search_id: int) -> Sequence[MatchReport]:
    """What the matching said in this search, the latest first."""
    query = select(MatchReport).where(MatchReport.search_id == search_id)
    return uow.db.exec(query.order_by(col(MatchReport.id).desc())).all()


def offers(uow: UnitOfWork, search_id: int, *states: OfferState) -> Sequence[Offer]:
    """The offers of a search in these states; all of them when no state is named."""
    query = select(Offer).where(Offer.search_id == search_id)
    if states:
        query = query.where(col(Offer.state).in_(states))
    return uow.db.exec(query.order_by(col(Offer.id))).all()


def offer_to(uow: UnitOfWork, search_id: int, facilitator_id: int) -> Offer | None:
    """The offer made to this facilitator in this search, or None."""
    return uow.db.exec(
        select(Offer).where(Offer.search_id == search_id, Offer.facilitator_id == facilitator_id)
    ).first()


def asked_of(uow: UnitOfWork, facilitator_id: int, now: datetime, most: int) -> Sequence[tuple[Offer, Request]]:
    """The offers a facilitator can still answer at ``now``, each with its request; the one that ends first in front."""
    query = _with_request().where(
        Offer.facilitator_id == facilitator_id, Offer.state == OfferState.OPEN, col(Offer.expires_at) > now
    )
    return uow.db.exec(query.order_by(col(Offer.expires_at), col(Offer.id)).limit(most)).all()


def proposed_to(uow: UnitOfWork, requester_id: int, now: datetime, most: int) -> Sequence[tuple[Offer, Request]]:
    """The other times that facilitators ask this requester for and that are still to come, the first one in front."""
    query = _with_request().where(
        Request.requester_id == requester_id,
        Offer.state == OfferState.PROPOSED,
        col(Search.state).in_(RUNNING),
        col(Offer.proposed_start) > now,
    )
    return uow.db.exec(query.order_by(col(Offer.proposed_start), col(Offer.id)).limit(most)).all()


def _with_request() -> Select[Offer, Request]:
    return (
        select(Offer, Request)
        .join(Search, col(Search.id) == Offer.search_id)
        .join(DialogueSession, col(DialogueSession.id) == Search.session_id)
        .join(Request, col(Request.id) == DialogueSession.request_id)
    )


def settle_offer(uow: UnitOfWork, offer: Offer, state: OfferState) -> bool:
    """Bring an offer that is being asked to ``state``. False when somebody or something else settled it first."""
    claimed = uow.db.exec(
        update(Offer)
        .where(col(Offer.id) == offer.id, col(Offer.state).in_(before(Offer, state)))
        .values(state=state, version=Offer.version + 1)
        .execution_options(synchronize_session=False)
    )
    uow.db.refresh(offer)
    return claimed.rowcount == 1


def accepted_offers(uow: UnitOfWork, facilitator_id: int, session_id: int) -> Sequence[Offer]:
    """The offers with which this facilitator got a seat in the session."""
    mine = select(Search.id).where(Search.session_id == session_id)
    query = select(Offer).where(
        Offer.facilitator_id == facilitator_id, Offer.state == OfferState.ACCEPTED, col(Offer.search_id).in_(mine)
    )
    return uow.db.exec(query.order_by(col(Offer.id))).all()


def who_left(uow: UnitOfWork, request_id: int) -> Sequence[int]:
    """The facilitators who gave back a seat in any session of this request."""
    sessions = select(DialogueSession.id).where(DialogueSession.request_id == request_id)
    mine = select(Search.id).where(col(Search.session_id).in_(sessions))
    query = select(Offer.facilitator_id).where(Offer.state == OfferState.GIVEN_BACK, col(Offer.search_id).in_(mine))
    return uow.db.exec(query).all()
