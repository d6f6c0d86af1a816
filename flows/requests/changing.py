"""A request is changed while somebody is sought: as much of the search stays as the change leaves true.

What nobody sees who was asked, changes nothing for them. What only their message tells is told anew. And only when
somebody else might fit now, the search begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.engine import schedule
from flows.engine.context import Context, Turn
from flows.engine.forms.definition import Answers
from flows.matching import escalation, needs, open_offers, promises, searches
from flows.matching.algorithm import Need
from flows.programme.places import town
from flows.requests import wishes
from flows.sessions import facts
from storage.dialogues import requests, sessions
from storage.models import DialogueSession, OfferState, Request, Search, SearchState


@dataclass(frozen=True)
class _Seen:
    """What the matching reads of a request, and what who is asked reads of it."""

    need: Need
    slots: Sequence[object]
    card: tuple[facts.Fact, ...]

    @classmethod
    def of(cls, context: Context, search: Search) -> "_Seen":
        session = context.uow.get(DialogueSession, search.session_id)
        request = context.uow.get(Request, session.request_id)
        need = needs.of(context, search)
        # Only the moments still to come (the slots) and the town decide who could come.
        asked = replace(need, windows=(), place=town(need.place) or need.place)
        return cls(asked, need.slots, facts.to_decide(context, context.texts.into(None), request, session))


def revise(turn: Turn, request: Request, answers: Answers) -> str:
    """Bring the request, its session and its search in line with these answers; gives the key of what came of it."""
    context = turn.context
    running = list(requests.searches_of_request(context.uow, request.id))
    before = [_Seen.of(context, search) for search in running]
    session = _rewrite(turn, request, answers)
    after = [_Seen.of(context, search) for search in running]
    changed = _changed(before, after)
    if not running or [(seen.need, seen.slots) for seen in before] != [(seen.need, seen.slots) for seen in after]:
        return _anew(context, session, running, changed)
    shown = [_go_on(context, request, search, changed) for search in running]
    return "request.changed.shown" if any(shown) else "request.changed.kept"


def _changed(before: Sequence[_Seen], after: Sequence[_Seen]) -> list[str]:
    """The keys of what somebody who is asked reads otherwise now."""
    pairs = zip(before, after, strict=True)
    return list(dict.fromkeys(key for old, new in pairs for key in facts.changed(old.card, new.card)))


def _rewrite(turn: Turn, request: Request, answers: Answers) -> DialogueSession:
    for name, value in wishes.columns(turn, answers).items():
        setattr(request, name, value)
    wishes.write(turn, request, answers)
    [session] = sessions.ahead_of_request(turn.uow, request.id)
    session.version += 1
    wishes.reshape(turn.context, request, session)
    return session


def _anew(context: Context, session: DialogueSession, running: Sequence[Search], changed: Sequence[str]) -> str:
    asked = sum(len(requests.offers(context.uow, s.id, OfferState.OPEN, OfferState.PROPOSED)) for s in running)
    kept = searches.restart(context, session, running, changed)
    if kept:
        return "request.changed.anew_some" if kept < asked else "request.changed.anew_all"
    return "request.changed.anew_none" if asked else "request.changed.anew"


def _go_on(context: Context, request: Request, search: Search, changed: Sequence[str]) -> bool:
    """The search stays as it is, but for how urgent it is; gives whether anybody who was asked sees a change."""
    acute = needs.is_acute(request)
    hurried = acute and not search.urgent
    search.urgent, search.version = acute, search.version + 1
    if hurried:
        _hurry(context, search, changed)
    elif changed:
        open_offers.show_changed(context, search, changed)
    escalation.refresh(context, search)
    asked = requests.offers(context.uow, search.id, OfferState.OPEN, OfferState.PROPOSED)
    return bool(asked) and (hurried or bool(changed))


def _hurry(context: Context, search: Search, changed: Sequence[str]) -> None:
    """Shorten every deadline of a search that has become acute to what it would have been from the start."""
    promises.hurry(context, search)
    until = searches.answer_until(context, search)
    open_offers.hurry(context, search, until, changed)
    schedule.plan(context, "round_over", search.id, until, once=f"v{search.version}")
    if search.state is SearchState.WITH_BUILDER:
        escalation.give_time(context, search)
