"""An offer: what a facilitator reads, and what becomes of their yes or their no."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flows.engine.context import Context, Turn
from flows.engine.events import SessionFilled
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification, tell
from flows.engine.views.action import Action
from flows.engine.views.refusals import NoRoomInMonth, OfferOver, OutOfDate, Overlap, SeatTaken
from flows.engine.views.view import Button, Style, View
from flows.matching import needs, open_offers, searches
from flows.matching.needs import free_for
from flows.people import availability, permissions
from flows.sessions import calendar, facts
from storage.dialogues import requests, sessions
from storage.models import (
    DeclineReason,
    DialogueSession,
    Facilitator,
    Level,
    Offer,
    OfferState,
    Person,
    Request,
    RequestState,
    Search,
    SearchCause,
    SeatRole,
    SessionState,
)


@dataclass(frozen=True)
class OneOfTwo(Notification, kind="one_of_two"):
    """One of two facilitators is found."""


def card(context: Context, person: Person, told: open_offers.Offered) -> View | None:
    """The offer as its facilitator sees it now."""
    offer = context.uow.get(Offer, told.subject_id)
    if offer.state not in (OfferState.OPEN, OfferState.PROPOSED) and not open_offers.was_read(context, offer):
        # They never saw what was asked, so that it is over is no news to them.
        return None
    view = shown(context, person, offer)
    if told.changed and offer.state in (OfferState.OPEN, OfferState.PROPOSED):
        return view.noting(_changed(context.words_for(person), told.changed))
    return view


def _changed(t: Translator, keys: tuple[str, ...] | Literal[True]) -> str:
    # A letter of before the keys were kept says no more than that something is different.
    if keys is True:
        return t("offer.changed")
    return t("offer.changed_what", what=t.listing(f"{t(key)[:1].lower()}{t(key)[1:]}" for key in keys))


def shown(context: Context, person: Person, offer: Offer) -> View:
    """The offer as it stands: with its buttons while it is open, with what became of it afterwards."""
    t = context.words_for(person)
    session, request = subject(context, offer)
    title = t("offer.title", topic=facts.topics(context, t, request))
    if offer.state not in (OfferState.OPEN, OfferState.PROPOSED):
        return View(_outcome(t, offer), title=title, buttons=_after(t, offer, session))
    told = (_moments(t, offer, session), *facts.to_decide(context, t, request, session))
    if offer.state is OfferState.PROPOSED:
        return View(_outcome(t, offer), title=title, facts=told)
    text = t("offer.asks_again" if _replaces(context, offer) else "offer.asks", until=t.moment(offer.expires_at))
    return View(text, title=title, facts=told, buttons=_answers(context, t, offer, session))


def _moments(t: Translator, offer: Offer, session: DialogueSession) -> facts.Fact:
    """When it would be, from when until when, as the buttons have it."""
    label = t("fact.when" if session.starts_at else open_offers.MOMENTS)
    return label, t.listing(span(t, start, session) for start in moments(offer))


def span(t: Translator, start: datetime, session: DialogueSession) -> str:
    """The moment with the time at which the session would end."""
    return t("fact.span", start=t.moment(start), end=t.time(start + timedelta(minutes=session.minutes)))


def _replaces(context: Context, offer: Offer) -> bool:
    return context.uow.get(Search, offer.search_id).cause is SearchCause.GIVEN_BACK


def _outcome(t: Translator, offer: Offer) -> str:
    when = t.moment(offer.proposed_start) if offer.proposed_start else ""
    return t(f"offer.is.{offer.state}", when=when)


def _after(t: Translator, offer: Offer, session: DialogueSession) -> tuple[Button, ...]:
    if offer.state is OfferState.ACCEPTED:
        return (Button(t("session.open"), Action("session.show", session.id)),)
    return ()


def _answers(context: Context, t: Translator, offer: Offer, session: DialogueSession) -> tuple[Button, ...]:
    accept = [
        Button(t("offer.accept", moment=t.short(moment)), _act("offer.accept", offer, str(index)), Style.PRIMARY)
        for index, moment in enumerate(moments(offer))
        if moment > context.now
    ]
    other = [] if session.starts_at else [Button(t("offer.other_time"), _act("offer.other", offer))]
    return (*accept, *other, Button(t("offer.decline"), _act("offer.decline", offer)))


def _act(verb: str, offer: Offer, arg: str = "") -> Action:
    return Action(verb, offer.id, offer.version, arg)


def moments(offer: Offer) -> list[datetime]:
    """The moments to choose from, in their order on the buttons."""
    return [datetime.fromisoformat(moment) for moment in offer.moments]


def subject(context: Context, offer: Offer) -> tuple[DialogueSession, Request]:
    """What the offer is about."""
    return requests.about(context.uow, offer)


def accept(turn: Turn, action: Action) -> View:
    """Take a free seat at one of the offered moments. Raises SeatTaken when somebody else was first."""
    offer = still_open(turn, action)
    choice = moments(offer)
    if not (action.arg.isdigit() and int(action.arg) < len(choice) and choice[int(action.arg)] > turn.now):
        raise OutOfDate(shows=Action("offer.show", action.id))
    try:
        take_seat(turn.context, offer, choice[int(action.arg)])
    except (Overlap, NoRoomInMonth) as full:
        full.shows = Action("offer.show", action.id)
        raise
    session, _ = subject(turn.context, offer)
    see = Button(turn.t("session.open"), Action("session.show", session.id))
    thanks = "offer.thanks" if session.state is SessionState.PLANNED else "offer.thanks.first"
    return View(turn.t(thanks, moment=turn.t.moment(_start(session))), title=turn.t("session.title"), buttons=(see,))


def _start(session: DialogueSession) -> datetime:
    assert session.starts_at is not None
    return session.starts_at


def still_open(turn: Turn, action: Action) -> Offer:
    """The person's own offer, open, as they see it. Raises what applies otherwise, and shows how it stands."""
    offer = permissions.offer_of(turn, action.id)
    now_shown = Action("offer.show", action.id)
    if offer.state is OfferState.TAKEN:
        raise SeatTaken(shows=now_shown)
    if offer.state is not OfferState.OPEN:
        raise OfferOver(shows=now_shown)
    if offer.expires_at <= turn.now:
        raise OfferOver(shows=now_shown)
    if action.version != offer.version:
        raise OutOfDate(shows=now_shown)
    return offer


