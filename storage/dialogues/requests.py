"""Requests, the searches they lead to, and the offers made in those."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import and_, col, false, func, or_, select, true, update

from storage.database.bulk_statements import table_of
from storage.database.prepared import Prepared, one_of, these
from storage.database.unit_of_work import UnitOfWork
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

RUNNING = (SearchState.ASKING, SearchState.WITH_BUILDER, SearchState.WITH_DESK)
"""The states of a search that still looks for somebody."""


_OF_REQUESTER = Prepared(
    select(Request, func.count().over())
    .where(Request.requester_id == bindparam("requester"))
    .order_by(col(Request.state).in_((RequestState.CLOSED, RequestState.CANCELLED)), col(Request.id).desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)


def of_requester(uow: UnitOfWork, person_id: int, most: int, skip: int = 0) -> tuple[list[Request], int]:
    """A person's own requests, those still going on in front, then the newest.

    At most so many, without the first ``skip``; and how many there are in all, which is 0 beyond the last one.
    """
    found = uow.ask(_OF_REQUESTER, requester=person_id, most=most, skip=skip)
    return [request for request, _ in found], found[0][1] if found else 0


Steered = tuple[Search, Request, Organisation]
"""A search that is still running, the request it is for, and the organisation that asks."""

_PRESSING = (col(Search.state) == SearchState.ASKING, col(Search.urgent).desc(), col(Search.opened_at), col(Search.id))
"""Running searches in order: those that wait for people first, then the urgent ones, then the oldest."""


def to_steer(
    uow: UnitOfWork,
    person_id: int,
    organisations: Sequence[Organisation],
    most: int,
    skip: int = 0,
    *,
    with_team: bool,
    own: bool,
) -> tuple[list[Steered], int]:
    """The running searches below these organisations, and with ``with_team`` those with the programme team.

    The person's own requests are among them only with ``own``, and then with the team. The most pressing come first, at
    most so many, without the first ``skip``; and how many there are in all, which is 0 beyond the last one.
    """
    if not organisations and not with_team:
        return [], 0
    others = col(Request.requester_id) != person_id
    below = or_(false(), *(col(Organisation.path).startswith(organisation.path) for organisation in organisations))
    with_desk = and_(col(Search.state) == SearchState.WITH_DESK, true() if own else others) if with_team else false()
    query = (
        select(Search, Request, Organisation, func.count().over())
        .join(DialogueSession, col(DialogueSession.id) == Search.session_id)
        .join(Request, col(Request.id) == DialogueSession.request_id)
        .join(Organisation, col(Organisation.id) == Request.organisation_id)
        .where(col(Search.state).in_(RUNNING), or_(with_desk, and_(others, below)))
        .order_by(*_PRESSING)
    )
    found = uow.db.exec(query.limit(most).offset(skip)).all()
    return [(search, request, organisation) for search, request, organisation, _ in found], found[0][3] if found else 0


_IDS = select(DialogueSession.request_id).join(Search, col(Search.session_id) == DialogueSession.id)
_ID_OF_SESSION = Prepared(select(DialogueSession.request_id).where(DialogueSession.id == bindparam("session")))
_ID_OF_SEARCH = Prepared(_IDS.where(Search.id == bindparam("search")))
_ID_OF_OFFER = Prepared(_IDS.join(Offer, col(Offer.search_id) == Search.id).where(Offer.id == bindparam("offer")))


def of_session(uow: UnitOfWork, session_id: int) -> int | None:
    """The id of the request that a session belongs to; None where there is no such session."""
    return uow.first(_ID_OF_SESSION, session=session_id)


def of_search(uow: UnitOfWork, search_id: int) -> int | None:
    """The id of the request that a search belongs to; None where there is no such search."""
    return uow.first(_ID_OF_SEARCH, search=search_id)


def of_offer(uow: UnitOfWork, offer_id: int) -> int | None:
    """The id of the request that an offer belongs to; None where there is no such offer."""
    return uow.first(_ID_OF_OFFER, offer=offer_id)


def behind(uow: UnitOfWork, search: Search) -> Request:
    """The request that this search is for."""
    return uow.get(Request, uow.get(DialogueSession, search.session_id).request_id)


def hold(uow: UnitOfWork, request_ids: Iterable[int | None]) -> None:
    """Hold these requests until the transaction ends, always in the same order: no two wait for each other."""
    ids = col(Request.id).in_({request_id for request_id in request_ids if request_id is not None})
    uow.db.exec(select(Request.id).where(ids).order_by(col(Request.id)).with_for_update(key_share=True)).all()


def topic_ids(uow: UnitOfWork, request_id: int) -> list[int]:
    """The topics a request is about."""
    query = select(RequestTopic.topic_id).where(RequestTopic.request_id == request_id)
    return list(uow.db.exec(query.order_by(col(RequestTopic.topic_id))))


_TOPICS = Prepared(
    select(Topic)
    .join(RequestTopic, col(RequestTopic.topic_id) == Topic.id)
    .where(RequestTopic.request_id == bindparam("request"))
    .order_by(col(Topic.id))
)
_ABOUT = Prepared(
    select(DialogueSession, Request)
    .join(Search, col(Search.session_id) == DialogueSession.id)
    .join(Request, col(Request.id) == DialogueSession.request_id)
    .where(Search.id == bindparam("search"))
)


def topics(uow: UnitOfWork, request_id: int) -> Sequence[Topic]:
    """The topics a request is about."""
    return uow.ask(_TOPICS, request=request_id)


def about(uow: UnitOfWork, offer: Offer) -> tuple[DialogueSession, Request]:
    """The session that an offer has a seat in, and the request it is part of."""
    [found] = uow.ask(_ABOUT, search=offer.search_id)
    return found


def topics_of(uow: UnitOfWork, request_ids: Collection[int]) -> dict[int, list[Topic]]:
    """The topics of each of these requests."""
    found: dict[int, list[Topic]] = {request_id: [] for request_id in request_ids}
    given = these(request_ids)
    for request_id, topic in uow.ask(_topics_of(len(given)), **given) if given else ():
        found[request_id].append(topic)
    return found


@cache
def _topics_of(many: int) -> Prepared[tuple[int, Topic]]:
    query = select(RequestTopic.request_id, Topic).join(Topic, col(Topic.id) == RequestTopic.topic_id)
    return Prepared(query.where(col(RequestTopic.request_id).in_(one_of(many))).order_by(col(Topic.id)))


_MOMENTS = Prepared(
    select(WishedMoment).where(WishedMoment.request_id == bindparam("request")).order_by(col(WishedMoment.starts_at))
)


def moments(uow: UnitOfWork, request_id: int) -> Sequence[WishedMoment]:
    """The moments and windows that suit the requester's team, in order of time."""
    return uow.ask(_MOMENTS, request=request_id)


