"""Searching a facilitator: who is asked, in which order, and what happens when nobody takes it.

A few at once are asked; whoever does not answer in working time makes room for the next few; then the organisation's
practice builder gets it, then the programme desk, each with the explanation of the matching and buttons to act. The
requester hears before the promised time passes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.engine import schedule
from flows.engine.context import Desk
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
    desk: Desk, session: DialogueSession, cause: SearchCause, *, covers_rest: bool = False, left: int | None = None
) -> Search:
    """Begin to look for whoever fills the free seats of this session, and ask the first few; not who just ``left``."""
    search = _open(desk, session, cause, covers_rest=covers_rest)
    if left is not None:
        _remember_leaving(desk, search, left)
    ask_next(desk, search)
    return search


def restart(desk: Desk, session: DialogueSession, running: Sequence[Search], changed: Sequence[str] = ()) -> int:
    """Look anew, since something else is asked than in the ``running`` searches; gives how many keep their offer.

    A facilitator who still fits keeps the offer and sees what has changed: ``changed`` are the keys of its facts. The
    other offers are over.
    """
    asked = [made for old in running for made in requests.offers(desk.uow, old.id, OfferState.OPEN)]
    search = _open(desk, session, SearchCause.REQUESTED)
    until = answer_until(desk, search)
    kept = open_offers.still_fitting(desk, search, asked)
    for made, moments in kept:
        named = changed if made.expires_at == until else [*changed, open_offers.UNTIL]
        made.search_id, made.round, made.expires_at = search.id, 1, until
        open_offers.change(desk, made, moments, named)
    desk.uow.flush()
    for old in running:
        give_up(desk, old)
    ask_next(desk, search, kept=len(kept))
    return len(kept)


def _open(desk: Desk, session: DialogueSession, cause: SearchCause, *, covers_rest: bool = False) -> Search:
    request = desk.uow.get(Request, session.request_id)
    request.state = RequestState.SEARCHING
    session.state = SessionState.SEEKING
    acute = needs.is_acute(request)
    urgent = acute or cause is SearchCause.GIVEN_BACK
    search = desk.uow.add(
        Search(
            session_id=session.id,
            cause=cause,
            state=SearchState.ASKING,
            urgent=urgent,
            covers_rest=covers_rest,
            opened_at=desk.now,
            promised_by=promises.moment(desk, session, acute=acute),
        )
    )
    promises.keep_in_sight(desk, search)
    _plan_end(desk, search)
    return search


def _plan_end(desk: Desk, search: Search) -> None:
    ends = deadlines.ends(desk, desk.uow.get(DialogueSession, search.session_id))
    schedule.plan(desk, "search_lapses", search.id, ends, once="end")


def narrow(desk: Desk, search: Search) -> None:
    """Bring the end and the promise of a search in line with the time that its session has now."""
    schedule.forget(desk, search.id, "search_lapses")
    _plan_end(desk, search)
    promises.narrow(desk, search)


def _remember_leaving(desk: Desk, search: Search, facilitator_id: int) -> None:
    """A seat that came with a series was never offered by itself, so that it was given back is kept with the search."""
    gone = Offer(
        search_id=search.id,
        facilitator_id=facilitator_id,
        round=0,
        state=OfferState.GIVEN_BACK,
        offered_at=desk.now,
        expires_at=desk.now,
    )
    desk.uow.add(gone)


def ask_next(desk: Desk, search: Search, kept: int = 0) -> None:
    """Ask the best few who were not asked yet; when there are none, or enough rounds were made, hand the search on.

    The ``kept`` offers of an earlier search are among the few.
    """
    result = _match(desk, search)
    at_once = desk.rules.offers_at_once * max(1, len(needs.free_seats(desk, search)))
    chosen = result.chosen[: max(0, at_once - kept)]
    if search.round >= desk.rules.rounds or not (chosen or kept):
        escalation.escalate(desk, search)
        return
    search.round += 1
    search.version += 1
    expires_at = answer_until(desk, search)
    people.hold_facilitators(desk.uow, [choice.facilitator_id for choice in chosen])
    for choice in chosen:
        offer(desk, search, choice.facilitator_id, list(choice.moments), expires_at)
    schedule.plan(desk, "round_over", search.id, expires_at, once=f"v{search.version}")


def _match(desk: Desk, search: Search) -> algorithm.Result:
    """Who could take it now, kept with its reasons for whoever steers the search."""
    need = needs.of(desk, search)
    result = algorithm.match(need, candidates.load(desk.uow, need.lookup()))
    body = algorithm.to_json(result)
    desk.uow.add(MatchReport(search_id=search.id, round=search.round + 1, body=body))
    return result


def answer_until(desk: Desk, search: Search) -> datetime:
    """When somebody who is asked now has to have answered."""
    span = desk.rules.acute_answer_span if search.urgent else desk.rules.answer_span
    return deadlines.within(desk, desk.uow.get(DialogueSession, search.session_id), span)


def offer(desk: Desk, search: Search, facilitator_id: int, moments: list[datetime], until: datetime) -> Offer:
    """Show a free seat to one facilitator; again, when an earlier offer in this search came to nothing."""
    made = requests.offer_to(desk.uow, search.id, facilitator_id)
    if made is None:
        made = Offer(
            search_id=search.id,
            facilitator_id=facilitator_id,
            round=search.round,
            state=OfferState.OPEN,
            offered_at=desk.now,
            expires_at=until,
        )
    if made.state is not OfferState.OPEN:
        made.offered_at = desk.now
    made.state, made.round = OfferState.OPEN, search.round
    made.moments = [moment.isoformat() for moment in moments]
    made.expires_at = until
    made.decline_reason = made.proposed_start = None
    made.version += 1
    desk.uow.add(made)
    desk.uow.get(Facilitator, facilitator_id).last_asked_at = desk.now
    open_offers.show(desk, made)
    return made


def round_over(desk: Desk, search: Search) -> None:
    """Expire the offers of a round that were not answered in time, and ask the next few."""
    late = [made for made in requests.offers(desk.uow, search.id, OfferState.OPEN) if made.expires_at <= desk.now]
    expired = [made for made in late if requests.settle_offer(desk.uow, made, OfferState.EXPIRED)]
    for made in expired:
        open_offers.show(desk, made)
    # No message without news to who steers: everybody may have answered long before.
    if expired or search.state is SearchState.ASKING:
        carry_on(desk, search)


def carry_on(desk: Desk, search: Search) -> None:
    """Ask the next few where no offer is open any more; tell who steers where people hold the search."""
    if search.state is SearchState.ASKING:
        if needs.free_seats(desk, search) and not requests.offers(desk.uow, search.id, OfferState.OPEN):
            ask_next(desk, search)
    elif not is_over(search):
        escalation.tell_answer(desk, search)


def offer_by_hand(desk: Desk, search: Search, facilitator_id: int, moments: list[datetime]) -> Offer:
    """Ask somebody whom a person chose; gives the offer. They have as long to answer as anybody."""
    until = answer_until(desk, search)
    made = offer(desk, search, facilitator_id, moments, until)
    search.version += 1
    schedule.plan(desk, "round_over", search.id, until, once=f"v{search.version}")
    escalation.give_new_time(desk, search, start=until)
    escalation.refresh(desk, search)
    return made


def revise(desk: Desk, search: Search, changed: Sequence[str]) -> None:
    """Something else is asked of whoever is still sought: whoever does not fit it is not asked any more.

    ``changed`` are the keys of the facts that are others now.
    """
    asked = requests.offers(desk.uow, search.id, OfferState.OPEN)
    fitting = open_offers.still_fitting(desk, search, asked)
    for made, moments in fitting:
        open_offers.change(desk, made, moments, changed)
    staying = {made.id for made, _ in fitting}
    leaving = [made for made in asked if made.id not in staying]
    for made in leaving:
        withdraw(desk, made, OfferState.WITHDRAWN)
    if leaving or search.state is SearchState.ASKING:
        carry_on(desk, search)
    else:
        search.version += 1
        escalation.refresh(desk, search)


def found(desk: Desk, search: Search) -> None:
    """End a search of which every seat is taken, and tell everybody else who was asked."""
    _end(desk, search, SearchState.FOUND, OfferState.TAKEN)


def give_up(desk: Desk, search: Search) -> None:
    """End a search for which nobody is needed any more, and withdraw its open offers."""
    _end(desk, search, SearchState.STOPPED, OfferState.WITHDRAWN)


def _end(desk: Desk, search: Search, state: SearchState, offers_become: OfferState) -> None:
    search.state = state
    search.version += 1
    schedule.forget(desk, search.id, *OF_SEARCH)
    for made in requests.offers(desk.uow, search.id, OfferState.OPEN, OfferState.PROPOSED):
        withdraw(desk, made, offers_become)
    escalation.refresh(desk, search)


def withdraw(desk: Desk, made: Offer, becomes: OfferState) -> None:
    """Give an open offer its last state, and tell its facilitator. Does nothing to one that is settled."""
    if requests.settle_offer(desk.uow, made, becomes):
        open_offers.show(desk, made)
        tell(desk, made.facilitator_id, OfferOver(made.id), once=f"v{made.version}")


def lapse(desk: Desk, search: Search) -> None:
    """The last moment that suited the team is too near and not everybody was found: it ends here, and is said."""
    session = desk.uow.get(DialogueSession, search.session_id)
    _end(desk, search, SearchState.LAPSED, OfferState.WITHDRAWN)
    requester = desk.uow.get(Request, session.request_id).requester_id
    tell(desk, requester, Lapsed(search.id), once="end")
    if session.starts_at is not None:
        calendar.take_off(desk, session, but=requester)
        desk.uow.flush()
    look_on(desk, search)
    escalation.show_to_desk(desk, search)


def look_on(desk: Desk, search: Search) -> None:
    """The session of a search is off: for the rest of a series that it covered too, the search goes on."""
    session = desk.uow.get(DialogueSession, search.session_id)
    rest = [other for other in sessions.following(desk.uow, session) if other.state is SessionState.SEEKING]
    waiting = [other for other in rest if not requests.searches_of_session(desk.uow, other.id)]
    if search.covers_rest and waiting:
        start(desk, waiting[0], search.cause, covers_rest=len(waiting) > 1)


def is_over(search: Search) -> bool:
    """Whether the search has ended."""
    return search.state not in requests.RUNNING


def seats_left(desk: Desk, search: Search) -> int:
    """How many seats are still free in the session this search is for."""
    return sum(1 for seat in sessions.seats(desk.uow, search.session_id) if seat.facilitator_id is None)
