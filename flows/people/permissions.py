"""Who may do what, held against the database at each action.

A requester may see and change their own requests; a facilitator answers their own offers and sees the sessions they
have a seat in; a practice builder sees the requests of their organisations and all below, and the programme team too.
Only the facilitators who accepted see what the requester wrote for them.
"""

from enum import StrEnum

from flows.engine.context import Context, Turn
from flows.engine.views.refusals import Gone, NotYours
from storage.dialogues import requests, sessions
from storage.dialogues.requests import Steered
from storage.models import DialogueSession, Facilitator, Offer, Person, Request, Search
from storage.people import people
from storage.programme import catalogue


class Role(StrEnum):
    """What somebody is to a session: it decides what they see of it, and what they may do."""

    REQUESTER = "requester"
    FACILITATOR = "facilitator"


def _hold(turn: Turn, request_id: int | None) -> Request:
    """Hold the request that something belongs to, and only then read it.

    Whatever belongs to one request (sessions, seats, searches, offers, a series) is changed by whoever holds it, so all
    that happens to it happens one after another. It is held before anything else: nobody waits for each other.
    """
    if request_id is None:
        raise Gone
    try:
        return turn.uow.lock(Request, request_id)
    except LookupError:
        raise Gone from None


def request_of(turn: Turn, request_id: int) -> Request:
    """The person's own request, held for this turn. Raises NotYours for somebody else's, Gone where there is none."""
    request = _hold(turn, request_id)
    if request.requester_id != turn.me:
        raise NotYours
    return request


def offer_of(turn: Turn, offer_id: int) -> Offer:
    """The person's own offer, with its request held for this turn so that the answers come one after another."""
    _hold(turn, requests.of_offer(turn.uow, offer_id))
    offer = turn.uow.get(Offer, offer_id)
    if offer.facilitator_id != turn.me:
        raise NotYours
    return offer


def session_of(turn: Turn, session_id: int) -> tuple[DialogueSession, Role]:
    """A session this person asked for or leads, held for this turn, and which of the two they are."""
    request = _hold(turn, requests.of_session(turn.uow, session_id))
    session = turn.uow.get(DialogueSession, session_id)
    if turn.me in sessions.facilitators(turn.uow, session_id):
        return session, Role.FACILITATOR
    if request.requester_id == turn.me:
        return session, Role.REQUESTER
    raise NotYours


def desk_for(context: Context, request: Request) -> list[int]:
    """The programme team as far as it looks after this request: without its requester, unless there is nobody else."""
    team = people.programme_team(context.uow)
    return [person for person in team if person != request.requester_id] or team


def may_steer(context: Context, person: Person, request: Request) -> bool:
    """Whether this person may steer the search for this request: its practice builders and the programme team.

    A requester does not steer the search for their own request: they would learn who was asked and who declined.
    They do where the programme team is that one person: else nobody would look for a facilitator.
    """
    if person.active and person.id in desk_for(context, request):
        return True
    if request.requester_id == person.id or not person.active:
        return False
    here = catalogue.path_ids(catalogue.path(context.uow, request.organisation_id)[-1].path)
    return any(mine.id in here for mine in people.built_organisations(context.uow, person.id))


def leads(turn: Turn) -> bool:
    """Whether this person is a facilitator."""
    return people.facilitator(turn.uow, turn.me) is not None


def steers(turn: Turn) -> bool:
    """Whether there can be searches for this person to steer: as a practice builder, or in the programme team."""
    return turn.person.programme_team or bool(people.built_organisations(turn.uow, turn.me))


def to_steer(turn: Turn, most: int, skip: int = 0) -> tuple[list[Steered], int]:
    """The searches that ask this person to steer them, as far as they may: see ``storage.dialogues.requests.to_steer``.

    A practice builder sees all that runs in their organisations; the programme team, what lies on its desk.
    """
    team = people.programme_team(turn.uow) if turn.person.programme_team else []
    built = people.built_organisations(turn.uow, turn.me)
    # Somebody has to look after it: whoever is the whole team does so for their own requests too.
    with_team, own = turn.me in team, team == [turn.me]
    return requests.to_steer(turn.uow, turn.me, built, most, skip, with_team=with_team, own=own)


def search_of(turn: Turn, search_id: int) -> tuple[Search, Request]:
    """A search this person may steer, held for this turn, with its request."""
    request = _hold(turn, requests.of_search(turn.uow, search_id))
    search = turn.uow.get(Search, search_id)
    if not may_steer(turn.context, turn.person, request):
        raise NotYours
    return search, request


def profile_of(turn: Turn) -> Facilitator:
    """The person's own profile as a facilitator. Raises NotYours for people who are none."""
    profile = people.facilitator(turn.uow, turn.me)
    if profile is None:
        raise NotYours
    return profile
