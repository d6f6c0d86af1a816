"""Ask the requester for another moment, where that would help more than asking around."""

from dataclasses import dataclass

from flows.engine.context import Context
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification, is_told, tell
from flows.engine.views.action import Action
from flows.engine.views.view import Button
from storage.dialogues import requests as stored
from storage.models import Person, Search, SearchState


@dataclass(frozen=True)
class MomentAsked(Notification, kind="moment_asked"):
    """The requester is asked for another moment by whoever steers the search."""


def button(context: Context, t: Translator, person: Person, search: Search) -> tuple[Button, ...]:
    """The button to ask with, where this person may."""
    if not may_ask(context, person, search):
        return ()
    return (Button(t("steer.moment"), Action("steer.moment", search.id, search.version)),)


def may_ask(context: Context, person: Person, search: Search) -> bool:
    """Whether this person may ask the requester: once for each time that people hold the search, and not themselves."""
    requester = stored.behind(context.uow, search).requester_id
    with_people = search.state in (SearchState.WITH_BUILDER, SearchState.WITH_DESK)
    return (
        with_people
        and person.id != requester
        and not is_told(context, requester, MomentAsked(search.id), once=_once(search))
    )


def ask(context: Context, search: Search) -> None:
    """Send the requester a message with what would help and the way to change it."""
    tell(context, stored.behind(context.uow, search).requester_id, MomentAsked(search.id), once=_once(search))


def _once(search: Search) -> str:
    return f"handed:{search.handed_on}"
