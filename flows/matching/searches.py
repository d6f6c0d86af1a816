"""Searching a facilitator: who is asked, in which order, and what happens when nobody takes it.

A few at once are asked; whoever does not answer in working time makes room for the next few; then the organisation's
practice builder gets it, then the programme desk, each with the explanation of the matching and buttons to act. The
requester hears before the promised time passes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.engine import schedule
from flows.engine.context import Context
from flows.engine.notifications import Notification, tell
from flows.matching import algorithm, deadlines, escalation, needs, open_offers, promises
from flows.sessions import calendar
from storage.dialogues import candidates, requests, sessions
from storage.models import (
    DialogueSession,
    Facilitator,
    MatchReport,
    Offer,
    OfferState,
    Request,
    RequestState,
    Search,
    SearchCause,
    SearchState,
    SessionState,
)
from storage.people import people

OF_SEARCH = ("round_over", "steering_over", "search_lapses", *promises.KINDS)


@dataclass(frozen=True)
class OfferOver(Notification, kind="offer_over"):
    """An offer is over that its facilitator had not answered."""


@dataclass(frozen=True)
class Lapsed(Notification, kind="lapsed"):
    """A search has ended without everybody found: the last moment that suited the team is too near."""


def start(
    context: Context,
    session: DialogueSession,
    cause: SearchCause,
    *,
    covers_rest: bool = False,
    left: int | None = None,
) -> Search:
    """Begin to look for whoever fills the free seats of this session, and ask the first few; not who just ``left``."""
    search = _open(context, session, cause, covers_rest=covers_rest)
    if left is not None:
        _remember_leaving(context, search, left)
    ask_next(context, search)
    return search


def restart(context: Context, session: DialogueSession, running: Sequence[Search], changed: Sequence[str] = ()) -> int:
    """Look anew, since something else is asked than in the ``running`` searches; gives how many keep their offer.

    A facilitator who still fits keeps the offer and sees what has changed: ``changed`` are the keys of its facts. The
    other offers are over.
    """
    asked = [made for old in running for made in requests.offers(context.uow, old.id, OfferState.OPEN)]
    search = _open(context, session, SearchCause.REQUESTED)
    until = answer_until(context, search)
    kept = open_offers.still_fitting(context, search, asked)
    for made, moments in kept:
        named = changed if made.expires_at == until else [*changed, open_offers.UNTIL]
        made.search_id, made.round, made.expires_at = search.id, 1, until
        open_offers.change(context, made, moments, named)
    context.uow.flush()
    for old in running:
        give_up(context, old)
    ask_next(context, search, kept=len(kept))
    return len(kept)


def _open(context: Context, session: DialogueSession, cause: SearchCause, *, covers_rest: bool = False) -> Search:
    request = context.uow.get(Request, session.request_id)
    request.state = RequestState.SEARCHING
    session.state = SessionState.SEEKING
    acute = needs.is_acute(request)
    urgent = acute or cause is SearchCause.GIVEN_BACK
    search = context.uow.add(
        Search(
            session_id=session.id,
            cause=cause,
            state=SearchState.ASKING,
            urgent=urgent,
            covers_rest=covers_rest,
            opened_at=context.now,
            promised_by=promises.moment(context, session, acute=acute),
        )
    )
    promises.keep_in_sight(context, search)
    _plan_end(context, search)
    return search


def _plan_end(context: Context, search: Search) -> None:
    ends = deadlines.ends(context, context.uow.get(DialogueSession, search.session_id))
    schedule.plan(context, "search_lapses", search.id, ends, once="end")


def narrow(context: Context, search: Search) -> None:
    """Bring the end and the promise of a search in line with the time that its session has now."""
    schedule.forget(context, search.id, "search_lapses")
    _plan_end(context, search)
    promises.narrow(context, search)


def _remember_leaving(context: Context, search: Search, facilitator_id: int) -> None:
    """A seat that came with a series was never offered by itself, so that it was given back is kept with the search."""
    gone = Offer(
        search_id=search.id,
        facilitator_id=facilitator_id,
        round=0,
        state=OfferState.GIVEN_BACK,
        offered_at=context.now,
        expires_at=context.now,
    )
    context.uow.add(gone)


def ask_next(context: Context, search: Search, kept: int = 0) -> None:
    """Ask the best few who were not asked yet; when there are none, or enough rounds were made, hand the search on.

    The ``kept`` offers of an earlier search are among the few.
    """
    result = _match(context, search)
    at_once = context.rules.offers_at_once * max(1, len(needs.free_seats(context, search)))
    chosen = result.chosen[: max(0, at_once - kept)]
    if search.round >= context.rules.rounds or not (chosen or kept):
        escalation.escalate(context, search)
        return
    search.round += 1
    search.version += 1
    expires_at = answer_until(context, search)
    people.hold_facilitators(context.uow, [choice.facilitator_id for choice in chosen])
    for choice in chosen:
        offer(context, search, choice.facilitator_id, list(choice.moments), expires_at)
    schedule.plan(context, "round_over", search.id, expires_at, once=f"v{search.version}")


def _match(context: Context, search: Search) -> algorithm.Result:
    """Who could take it now, kept with its reasons for whoever steers the search."""
    need = needs.of(context, search)
    result = algorithm.match(need, candidates.load(context.uow, need.lookup()))
    body = algorithm.to_json(result)
    context.uow.add(MatchReport(search_id=search.id, round=search.round + 1, body=body))
    return result


def answer_until(context: Context, search: Search) -> datetime:
    """When somebody who is asked now has to have answered."""
    span = context.rules.acute_answer_span if search.urgent else context.rules.answer_span
    return deadlines.within(context, context.uow.get(DialogueSession, search.session_id), span)


def offer(context: Context, search: Search, facilitator_id: int, moments: list[datetime], until: datetime) -> Offer:
    """Show a free seat to one facilitator; again, when an earlier offer in this search came to nothing."""
    made = requests.offer_to(context.uow, search.id, facilitator_id)
    if made is None:
        made = Offer(
            search_id=search.id,
            facilitator_id=facilitator_id,
            round=search.round,
            state=OfferState.OPEN,
            offered_at=context.now,
            expires_at=until,
        )
    if made.state is not OfferState.OPEN:
        made.offered_at = context.now
    made.state, made.round = OfferState.OPEN, search.round
    made.moments = [moment.isoformat() for moment in moments]
    made.expires_at = until
    made.decline_reason = made.proposed_start = None
    made.version += 1
    context.uow.add(made)
    context.uow.get(Facilitator, facilitator_id).last_asked_at = context.now
    open_offers.show(context, made)
    return made


def round_over(context: Context, search: Search) -> None:
    """Expire the offers of a round that were not answered in time, and ask the next few."""
    late = [made for made in requests.offers(context.uow, search.id, OfferState.OPEN) if made.expires_at <= context.now]
    expired = [made for made in late if requests.settle_offer(context.uow, made, OfferState.EXPIRED)]
    for made in expired:
        open_offers.show(context, made)
    # No message without news to who steers: everybody may have answered long before.
    if expired or search.state is SearchState.ASKING:
        carry_on(context, search)


def carry_on(context: Context, search: Search) -> None:
    """Ask the next few where no offer is open any more; tell who steers where people hold the search."""
    if search.state is SearchState.ASKING:
        if needs.free_seats(context, search) and not requests.offers(context.uow, search.id, OfferState.OPEN):
            ask_next(context, search)
    elif not is_over(search):
        escalation.tell_answer(context, search)


def offer_by_hand(context: Context, search: Search, facilitator_id: int, moments: list[datetime]) -> Offer:
    """Ask somebody whom a person chose; gives the offer. They have as long to answer as anybody."""
    until = answer_until(context, search)
    made = offer(context, search, facilitator_id, moments, until)
    search.version += 1
    schedule.plan(context, "round_over", search.id, until, once=f"v{search.version}")
    escalation.give_new_time(context, search, start=until)
    escalation.refresh(context, search)
    return made


def revise(context: Context, search: Search, changed: Sequence[str]) -> None:
    """Something else is asked of whoever is still sought: whoever does not fit it is not asked any more.

    ``changed`` are the keys of the facts that are others now.
    """
    asked = requests.offers(context.uow, search.id, OfferState.OPEN)
    fitting = open_offers.still_fitting(context, search, asked)
    for made, moments in fitting:
        open_offers.change(context, made, moments, changed)
    staying = {made.id for made, _ in fitting}
    leaving = [made for made in asked if made.id not in staying]
    for made in leaving:
        withdraw(context, made, OfferState.WITHDRAWN)
    if leaving or search.state is SearchState.ASKING:
        carry_on(context, search)
    else:
        search.version += 1
        escalation.refresh(context, search)


def found(context: Context, search: Search) -> None:
    """End a search of which every seat is taken, and tell everybody else who was asked."""
    _end(context, search, SearchState.FOUND, OfferState.TAKEN)


def give_up(context: Context, search: Search) -> None:
    """End a search for which nobody is needed any more, and withdraw its open offers."""
    _end(context, search, SearchState.STOPPED, OfferState.WITHDRAWN)


def _end(context: Context, search: Search, state: SearchState, offers_become: OfferState) -> None:
    search.state = state
    search.version += 1
    schedule.forget(context, search.id, *OF_SEARCH)
    for made in requests.offers(context.uow, search.id, OfferState.OPEN, OfferState.PROPOSED):
        withdraw(context, made, offers_become)
    escalation.refresh(context, search)


def withdraw(context: Context, made: Offer, becomes: OfferState) -> None:
    """Give an open offer its last state, and tell its facilitator. Does nothing to one that is settled."""
    if requests.settle_offer(context.uow, made, becomes):
        open_offers.show(context, made)
        tell(context, made.facilitator_id, OfferOver(made.id), once=f"v{made.version}")


def lapse(context: Context, search: Search) -> None:
    """The last moment that suited the team is too near and not everybody was found: it ends here, and is said."""
    session = context.uow.get(DialogueSession, search.session_id)
    _end(context, search, SearchState.LAPSED, OfferState.WITHDRAWN)
    requester = context.uow.get(Request, session.request_id).requester_id
    tell(context, requester, Lapsed(search.id), once="end")
    if session.starts_at is not None:
        calendar.take_off(context, session, but=requester)
        context.uow.flush()
    look_on(context, search)
    escalation.show_to_desk(context, search)


def look_on(context: Context, search: Search) -> None:
    """The session of a search is off: for the rest of a series that it covered too, the search goes on."""
    session = context.uow.get(DialogueSession, search.session_id)
    rest = [other for other in sessions.following(context.uow, session) if other.state is SessionState.SEEKING]
    waiting = [other for other in rest if not requests.searches_of_session(context.uow, other.id)]
    if search.covers_rest and waiting:
        start(context, waiting[0], search.cause, covers_rest=len(waiting) > 1)


def is_over(search: Search) -> bool:
    """Whether the search has ended."""
    return search.state not in requests.RUNNING


def seats_left(context: Context, search: Search) -> int:
    """How many seats are still free in the session this search is for."""
    return sum(1 for seat in sessions.seats(context.uow, search.session_id) if seat.facilitator_id is None)
