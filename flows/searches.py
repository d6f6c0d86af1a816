"""Searching a facilitator: who is asked, in which order, and what happens when nobody takes it.

A few at once are asked; whoever does not answer in working time makes room for the next few; then the organisation's
practice builder gets it, then the programme desk, each with the explanation of the matching and buttons to act. The
requester hears before the promised time passes.
"""

from datetime import datetime, timedelta

from flows import agenda, matching, needs, planning
from flows.desk import Desk
from flows.notices import Note, tell
from storage import candidates, outbox, people, programme, requests, sessions
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

OF_SEARCH = ("round_over", "steering_over", "promise_nears", "search_lapses")
PROMISE_WARNING = timedelta(hours=1)
"""Working time before the promised moment at which the requester hears that it will not be met."""


def start(
    desk: Desk, session: DialogueSession, cause: SearchCause, *, covers_rest: bool = False, left: int | None = None
) -> Search:
    """Begin to look for whoever fills the free seats of this session, and ask the first few; not who just ``left``."""
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
            promised_by=promise(desk, acute=acute),
        )
    )
    if left is not None:
        _remember_leaving(desk, search, left)
    _plan_promise(desk, search)
    agenda.plan(desk, "search_lapses", search.id, needs.last_moment(desk, request, session), once="end")
    ask_next(desk, search)
    return search


def _remember_leaving(desk: Desk, search: Search, facilitator_id: int) -> None:
    """A seat that came with a series was never offered by itself, so that it was given back is kept with the search."""
    gone = Offer(
        search_id=search.id,
        facilitator_id=facilitator_id,
        round=0,
        state=OfferState.GIVEN_BACK,
        offered_at=desk.now,
        expires_at=desk.now,
        answered_at=desk.now,
    )
    desk.uow.add(gone)


def promise(desk: Desk, *, acute: bool) -> datetime:
    """When a requester who asks now hears at the latest: the end of that working day."""
    days = desk.rules.acute_promised_days if acute else desk.rules.promised_days
    return desk.rules.week.end_of_working_day_after(desk.now, days)


def ask_next(desk: Desk, search: Search) -> None:
    """Ask the best few who were not asked yet; when there are none, or enough rounds were made, hand the search on."""
    result = _match(desk, search)
    chosen = result.chosen[: desk.rules.offers_at_once * max(1, len(needs.free_seats(desk, search)))]
    if search.round >= desk.rules.rounds or not chosen:
        escalate(desk, search)
        return
    search.round += 1
    search.version += 1
    expires_at = desk.rules.week.add(desk.now, answer_span(desk, search))
    people.hold_facilitators(desk.uow, [choice.facilitator_id for choice in chosen])
    for choice in chosen:
        offer(desk, search, choice.facilitator_id, list(choice.moments), expires_at)
    agenda.plan(desk, "round_over", search.id, expires_at, once=f"v{search.version}")


def _match(desk: Desk, search: Search) -> matching.Result:
    """Who could take it now, kept with its reasons for whoever steers the search."""
    need = needs.of(desk, search)
    result = matching.match(need, candidates.load(desk.uow, need.lookup()))
    body = matching.to_json(result)
    desk.uow.add(MatchReport(search_id=search.id, round=search.round + 1, made_at=desk.now, body=body))
    return result


def answer_span(desk: Desk, search: Search) -> timedelta:
    """The working time somebody has to answer an offer."""
    return desk.rules.acute_answer_span if search.urgent else desk.rules.answer_span


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
    made.expires_at, made.answered_at = until, None
    made.decline_reason = made.proposed_start = None
    made.version += 1
    desk.uow.add(made)
    desk.uow.get(Facilitator, facilitator_id).last_asked_at = desk.now
    show(desk, made)
    return made


def show(desk: Desk, made: Offer) -> None:
    """Bring the offer's message up to date in its facilitator's chat, and in the requester's where they were asked."""
    # Asked again is a message of its own: an old one that silently changed would not be seen.
    slot = f"offer:{made.id}:{int(made.offered_at.timestamp())}"
    tell(desk, made.facilitator_id, Note("offer", made.id), once=f"v{made.version}", slot=slot)
    if made.proposed_start is not None:
        session = desk.uow.get(DialogueSession, desk.uow.get(Search, made.search_id).session_id)
        requester = desk.uow.get(Request, session.request_id).requester_id
        tell(desk, requester, Note("proposal", made.id), once=f"v{made.version}", slot=f"proposal:{made.id}")


def round_over(desk: Desk, search: Search) -> None:
    """The answering time of a round is over: who did not answer makes room for the next few."""
    for made in requests.offers(desk.uow, search.id, OfferState.OPEN):
        if made.expires_at <= desk.now and requests.settle_offer(desk.uow, made, OfferState.EXPIRED, desk.now):
            show(desk, made)
    carry_on(desk, search)


def carry_on(desk: Desk, search: Search) -> None:
    """An offer came to nothing: ask the next few as soon as nobody is being asked, or show it to who steers."""
    if search.state is SearchState.ASKING:
        if needs.free_seats(desk, search) and not requests.offers(desk.uow, search.id, OfferState.OPEN):
            ask_next(desk, search)
    elif not is_over(search):
        search.version += 1
        refresh_steering(desk, search)