def clear_wishes(uow: UnitOfWork, request_id: int) -> None:
    """Forget the topics and moments of a request, before new ones are written."""
    for moment in moments(uow, request_id):
        uow.db.delete(moment)
    for topic in uow.db.exec(select(RequestTopic).where(RequestTopic.request_id == request_id)):
        uow.db.delete(topic)
    uow.db.flush()


_OF_SESSION = Prepared(select(Search).where(Search.session_id == bindparam("session"), col(Search.state).in_(RUNNING)))
_OF_REQUEST = Prepared(
    select(Search)
    .join(DialogueSession, col(DialogueSession.id) == Search.session_id)
    .where(DialogueSession.request_id == bindparam("request"), col(Search.state).in_(RUNNING))
    .order_by(col(Search.id))
)


def searches_of_session(uow: UnitOfWork, session_id: int) -> Sequence[Search]:
    """The searches that still run for this session."""
    return uow.ask(_OF_SESSION, session=session_id)


def searches_of_request(uow: UnitOfWork, request_id: int) -> Sequence[Search]:
    """The searches that still run for any session of this request, the oldest first."""
    return uow.ask(_OF_REQUEST, request=request_id)


def search_after(uow: UnitOfWork, search: Search) -> Search | None:
    """The search that came next for the same session, or None."""
    query = select(Search).where(Search.session_id == search.session_id, col(Search.id) > search.id)
    return uow.db.exec(query.order_by(col(Search.id))).first()


