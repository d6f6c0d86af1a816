"""Handing a search to people: the organisation's practice builders, then the programme desk. And reminding them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.engine import schedule
from flows.engine.context import Context
from flows.engine.notifications import Notification, tell
from flows.matching import deadlines
from flows.people import permissions
from storage.delivery import message_slots
from storage.dialogues import requests
from storage.models import DialogueSession, Person, Search, SearchState
from storage.people import people
from storage.programme import catalogue


@dataclass(frozen=True)
class Steer(Notification, kind="steer"):
    """A search is somebody's to steer, handed over for this many times; once more since an answer came, or as a nudge.

    ``handed_on`` is None in a letter of before it was kept.
    """

    handed_on: int | None = None
    answered: bool = False
    nudge: bool = False


def escalate(context: Context, search: Search, *, past_builders: bool = False) -> None:
    """Hand the search to the practice builders of the organisation, or to the programme desk."""
    builders = _builders(context, search)
    to_builders = bool(builders) and search.state is SearchState.ASKING and not past_builders
    search.state = SearchState.WITH_BUILDER if to_builders else SearchState.WITH_DESK
    _show_anew(context, search, builders if to_builders else _team(context, search))
    # A deadline of builders who had the search before and asked around again does not count any more.
    schedule.forget(context, search.id, "steering_over")
    if to_builders:
        give_time(context, search)


def give_time(context: Context, search: Search) -> None:
    """Plan when the desk takes the search over from its practice builders, counted from now."""
    _give_until(context, search, takes_over_at(context, search))


def takes_over_at(context: Context, search: Search, start: datetime | None = None) -> datetime:
    """When the desk takes over from practice builders who have it from now on, or from ``start``."""
    span = context.rules.acute_steering_span if search.urgent else context.rules.steering_span
    return deadlines.within(context, context.uow.get(DialogueSession, search.session_id), span, start)


def give_new_time(context: Context, search: Search, start: datetime | None = None) -> None:
    """Restart the practice builders' deadline, now or at ``start``. Does nothing for a search that the desk holds."""
    if search.state is SearchState.WITH_BUILDER:
        schedule.forget(context, search.id, "steering_over")
        _give_until(context, search, takes_over_at(context, search, start))


def _give_until(context: Context, search: Search, until: datetime) -> None:
    schedule.plan(context, "steering_over", search.id, until, once=f"v{search.version}")


def tell_answer(context: Context, search: Search) -> None:
    """Tell who holds the search that an offer was answered or expired, and restart their deadline."""
    request = requests.behind(context.uow, search)
    may_have_it = message_slots.holders(context.uow, people.who_may_steer(context.uow), _slot(search))
    have_it = [one for one in may_have_it if permissions.may_steer(context, context.uow.get(Person, one), request)]
    _show_anew(context, search, dict.fromkeys((*_holders(context, search), *have_it)), answered=True)
    give_new_time(context, search)


def nudge(context: Context, search: Search) -> None:
    """Remind whoever holds the search that time runs out; the desk sees it too, whoever holds it."""
    _show_anew(context, search, dict.fromkeys((*_holders(context, search), *_team(context, search))), nudge=True)


def _show_anew(
    context: Context, search: Search, person_ids: Iterable[int], *, answered: bool = False, nudge: bool = False
) -> None:
    """Show the search as a message of its own: an old one that silently changed would not be seen."""
    search.version += 1
    refresh(context, search)
    search.handed_on += 1
    _show(context, search, person_ids, answered=answered, nudge=nudge)


def show_to_desk(context: Context, search: Search) -> None:
    """Show the search to the programme desk as it stands."""
    _show(context, search, _team(context, search))


def refresh(context: Context, search: Search) -> None:
    """Bring the message of this hand-over up to date in the chats where it stands. One under way is written fresh."""
    # Not only those who may steer it now: the request may have gone to another organisation meanwhile.
    may_have_it = people.who_may_steer(context.uow)
    _show(context, search, message_slots.holders(context.uow, may_have_it, _slot(search)))


def _show(
    context: Context, search: Search, person_ids: Iterable[int], *, answered: bool = False, nudge: bool = False
) -> None:
    told = Steer(search.id, search.handed_on, answered, nudge, slot=_slot(search))
    for person_id in person_ids:
        tell(context, person_id, told, once=f"v{search.version}:{search.handed_on}")


def was_read(context: Context, person: Person, told: Steer) -> bool:
    """Whether this message stands in this person's chat, whatever it says by now."""
    return bool(message_slots.holders(context.uow, [person.id], f"steer:{told.subject_id}:{told.handed_on or 0}"))


def _slot(search: Search) -> str:
    return f"steer:{search.id}:{search.handed_on}"


def _holders(context: Context, search: Search) -> list[int]:
    return _builders(context, search) if search.state is SearchState.WITH_BUILDER else _team(context, search)


def _team(context: Context, search: Search) -> list[int]:
    return permissions.desk_for(context, requests.behind(context.uow, search))


def _builders(context: Context, search: Search) -> list[int]:
    """The practice builders of the nearest organisation that has one who did not ask for this themselves."""
    request = requests.behind(context.uow, search)
    for node in reversed(catalogue.path(context.uow, request.organisation_id)):
        found = [person for person in people.builders_of(context.uow, [node.id]) if person != request.requester_id]
        if found:
            return found
    return []
