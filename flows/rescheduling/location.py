"""Where a session is: its place, or the link of one online; of one session, or of all that follow it in its series."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.engine.context import Context, Turn
from flows.engine.notifications import tell
from flows.engine.views.action import Action
from flows.engine.views.refusals import FacilitatorTooFar, NotPlanned
from flows.engine.views.view import View
from flows.matching import searches
from flows.people import availability
from flows.people.permissions import Role
from flows.programme.places import elsewhere
from flows.series.messages import SeriesPlaced
from flows.sessions import calendar
from flows.sessions.sessions import TO_COME, planned, shown
from storage.dialogues import requests, sessions
from storage.models import DialogueSession


@dataclass(frozen=True)
class Where:
    """Where a session is to be held. ``link`` is for one online, ``place`` for one on site."""

    online: bool
    place: str
    link: str


def may_place(turn: Turn, session_id: int) -> None:
    """The requester of a session says where it is, until it begins. Raises NotPlanned or TooLate otherwise."""
    _, role = planned(turn, session_id)
    if role is not Role.REQUESTER:
        raise NotPlanned(shows=Action("session.show", session_id))


def may_link(turn: Turn, session_id: int) -> None:
    """The same, of a session online: one on site has no link. Raises NotPlanned for that."""
    may_place(turn, session_id)
    if not turn.uow.get(DialogueSession, session_id).online:
        raise NotPlanned(shows=Action("session.show", session_id))


def place(turn: Turn, session_id: int, where: Where, *, following: bool) -> View:
    """Another place or link; calendars get the new one, and whoever is still being asked sees it.

    Raises FacilitatorTooFar when somebody who leads it could not get there in time; then nothing has changed.
    """
    may_place(turn, session_id)
    context, session = turn.context, turn.uow.get(DialogueSession, session_id)
    meant = sessions.following(turn.uow, session) if following else [session]
    moving = [one for one in meant if elsewhere(where, one)]
    for one in moving:
        _ensure_all_get_there(context, one, where)
    for one in meant:
        one.online, one.place, one.link = where.online, where.place, where.link
    _tell(context, [one for one in meant if one.state in TO_COME])
    for search in (found for one in moving for found in requests.searches_of_session(turn.uow, one.id)):
        searches.revise(context, search, ["fact.where"])
    return shown(context, turn.person, session, Role.REQUESTER)


def _ensure_all_get_there(context: Context, session: DialogueSession, where: Where) -> None:
    for facilitator_id in sessions.facilitators(context.uow, session.id):
        if not availability.can_get_there(context, facilitator_id, session, where):
            raise FacilitatorTooFar(shows=Action("session.show", session.id))


def _tell(context: Context, placed: Sequence[DialogueSession]) -> None:
    """Tell everybody the new place: for several sessions in one message, so that nobody gets a dozen."""
    first, *others = placed
    if not others:
        assert first.starts_at is not None
        calendar.move(context, first, first.starts_at, first.starts_at)
        return
    for session in placed:
        session.sequence += 1
    told = SeriesPlaced(first.series_id or 0, first.position)
    for person_id in dict.fromkeys(one for session in placed for one in calendar.everybody(context, session)):
        tell(context, person_id, told, once=f"{first.id}:{first.sequence}")
