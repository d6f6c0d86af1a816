"""The open requests on the home page of who steers searches."""

from collections.abc import Sequence

from flows.engine.context import Turn
from flows.engine.contributions import FEW, Look, rest
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry, Section
from flows.people import permissions
from flows.practice_builders import steering
from flows.sessions import facts
from storage.dialogues.requests import Steered
from storage.models import SearchState

OPEN = Action("steer.open")


def open_requests(look: Look) -> Section | None:
    """The searches that this person may steer; None for who steers none."""
    turn, t = look.turn, look.turn.t
    if not look.once(permissions.steers):
        return None
    found, in_all = permissions.to_steer(turn, FEW)
    topics = facts.topics_of(turn.context, t, (request for _, request, _ in found))
    entries = [_entry(turn, one, topics[one[1].id]) for one in found]
    more = rest(look, in_all, "front.all_open", OPEN)
    return Section(t("menu.open"), (*entries, *more), t("steer.none"), asks=_asks(turn, found))


def _asks(turn: Turn, found: Sequence[Steered]) -> bool:
    """Whether one of them lies with this person."""
    mine = {SearchState.WITH_BUILDER} | ({SearchState.WITH_DESK} if turn.person.programme_team else set())
    return any(search.state in mine for search, _, _ in found)


def _entry(turn: Turn, one: Steered, topic: str) -> Entry:
    t, (search, _, organisation) = turn.t, one
    where, note = facts.around(turn.context, t, organisation.id), steering.line(t, search)
    see = Button(t("front.see"), Action("steer.show", search.id))
    return Entry(f"{where}: {topic}", f"{note[:1].upper()}{note[1:]}", (see,))