def reports(uow: UnitOfWork, search_id: int) -> Sequence[MatchReport]:
    """What the matching said in this search, the latest first."""
    query = select(MatchReport).where(MatchReport.search_id == search_id)
    return uow.db.exec(query.order_by(col(MatchReport.id).desc())).all()


_OFFER_TO = Prepared(
    select(Offer).where(Offer.search_id == bindparam("search"), Offer.facilitator_id == bindparam("facilitator"))
)


def offers(uow: UnitOfWork, search_id: int, *states: OfferState) -> Sequence[Offer]:
    """The offers of a search in these states; all of them when no state is named."""
    return uow.ask(_offers(states or tuple(OfferState)), search=search_id)


@cache
def _offers(states: tuple[OfferState, ...]) -> Prepared[Offer]:
    query = select(Offer).where(Offer.search_id == bindparam("search"), col(Offer.state).in_(states))
    return Prepared(query.order_by(col(Offer.id)))


def offer_to(uow: UnitOfWork, search_id: int, facilitator_id: int) -> Offer | None:
    """The offer made to this facilitator in this search, or None."""
    return uow.first(_OFFER_TO, search=search_id, facilitator=facilitator_id)


_WITH_REQUEST = (
    select(Offer, Request)
    .join(Search, col(Search.id) == Offer.search_id)
    .join(DialogueSession, col(DialogueSession.id) == Search.session_id)
    .join(Request, col(Request.id) == DialogueSession.request_id)
)
_ASKED = Prepared(
    _WITH_REQUEST.where(
        Offer.facilitator_id == bindparam("facilitator"),
        Offer.state == OfferState.OPEN,
        col(Offer.expires_at) > bindparam("now"),
    )
    .order_by(col(Offer.expires_at), col(Offer.id))
    .limit(bindparam("most"))
)
_PROPOSED = Prepared(
    _WITH_REQUEST.where(
        Request.requester_id == bindparam("requester"),
        Offer.state == OfferState.PROPOSED,
        col(Search.state).in_(RUNNING),
        col(Offer.proposed_start) > bindparam("now"),
    )
    .order_by(col(Offer.proposed_start), col(Offer.id))
    .limit(bindparam("most"))
)


def asked_of(uow: UnitOfWork, facilitator_id: int, now: datetime, most: int) -> Sequence[tuple[Offer, Request]]:
    """The offers a facilitator can still answer at ``now``, each with its request; the one that ends first in front."""
    return uow.ask(_ASKED, facilitator=facilitator_id, now=now, most=most)


def proposed_to(uow: UnitOfWork, requester_id: int, now: datetime, most: int) -> Sequence[tuple[Offer, Request]]:
    """The other times that facilitators ask this requester for and that are still to come, the first one in front."""
    return uow.ask(_PROPOSED, requester=requester_id, now=now, most=most)


def settle_offer(uow: UnitOfWork, offer: Offer, state: OfferState) -> bool:
    """Bring an offer that is being asked to ``state``. False when somebody or something else settled it first."""
    claimed = uow.ask(_settling(state), offer=offer.id)
    uow.renew(offer)
    return len(claimed) == 1


@cache
def _settling(state: OfferState) -> Prepared[int]:
    offer = table_of(Offer)
    open_still = (offer.c.id == bindparam("offer"), offer.c.state.in_(before(Offer, state)))
    settled = update(offer).where(*open_still).values(state=state, version=offer.c.version + 1)
    return Prepared(settled.returning(offer.c.id))


def who_left(uow: UnitOfWork, request_id: int) -> Sequence[int]:
    """The facilitators who gave back a seat in any session of this request."""
    sessions = select(DialogueSession.id).where(DialogueSession.request_id == request_id)
    mine = select(Search.id).where(col(Search.session_id).in_(sessions))
    query = select(Offer.facilitator_id).where(Offer.state == OfferState.GIVEN_BACK, col(Offer.search_id).in_(mine))
    return uow.db.exec(query).all()
