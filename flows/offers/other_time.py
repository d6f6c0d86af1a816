"""A facilitator's "yes, but two hours later": another time, which the requester takes or leaves."""

from dataclasses import dataclass
from datetime import datetime

from flows.engine.context import Context, Turn
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification, tell
from flows.engine.views.action import Action
from flows.engine.views.refusals import AlreadyWished, Gone, NoRoomInMonth, OfferOver, Overlap
from flows.engine.views.view import Button, Style, View
from flows.matching import open_offers, searches
from flows.offers import offers
from flows.offers.offers import subject, take_seat
from flows.people import availability, permissions
from flows.sessions import facts
from storage.dialogues import requests
from storage.models import Offer, OfferState, Person, Request, Search


def propose(turn: Turn, offer: Offer, start: datetime) -> View:
    """Ask the requester for another time. The offer stays this facilitator's until they answer or somebody accepts."""
    session, _ = subject(turn.context, offer)
    if session.starts_at is not None:
        raise OfferOver(shows=Action("offer.show", offer.id))
    if start in offers.moments(offer):
        raise AlreadyWished(Action("offer.show", offer.id))
    availability.ensure_room(turn.context, availability.hold(turn.context, turn.me), session, start)
    offer.state, offer.proposed_start, offer.version = OfferState.PROPOSED, start, offer.version + 1
    open_offers.show(turn.context, offer)
    searches.carry_on(turn.context, turn.uow.get(Search, offer.search_id))
    return _receipt(turn, offer, start)


def _receipt(turn: Turn, offer: Offer, start: datetime) -> View:
    """What was proposed, and the way to what became of it: it stays in the chat, and stays true."""
    t, (_, request) = turn.t, subject(turn.context, offer)
    title = t("offer.title", topic=facts.topics(turn.context, t, request))
    see = Button(t("front.see"), Action("offer.show", offer.id))
    return View(t("proposal.sent", moment=t.moment(start)), title=title, buttons=(see,))


@dataclass(frozen=True)
class ProposalLeft(Notification, kind="proposal_left"):
    """The requester did not take the other time that this facilitator asked for."""


def card(context: Context, person: Person, told: open_offers.Proposal) -> View | None:
    """Another time, as the requester sees it: to take or to leave. Who proposes it stays unsaid until it is taken."""
    return _shown(context, context.words_for(person), context.uow.get(Offer, told.subject_id))


def show(turn: Turn, action: Action) -> View:
    """The same, for the requester who looks for it."""
    offer, _ = _to_requester(turn, action)
    return _shown(turn.context, turn.t, offer)


def _shown(context: Context, t: Translator, offer: Offer) -> View:
    _, request = subject(context, offer)
    title = t("proposal.title", topic=facts.topics(context, t, request))
    if offer.state is not OfferState.PROPOSED or offer.proposed_start is None:
        return View(_outcome(t, offer), title=title)
    buttons = (
        Button(t("proposal.take"), Action("proposal.take", offer.id, offer.version), Style.PRIMARY),
        Button(t("proposal.leave"), Action("proposal.leave", offer.id, offer.version)),
    )
    facts_shown = ((t("fact.moments"), facts.wishes(context, t, request)),)
    return View(t("proposal.asks", moment=t.moment(offer.proposed_start)), title, facts_shown, buttons)


def _outcome(t: Translator, offer: Offer) -> str:
    if offer.state is OfferState.ACCEPTED and offer.proposed_start is not None:
        return t("proposal.agreed", moment=t.moment(offer.proposed_start))
    return t("proposal.left" if offer.state is OfferState.REFUSED else "proposal.over")


def take(turn: Turn, action: Action) -> View:
    """The requester takes the other time: it counts as the acceptance of the seat. Where it cannot be, it is off."""
    offer = _proposed_to(turn, action)
    assert offer.proposed_start is not None
    try:
        take_seat(turn.context, offer, offer.proposed_start)
    except (Overlap, NoRoomInMonth, OfferOver):
        # The time passed, or the facilitator's diary filled up; that is their affair, so the requester just hears it.
        searches.withdraw(turn.context, offer, OfferState.WITHDRAWN)
        searches.carry_on(turn.context, turn.uow.get(Search, offer.search_id))
        return _shown(turn.context, turn.t, offer)
    return View(turn.t("proposal.taken", moment=turn.t.moment(offer.proposed_start)))


def leave(turn: Turn, action: Action) -> View:
    """The requester rather keeps looking."""
    offer = _proposed_to(turn, action)
    requests.settle_offer(turn.uow, offer, OfferState.REFUSED)
    open_offers.show(turn.context, offer)
    tell(turn.context, offer.facilitator_id, ProposalLeft(offer.id), once=f"v{offer.version}")
    searches.carry_on(turn.context, turn.uow.get(Search, offer.search_id))
    return View(turn.t("proposal.left"))


def _to_requester(turn: Turn, action: Action) -> tuple[Offer, Request]:
    request_id = requests.of_offer(turn.uow, action.id)
    if request_id is None:
        raise Gone
    request = permissions.request_of(turn, request_id)
    return turn.uow.get(Offer, action.id), request


def _proposed_to(turn: Turn, action: Action) -> Offer:
    offer, request = _to_requester(turn, action)
    if offer.state is not OfferState.PROPOSED or offer.version != action.version:
        raise OfferOver(shows=Action("request.show", request.id))
    return offer


def left(context: Context, person: Person, told: ProposalLeft) -> View | None:
    """The requester did not take the other time."""
    t = context.words_for(person)
    _, request = subject(context, context.uow.get(Offer, told.subject_id))
    return View(t("offer.is.refused", when=""), title=t("offer.title", topic=facts.topics(context, t, request)))
