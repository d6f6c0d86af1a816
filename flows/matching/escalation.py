"""Handing a search to people: the organisation's practice builders, then the programme desk. And reminding them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.engine import schedule
from flows.engine.context import Desk
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


def escalate(desk: Desk, search: Search, *, past_builders: bool = False) -> None:
    """Hand the search to the practice builders of the organisation, or to the programme desk."""
    builders = _builders(desk, search)
    to_builders = bool(builders) and search.state is SearchState.ASKING and not past_builders
    search.state = SearchState.WITH_BUILDER if to_builders else SearchState.WITH_DESK
    _show_anew(desk, search, builders if to_builders else _team(desk, search))
    # A deadline of builders who had the search before and asked around again does not count any more.
    schedule.forget(desk, search.id, "steering_over")
    if to_builders:
        give_time(desk, search)


def give_time(desk: Desk, search: Search) -> None:
    """Plan when the desk takes the search over from its practice builders, counted from now."""
    _give_until(desk, search, takes_over_at(desk, search))


def takes_over_at(desk: Desk, search: Search, start: datetime | None = None) -> datetime:
    """When the desk takes over from practice builders who have it from now on, or from ``start``."""
    span = desk.rules.acute_steering_span if search.urgent else desk.rules.steering_span
    return deadlines.within(desk, desk.uow.get(DialogueSession, search.session_id), span, start)


def give_new_time(desk: Desk, search: Search, start: datetime | None = None) -> None:
    """Restart the practice builders' deadline, now or at ``start``. Does nothing for a search that the desk holds."""
    if search.state is SearchState.WITH_BUILDER:
        schedule.forget(desk, search.id, "steering_over")
        _give_until(desk, search, takes_over_at(desk, search, start))


def _give_until(desk: Desk, search: Search, until: datetime) -> None:
    schedule.plan(desk, "steering_over", search.id, until, once=f"v{search.version}")


def tell_answer(desk: Desk, search: Search) -> None:
    """Tell who holds the search that an offer was answered or expired, and restart their deadline."""
    request = requests.behind(desk.uow, search)
    may_have_it = message_slots.holders(desk.uow, people.who_may_steer(desk.uow), _slot(search))
    have_it = [one for one in may_have_it if permissions.may_steer(desk, desk.uow.get(Person, one), request)]
    _show_anew(desk, search, dict.fromkeys((*_holders(desk, search), *have_it)), answered=True)
    give_new_time(desk, search)


def nudge(desk: Desk, search: Search) -> None:
    """Remind whoever holds the search that time runs out; the desk sees it too, whoever holds it."""
    _show_anew(desk, search, dict.fromkeys((*_holders(desk, search), *_team(desk, search))), nudge=True)


def _show_anew(
    desk: Desk, search: Search, person_ids: Iterable[int], *, answered: bool = False, nudge: bool = False
) -> None:
    """Show the search as a message of its own: an old one that silently changed would not be seen."""
    search.version += 1
    refresh(desk, search)
    search.handed_on += 1
    _show(desk, search, person_ids, answered=answered, nudge=nudge)


def show_to_desk(desk: Desk, search: Search) -> None:
    """Show the search to the programme desk as it stands."""
    _show(desk, search, _team(desk, search))


def refresh(desk: Desk, search: Search) -> None:
    """Bring the message of this hand-over up to date in the chats where it stands. One under way is written fresh."""
    # Not only those who may steer it now: the request may have gone to another organisation meanwhile.
    may_have_it = people.who_may_steer(desk.uow)
    _show(desk, search, message_slots.holders(desk.uow, may_have_it, _slot(search)))


def _show(
    desk: Desk, search: Search, person_ids: Iterable[int], *, answered: bool = False, nudge: bool = False
) -> None:
    told = Steer(search.id, search.handed_on, answered, nudge, slot=_slot(search))
    for person_id in person_ids:
        tell(desk, person_id, told, once=f"v{search.version}:{search.handed_on}")


def was_read(desk: Desk, person: Person, told: Steer) -> bool:
    """Whether this message stands in this person's chat, whatever it says by now."""
    return bool(message_slots.holders(desk.uow, [person.id], f"steer:{told.subject_id}:{told.handed_on or 0}"))


def _slot(search: Search) -> str:
    return f"steer:{search.id}:{search.handed_on}"


def _holders(desk: Desk, search: Search) -> list[int]:
    return _builders(desk, search) if search.state is SearchState.WITH_BUILDER else _team(desk, search)


def _team(desk: Desk, search: Search) -> list[int]:
    return permissions.desk_for(desk, requests.behind(desk.uow, search))


def _builders(desk: Desk, search: Search) -> list[int]:
    """The practice builders of the nearest organisation that has one who did not ask for this themselves."""
    request = requests.behind(desk.uow, search)
    for node in reversed(catalogue.path(desk.uow, request.organisation_id)):
        found = [person for person in people.builders_of(desk.uow, [node.id]) if person != request.requester_id]
        if found:
            return found
    return []