def take_seat(context: Context, offer: Offer, start: datetime) -> None:
    """The heart of it: the first acceptance of a free seat wins, decided by the database.

    Raises SeatTaken for everybody after the first, and Overlap or NoRoomInMonth when the facilitator's diary has no
    room; then nothing has changed.
    """
    search = context.uow.get(Search, offer.search_id)
    session = context.uow.lock(DialogueSession, search.session_id)
    profile = availability.hold(context, offer.facilitator_id)
    if start <= context.now:
        raise OfferOver(shows=Action("offer.show", offer.id))
    availability.ensure_room(context, profile, session, start)
    if not sessions.agree_start(context.uow, session, start):
        raise SeatTaken(shows=Action("offer.show", offer.id))
    _claim(context, session, profile, offer)
    requests.settle_offer(context.uow, offer, OfferState.ACCEPTED)
    open_offers.show(context, offer)
    if searches.seats_left(context, search):
        _wait_for_second(context, search, start)
    else:
        _complete(context, search, session, offer.facilitator_id)


def _claim(context: Context, session: DialogueSession, profile: Facilitator, offer: Offer) -> None:
    if not any(
        sessions.take_seat(context.uow, seat, profile.person_id) for seat in free_for(context, session.id, profile)
    ):
        raise SeatTaken(shows=Action("offer.show", offer.id))


def _wait_for_second(context: Context, search: Search, start: datetime) -> None:
    """Narrow the other offers to this moment, as one of two is found, and tell the requester."""
    searches.narrow(context, search)
    for other in requests.offers(context.uow, search.id, OfferState.OPEN, OfferState.PROPOSED):
        fitting = [moment for moment in other.moments if datetime.fromisoformat(moment) == start]
        if fitting and other.state is OfferState.OPEN and _may_lead(context, search, other):
            if fitting == other.moments:
                # An unchanged offer keeps its version: its facilitator may be pressing the button right now.
                continue
            other.moments, other.version = fitting, other.version + 1
        else:
            requests.settle_offer(context.uow, other, OfferState.WITHDRAWN)
        open_offers.show(context, other)
    session = context.uow.get(DialogueSession, search.session_id)
    request = context.uow.get(Request, session.request_id)
    tell(context, request.requester_id, OneOfTwo(search.id), once=f"v{search.version}")
    searches.carry_on(context, search)


def _complete(context: Context, search: Search, session: DialogueSession, facilitator_id: int) -> None:
    searches.found(context, search)
    calendar.put(context, session)
    request = context.uow.get(Request, session.request_id)
    as_requested = search.cause is SearchCause.REQUESTED
    context.publish(SessionFilled(session, request, facilitator_id, search.covers_rest, as_requested))
    # Only now: the rest of the series may need searches of its own.
    if not requests.searches_of_request(context.uow, request.id):
        request.state = RequestState.PLANNED


def _may_lead(context: Context, search: Search, offer: Offer) -> bool:
    """Whether a seat is left that this facilitator may have: the first one is not for who is in training."""
    level = context.uow.get(Facilitator, offer.facilitator_id).level
    return level is not Level.IN_TRAINING or SeatRole.SECOND in needs.free_seats(context, search)


def ask_reason(turn: Turn, action: Action) -> View:
    """Ask for the reason before declining. It takes one press, and helps to ask the next one better."""
    offer = still_open(turn, action)
    buttons = [Button(turn.t(f"decline.{reason}"), _act("offer.no", offer, reason.value)) for reason in DeclineReason]
    back = Button(turn.t("form.back"), _act("offer.show", offer))
    return View(turn.t("offer.why_not"), title=turn.t("offer.decline"), buttons=(*buttons, back))


def decline(turn: Turn, action: Action) -> View:
    """Say no, with a reason. When nobody is being asked any more, the next few are asked at once."""
    offer = still_open(turn, action)
    if action.arg not in set(DeclineReason):
        raise OutOfDate(shows=Action("offer.show", action.id))
    offer.decline_reason = DeclineReason(action.arg)
    requests.settle_offer(turn.uow, offer, OfferState.DECLINED)
    open_offers.show(turn.context, offer)
    searches.carry_on(turn.context, turn.uow.get(Search, offer.search_id))
    return View(turn.t("offer.declined"))


def over(context: Context, person: Person, told: searches.OfferOver) -> View | None:
    """A kind word to those who were asked in vain."""
    t, offer = context.words_for(person), context.uow.get(Offer, told.subject_id)
    _, request = subject(context, offer)
    if offer.state not in (OfferState.TAKEN, OfferState.WITHDRAWN) or not open_offers.was_read(context, offer):
        return None
    return View(t(f"offer.over.{offer.state}"), title=t("offer.title", topic=facts.topics(context, t, request)))
