"""What must be true after every step, whatever people pressed and in whatever order. Each check is named after it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from flows.matching.promises import KINDS
from storage.database.bulk_statements import table_of
from storage.database.unit_of_work import Store
from storage.dialogues.requests import RUNNING
from storage.dialogues.sessions import AHEAD
from storage.models import (
    DialogueSession,
    Due,
    DueState,
    Facilitator,
    Level,
    Offer,
    OfferState,
    Outbox,
    OutboxState,
    Request,
    RequestState,
    Search,
    SearchState,
    Seat,
    SeatRole,
    Series,
    SeriesState,
    SessionState,
    WishedMoment,
)
from storage.models.states import TRANSITIONS
from tests.scenarios.machine import RULES

BUSY = (*AHEAD, SessionState.HELD)


@dataclass(frozen=True)
class Scene:
    """The rows of the database at one instant, by id."""

    now: datetime
    requests: Mapping[int, Any]
    sessions: Mapping[int, Any]
    searches: Mapping[int, Any]
    offers: Mapping[int, Any]
    series: Mapping[int, Any]
    seats: Sequence[Any]
    wishes: Sequence[Any]
    facilitators: Mapping[int, Any]
    waiting: frozenset[tuple[str, int]]
    told: frozenset[tuple[str, int]]
    broken: Sequence[Any]

    @classmethod
    def of(cls, store: Store, now: datetime) -> "Scene":
        """The rows as they are."""
        with store.read() as uow:

            def rows(model: type[SQLModel]) -> Sequence[Any]:
                return uow.db.execute(select(table_of(model))).all()

            def by_id(model: type[SQLModel]) -> Mapping[int, Any]:
                return {row.id: row for row in rows(model)}

            due, letters = rows(Due), rows(Outbox)
            return cls(
                now, by_id(Request), by_id(DialogueSession), by_id(Search), by_id(Offer), by_id(Series), rows(Seat),
                rows(WishedMoment),
                {row.person_id: row for row in rows(Facilitator)},
                frozenset((row.kind, row.subject_id) for row in due if row.state is DueState.WAITING),
                frozenset((row.kind, row.subject_id) for row in letters),
                [*(row for row in due if row.state is DueState.SET_ASIDE or row.tries),
                 *(row for row in letters if row.state is OutboxState.DEAD)],
            )  # fmt: skip

    def led(self) -> dict[int, list[Any]]:
        """By facilitator the sessions that take their time."""
        found: dict[int, list[Any]] = defaultdict(list)
        for seat in self.seats:
            session = self.sessions[seat.session_id]
            if seat.facilitator_id and session.state in BUSY and session.starts_at:
                found[seat.facilitator_id].append(session)
        return found

    def seats_of(self, session_id: int) -> list[Any]:
        """The seats of a session."""
        return [seat for seat in self.seats if seat.session_id == session_id]

    def searches_of(self, session_id: int) -> list[Any]:
        """The searches that run for a session."""
        return [s for s in self.searches.values() if s.session_id == session_id and s.state in RUNNING]

    def sessions_of(self, request_id: int) -> list[Any]:
        """The sessions of a request."""
        return [session for session in self.sessions.values() if session.request_id == request_id]

    def request_of(self, search_id: int) -> int:
        """The request a search is for."""
        request_id: int = self.sessions[self.searches[search_id].session_id].request_id
        return request_id


def nobody_sits_twice_in_a_session(scene: Scene) -> Iterator[str]:
    seated = Counter((s.session_id, s.facilitator_id) for s in scene.seats if s.facilitator_id)
    yield from (f"{who} has {n} seats in session {session}" for (session, who), n in seated.items() if n > 1)


def in_training_never_leads_and_never_alone(scene: Scene) -> Iterator[str]:
    for seat in scene.seats:
        if seat.role is not SeatRole.LEAD or seat.facilitator_id is None:
            continue
        if scene.facilitators[seat.facilitator_id].level is Level.IN_TRAINING:
            yield f"{seat.facilitator_id} is in training and leads session {seat.session_id}"


def a_planned_session_has_a_time_and_all_its_people(scene: Scene) -> Iterator[str]:
    for session in scene.sessions.values():
        complete = session.starts_at is not None and all(seat.facilitator_id for seat in scene.seats_of(session.id))
        if session.state is SessionState.PLANNED and not complete:
            yield f"session {session.id} is planned with a seat free or without a time"


def nobody_is_over_capacity_in_a_local_month(scene: Scene) -> Iterator[str]:
    for who, sessions in scene.led().items():
        locals_ = [session.starts_at.astimezone(RULES.zone) for session in sessions]
        for month, n in Counter((at.year, at.month) for at in locals_).items():
            if n > scene.facilitators[who].capacity:
                yield f"facilitator {who} has {n} sessions in {month}"


def nobody_is_in_two_sessions_at_once(scene: Scene) -> Iterator[str]:
    for who, sessions in scene.led().items():
        ordered = sorted(sessions, key=lambda session: session.starts_at)
        for one, other in pairwise(ordered):
            if one.starts_at + timedelta(minutes=one.minutes) > other.starts_at:
                yield f"facilitator {who} is in {one.id} and {other.id} at once"


def a_search_that_is_over_has_no_open_offers(scene: Scene) -> Iterator[str]:
    for offer in scene.offers.values():
        asks = offer.state in (OfferState.OPEN, OfferState.PROPOSED)
        if asks and scene.searches[offer.search_id].state not in RUNNING:
            yield f"offer {offer.id} is {offer.state} in a search that is over"


def every_running_search_has_something_due_or_somebody_told(scene: Scene) -> Iterator[str]:
    for search in scene.searches.values():
        if search.state not in RUNNING:
            continue
        if ("search_lapses", search.id) not in scene.waiting:
            yield f"search {search.id} would never end"
        # After the last apology all that is promised is what the requester hears when the search lapses.
        if not {(kind, search.id) for kind in KINDS} & scene.waiting and ("promise_late", search.id) not in scene.told:
            yield f"nobody keeps the promise of search {search.id} in sight"
        if search.state is SearchState.ASKING and ("round_over", search.id) not in scene.waiting:
            yield f"search {search.id} asks without an end"
        if search.state is SearchState.WITH_BUILDER and ("steering_over", search.id) not in scene.waiting:
            yield f"search {search.id} lies with the builder without an end"
        if search.state is not SearchState.ASKING and ("steer", search.id) not in scene.told:
            yield f"search {search.id} is {search.state} and nobody was told"


def an_asking_search_asks_somebody(scene: Scene) -> Iterator[str]:
    asked = {offer.search_id for offer in scene.offers.values() if offer.state is OfferState.OPEN}
    for search in scene.searches.values():
        if search.state is SearchState.ASKING and search.id not in asked:
            yield f"search {search.id} asks nobody"


def an_open_offer_ends_by_itself(scene: Scene) -> Iterator[str]:
    for offer in scene.offers.values():
        if offer.state is OfferState.OPEN and ("round_over", offer.search_id) not in scene.waiting:
            yield f"offer {offer.id} is open for ever"


def an_open_offer_asks_for_a_moment_that_is_wished(scene: Scene) -> Iterator[str]:
    for offer in scene.offers.values():
        if offer.state is not OfferState.OPEN:
            continue
        session = scene.sessions[scene.searches[offer.search_id].session_id]
        for moment in map(datetime.fromisoformat, offer.moments):
            if not (moment == session.starts_at if session.starts_at else _is_wished(scene, session, moment)):
                yield f"offer {offer.id} asks for {moment}, which is not asked any more"


def _is_wished(scene: Scene, session: Any, moment: datetime) -> bool:
    wishes = (wish for wish in scene.wishes if wish.request_id == session.request_id)
    return any(wish.starts_at <= moment <= (wish.until or wish.starts_at) for wish in wishes)


def a_session_is_as_its_request_asks_until_somebody_comes(scene: Scene) -> Iterator[str]:
    for session in scene.sessions.values():
        request = scene.requests[session.request_id]
        asked = (request.online, request.place)
        if session.state is SessionState.SEEKING and not session.starts_at and (session.online, session.place) != asked:
            yield f"session {session.id} is at {session.place}, and request {request.id} asks for {request.place}"


def a_session_that_seeks_is_searched_for(scene: Scene) -> Iterator[str]:
    for session in scene.sessions.values():
        if session.state is not SessionState.SEEKING or scene.searches_of(session.id):
            continue
        covered = any(
            search.covers_rest
            for other in scene.sessions_of(session.request_id)
            if other.position < session.position
            for search in scene.searches_of(other.id)
        )
        lapsed = session.starts_at is None and any(
            ("lapsed", search.id) in scene.told for search in scene.searches.values() if search.session_id == session.id
        )
        if not (covered or lapsed):
            yield f"session {session.id} seeks and nobody searches"


def only_seeking_sessions_are_searched_for(scene: Scene) -> Iterator[str]:
    for search in scene.searches.values():
        session = scene.sessions[search.session_id]
        if search.state in RUNNING and session.state is not SessionState.SEEKING:
            yield f"search {search.id} runs for a session that is {session.state}"


def a_request_says_how_its_sessions_stand(scene: Scene) -> Iterator[str]:
    for request in scene.requests.values():
        states = {session.state for session in scene.sessions_of(request.id)}
        runs = any(scene.searches_of(session.id) for session in scene.sessions_of(request.id))
        if runs and request.state is not RequestState.SEARCHING:
            yield f"request {request.id} is {request.state} while a search runs"
        if request.state is RequestState.PLANNED and SessionState.PLANNED not in states:
            yield f"request {request.id} is planned without a planned session"
        over = request.state in (RequestState.CLOSED, RequestState.CANCELLED)
        if over and states & {SessionState.PLANNED, SessionState.SEEKING}:
            yield f"request {request.id} is {request.state} with sessions to come"
        if request.state is RequestState.SEARCHING and not runs and SessionState.SEEKING not in states:
            yield f"request {request.id} searches without a session to search for"


def a_planned_session_is_asked_about_afterwards(scene: Scene) -> Iterator[str]:
    for session in scene.sessions.values():
        if session.state is not SessionState.PLANNED:
            continue
        of_use_until = session.starts_at + timedelta(minutes=session.minutes, days=14)
        asked = {("report", session.id), ("report_again", session.id)} & (scene.waiting | scene.told)
        if not asked and of_use_until > scene.now:
            yield f"nobody will ask how session {session.id} was"


def dates_are_only_proposed_in_a_proposed_series(scene: Scene) -> Iterator[str]:
    for session in scene.sessions.values():
        if session.state is SessionState.PROPOSED and scene.series[session.series_id].state is not SeriesState.PROPOSED:
            yield f"session {session.id} is proposed in a series that is not"


def nothing_failed(scene: Scene) -> Iterator[str]:
    yield from (f"{row.kind} {row.subject_id} failed: {row.outcome}" for row in scene.broken)


CHECKS: tuple[Callable[[Scene], Iterator[str]], ...] = (
    nobody_sits_twice_in_a_session,
    in_training_never_leads_and_never_alone,
    a_planned_session_has_a_time_and_all_its_people,
    nobody_is_over_capacity_in_a_local_month,
    nobody_is_in_two_sessions_at_once,
    a_search_that_is_over_has_no_open_offers,
    every_running_search_has_something_due_or_somebody_told,
    an_asking_search_asks_somebody,
    an_open_offer_ends_by_itself,
    an_open_offer_asks_for_a_moment_that_is_wished,
    a_session_is_as_its_request_asks_until_somebody_comes,
    a_session_that_seeks_is_searched_for,
    only_seeking_sessions_are_searched_for,
    a_request_says_how_its_sessions_stand,
    a_planned_session_is_asked_about_afterwards,
    dates_are_only_proposed_in_a_proposed_series,
    nothing_failed,
)


def broken(scene: Scene) -> list[str]:
    """What is not as it must be."""
    return [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(scene)]


def forbidden_changes(before: Scene, after: Scene) -> list[str]:
    """The rows that came to a state which no allowed way leads to."""
    pairs = (
        (Request, before.requests, after.requests),
        (Search, before.searches, after.searches),
        (Offer, before.offers, after.offers),
        (DialogueSession, before.sessions, after.sessions),
        (Series, before.series, after.series),
    )
    return [
        f"{model.__name__} {row_id} went from {old[row_id].state} to {row.state}"
        for model, old, new in pairs
        for row_id, row in new.items()
        if row_id in old and row.state not in _reachable(model, old[row_id].state)
    ]


def _reachable(model: type[SQLModel], state: object) -> set[object]:
    found, ahead = {state}, [state]
    while ahead:
        for follower in TRANSITIONS[model][ahead.pop()] - found:
            found.add(follower)
            ahead.append(follower)
    return found