def offer_by_hand(desk: Desk, search: Search, facilitator_id: int, moments: list[datetime]) -> None:
    """Ask somebody whom a person chose. They have as long to answer as anybody."""
    until = desk.rules.week.add(desk.now, answer_span(desk, search))
    offer(desk, search, facilitator_id, moments, until)
    search.version += 1
    agenda.plan(desk, "round_over", search.id, until, once=f"v{search.version}")
    refresh_steering(desk, search)


def escalate(desk: Desk, search: Search, *, past_builders: bool = False) -> None:
    """Hand the search to the practice builders of the organisation, or to the programme desk."""
    builders = _builders(desk, search)
    to_builders = bool(builders) and search.state is SearchState.ASKING and not past_builders
    search.state = SearchState.WITH_BUILDER if to_builders else SearchState.WITH_DESK
    search.version += 1
    refresh_steering(desk, search)
    search.handed_on += 1
    # Whoever had it before and asked around again had a time of their own, which is not this one.
    agenda.forget(desk, search.id, "steering_over")
    show_steering(desk, search, builders if to_builders else people.programme_team(desk.uow))
    if to_builders:
        span = desk.rules.acute_steering_span if search.urgent else desk.rules.steering_span
        agenda.plan(desk, "steering_over", search.id, desk.rules.week.add(desk.now, span), once=f"v{search.version}")


def show_steering(desk: Desk, search: Search, person_ids: list[int]) -> None:
    """Show the search to these people, as the message of this hand-over."""
    note = Note("steer", search.id, {"handed_on": search.handed_on})
    for person_id in person_ids:
        tell(desk, person_id, note, once=f"v{search.version}:{search.handed_on}", slot=_slot(search))


def refresh_steering(desk: Desk, search: Search) -> None:
    """Bring the message of this hand-over up to date in the chats where it stands. One under way is written fresh."""
    may_have_it = [*_builders(desk, search), *people.programme_team(desk.uow)]
    show_steering(desk, search, outbox.holders(desk.uow, may_have_it, _slot(search)))


def _slot(search: Search) -> str:
    # Handed on anew is a message of its own: an old one that silently changed would not be seen.
    return f"steer:{search.id}:{search.handed_on}"


def found(desk: Desk, search: Search) -> None:
    """Every seat is taken: the search ends, and everybody else who was asked hears so, kindly."""
    _end(desk, search, SearchState.FOUND, OfferState.TAKEN)


def give_up(desk: Desk, search: Search) -> None:
    """Nobody is needed any more: the search ends and open offers are withdrawn."""
    _end(desk, search, SearchState.STOPPED, OfferState.WITHDRAWN)


def _end(desk: Desk, search: Search, state: SearchState, offers_become: OfferState) -> None:
    search.state = state
    search.version += 1
    agenda.forget(desk, search.id, *OF_SEARCH)
    for made in requests.offers(desk.uow, search.id, OfferState.OPEN, OfferState.PROPOSED):
        if requests.settle_offer(desk.uow, made, offers_become, desk.now):
            show(desk, made)
            tell(desk, made.facilitator_id, Note("offer_over", made.id), once=f"v{made.version}")
    refresh_steering(desk, search)


def _builders(desk: Desk, search: Search) -> list[int]:
    session = desk.uow.get(DialogueSession, search.session_id)
    request = desk.uow.get(Request, session.request_id)
    path = [node.id for node in programme.path(desk.uow, request.organisation_id)]
    return [person for person in people.builders_of(desk.uow, path) if person != request.requester_id]


def _plan_promise(desk: Desk, search: Search) -> None:
    warn_at = desk.rules.week.subtract(search.promised_by, PROMISE_WARNING)
    agenda.plan(desk, "promise_nears", search.id, warn_at, once=f"{search.promised_by.isoformat()}")


def promise_nears(desk: Desk, search: Search) -> None:
    """The promised time will not be met: the requester hears so, with a new one."""
    session = desk.uow.get(DialogueSession, search.session_id)
    request = desk.uow.get(Request, session.request_id)
    late = search.promised_by
    search.promised_by = desk.rules.week.end_of_working_day_after(desk.now, 1 if search.urgent else 2)
    tell(desk, request.requester_id, Note("promise_late", search.id), once=late.isoformat())
    _plan_promise(desk, search)
    if search.state is not SearchState.WITH_DESK:
        show_steering(desk, search, people.programme_team(desk.uow))


def lapse(desk: Desk, search: Search) -> None:
    """The last moment that suited the team has passed and nobody was found: it ends here, and is said."""
    session = desk.uow.get(DialogueSession, search.session_id)
    give_up(desk, search)
    requester = desk.uow.get(Request, session.request_id).requester_id
    tell(desk, requester, Note("lapsed", search.id), once="end")
    if session.starts_at is not None:
        planning.take_off(desk, session)
        desk.uow.flush()
    look_on(desk, search)
    show_steering(desk, search, people.programme_team(desk.uow))


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
