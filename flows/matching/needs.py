"""From a request and its session to what the matching needs to know."""

from datetime import datetime, timedelta

from flows.engine.context import Context
from flows.matching.algorithm import Need, Window
from flows.people import served_channels
from storage.dialogues import requests, sessions
from storage.models import (
    DialogueSession,
    Facilitator,
    Level,
    OfferState,
    Organisation,
    OrganisationKind,
    Person,
    Request,
    Search,
    Seat,
    SeatRole,
    SessionState,
    Urgency,
)
from storage.people import invitations
from storage.programme import catalogue

_OWN_KINDS = (OrganisationKind.MINISTRY, OrganisationKind.AGENCY)
_ASK_NOT_AGAIN = (
    OfferState.OPEN,
    OfferState.PROPOSED,
    OfferState.ACCEPTED,
    OfferState.DECLINED,
    OfferState.REFUSED,
    OfferState.GIVEN_BACK,
)


def of(context: Context, search: Search) -> Need:
    """What is needed of whoever fills the free seats this search is for, at the context's instant."""
    session = context.uow.get(DialogueSession, search.session_id)
    request = context.uow.get(Request, session.request_id)
    path = catalogue.path(context.uow, request.organisation_id)
    return Need(
        path=tuple(node.id for node in path),
        is_unit=path[-1].kind is OrganisationKind.UNIT,
        own=frozenset(node.id for node in path if node.kind in _OWN_KINDS),
        pools=_pooled(context, path),
        requester_id=request.requester_id,
        requester_unit_id=context.uow.get(Person, request.requester_id).unit_id,
        form_id=request.form_id,
        language=request.language,
        topics=catalogue.topic_chains(context.uow, requests.topic_ids(context.uow, request.id)),
        windows=windows(context, request, session),
        minutes=session.minutes,
        online=session.online,
        place=session.place,
        rest=_rest(context, search, session),
        origin=request.origin,
        seats=frozenset(free_seats(context, search)),
        already=frozenset(_already(context, search)),
        now=context.now,
        zone=context.rules.zone,
        travel_margin=context.rules.travel_margin,
        unvouched=invitations.proposed_in(context.uow, [node.id for node in path], context.now),
        findable=served_channels.finds_people(context.uow),
    )


def _rest(context: Context, search: Search, session: DialogueSession) -> tuple[Window, ...]:
    """The later sessions of a series for which nobody else is sought: whoever takes this seat is to take those too."""
    if not search.covers_rest:
        return ()
    later = (other for other in sessions.following(context.uow, session) if other.id != session.id)
    return tuple(Window(other.starts_at) for other in later if other.starts_at and _seeks(other))


def _seeks(session: DialogueSession) -> bool:
    return session.state is SessionState.SEEKING


def _pooled(context: Context, path: list[Organisation]) -> frozenset[int]:
    """The organisations that share a pool with the asking one or with anything above it."""
    pools = catalogue.pools_of(context.uow, (node.id for node in path))
    return frozenset().union(*(members for _, members in pools))


def _already(context: Context, search: Search) -> list[int]:
    """Who is in the session, was asked, or left it. After "ask again", who only let it pass may be asked anew."""
    asked = requests.offers(context.uow, search.id)
    fixed = [offer.facilitator_id for offer in asked if offer.state in _ASK_NOT_AGAIN or offer.round > 0 < search.round]
    left = requests.who_left(context.uow, context.uow.get(DialogueSession, search.session_id).request_id)
    return [*fixed, *left, *sessions.facilitators(context.uow, search.session_id)]


def is_acute(request: Request) -> bool:
    """Whether the request is an acute ethical question, to be answered within a working day."""
    return request.urgency is Urgency.ACUTE


def free_seats(context: Context, search: Search) -> list[SeatRole]:
    """The seats nobody has taken yet."""
    return [seat.role for seat in sessions.seats(context.uow, search.session_id) if seat.facilitator_id is None]


def free_for(context: Context, session_id: int, profile: Facilitator) -> list[Seat]:
    """The free seats that this facilitator may have, in their order: the first is not for who is in training."""
    free = (seat for seat in sessions.seats(context.uow, session_id) if seat.facilitator_id is None)
    return [seat for seat in free if seat.role is SeatRole.SECOND or profile.level is not Level.IN_TRAINING]


def windows(context: Context, request: Request, session: DialogueSession) -> tuple[Window, ...]:
    """When the session could be: at its own time once it has one, else at any moment that suits the team."""
    if session.starts_at is not None:
        return (Window(session.starts_at, None),)
    return tuple(Window(wish.starts_at, wish.until) for wish in requests.moments(context.uow, request.id))


def last_moment(context: Context, request: Request, session: DialogueSession) -> datetime:
    """The last at which the session can begin; of whole days the last that still fits in working hours."""
    length = timedelta(minutes=session.minutes)
    return max(_last_start(context, window, length) for window in windows(context, request, session))


def _last_start(context: Context, window: Window, length: timedelta) -> datetime:
    if window.until is None:
        return window.starts_at
    in_hours = context.rules.week.subtract(window.until, timedelta()) - length
    # A window of evenings or weekends alone has no such start.
    return in_hours if in_hours >= max(window.starts_at, context.now) else window.until - length


def is_half_found(context: Context, session: DialogueSession) -> bool:
    """Whether one of two facilitators is found, and the other is not."""
    taken = [seat.facilitator_id is not None for seat in sessions.seats(context.uow, session.id)]
    return any(taken) and not all(taken)
