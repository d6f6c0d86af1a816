"""Changing when a session is: another time, the next date of the rhythm, or not at all.

The requester decides; a facilitator asks the requester for another time.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from flows.engine.context import Context, Turn
from flows.engine.language.texts import Translator
from flows.engine.notifications import tell
from flows.engine.views.action import Action
from flows.engine.views.refusals import FacilitatorBusy, NotPlanned, OutOfDate, TooLate
from flows.engine.views.view import Button, Style, View
from flows.matching import searches
from flows.people import availability, permissions
from flows.people.permissions import Role
from flows.series import dates, series
from flows.sessions import calendar, request_state
from flows.sessions.session_news import MoveLeft, MoveOvertaken, MoveProposal, SeatLost
from flows.sessions.sessions import planned, shown
from storage.dialogues import requests as stored_requests
from storage.dialogues import sessions
from storage.models import (
    DialogueSession,
    Person,
    Request,
    RequestState,
    Search,
    SearchCause,
    Seat,
    Series,
    SessionState,
)


def ask_cancel(turn: Turn, action: Action) -> View:
    """What to cancel: this one, this date, or the rest."""
    session, role = planned(turn, action.id)
    if role is not Role.REQUESTER:
        raise NotPlanned(shows=Action("session.show", action.id))
    t = turn.t
    one = Button(t("cancel.one"), _drop(session, "one"), Style.DANGER)
    rest: list[Button] = []
    if len(sessions.following(turn.uow, session)) > 1:
        rest = [
            Button(t("cancel.skip"), _drop(session, "skip")),
            Button(t("cancel.rest"), _drop(session, "rest"), Style.DANGER),
        ]
    keep = Button(t("cancel.keep"), Action("session.show", session.id))
    return View(t("cancel.which"), title=t("session.cancel"), buttons=(one, *rest, keep))


def _drop(session: DialogueSession, what: str) -> Action:
    return Action("session.drop", session.id, session.version, what)


def drop(turn: Turn, action: Action) -> View:
    """Cancel one session, skip its date, or cancel it and everything after it."""
    session, role = planned(turn, action.id)
    possible = ("one", "rest") if session.series_id is None else ("one", "skip", "rest")
    if role is not Role.REQUESTER or session.version != action.version or action.arg not in possible:
        raise OutOfDate(shows=Action("session.show", action.id))
    if action.arg == "skip":
        _shift(turn.context, session, dates.next_date(turn.context, session))
    else:
        doomed = sessions.following(turn.uow, session) if action.arg == "rest" else [session]
        _cancel(turn.context, doomed)
    return shown(turn.context, turn.person, session, role)


def _cancel(context: Context, doomed: list[DialogueSession]) -> None:
    request = context.uow.get(Request, doomed[0].request_id)
    stopped = [_off(context, session) for session in doomed]
    context.uow.flush()
    for search in (search for of_one in stopped for search in of_one):
        searches.look_on(context, search)
    series.stop_if_over(context, request)
    request_state.settle(context, request)


def _off(context: Context, session: DialogueSession) -> Sequence[Search]:
    """Take a session off the calendar; gives the searches that stop with it."""
    running = stored_requests.searches_of_session(context.uow, session.id)
    for search in running:
        searches.give_up(context, search)
    calendar.take_off(context, session)
    return running


def _shift(context: Context, session: DialogueSession, start: datetime) -> None:
    """Move this session and all after it; the rhythm goes on from the new date."""
    moves = dates.shift(context, session, start)
    before = {other.id: other.starts_at for other, _ in moves}
    # All at once, so that each finds the moment it moves to left by the one that stood there.
    for other, when in moves:
        other.starts_at = when
    context.uow.flush()
    for other, when in moves:
        if other.state is SessionState.PROPOSED:
            _free_seats(context, other, when)
        else:
            _move_with_people(context, other, when, before[other.id])
    if any(other.state is SessionState.PROPOSED for other, _ in moves):
        series.show_changed(context, context.uow.get(Series, session.series_id))


def _free_seats(context: Context, session: DialogueSession, start: datetime) -> list[int]:
    """Take the seats from those who have no room then; gives whose they were."""
    lost = [seat for seat in sessions.seats(context.uow, session.id) if not _stays(context, seat, session, start)]
    had = [seat.facilitator_id for seat in lost if seat.facilitator_id is not None]
    for seat in lost:
        seat.facilitator_id = None
    context.uow.flush()
    return had


def _move_with_people(
    context: Context, session: DialogueSession, start: datetime, before: datetime | None = None
) -> None:
    """Move a session; a facilitator who has no room then loses the seat, and whoever is missing is sought anew.

    It was at ``before``, where it stands at ``start`` already.
    """
    running = stored_requests.searches_of_session(context.uow, session.id)
    for search in running:
        searches.give_up(context, search)
    calendar.move(context, session, start, before or session.starts_at)
    for person_id in _free_seats(context, session, start):
        tell(context, person_id, SeatLost(session.id), once=f"v{session.version}")
    if not all(seat.facilitator_id for seat in sessions.seats(context.uow, session.id)):
        covers_rest = any(search.covers_rest for search in running)
        searches.start(context, session, SearchCause.MOVED, covers_rest=covers_rest)


def _stays(context: Context, seat: Seat, session: DialogueSession, start: datetime) -> bool:
    return seat.facilitator_id is not None and availability.has_room(context, seat.facilitator_id, session, start)


def may_move(turn: Turn, session_id: int) -> None:
    """A session can be moved until it begins, and by its requester also when it was not held, unless all is off."""
    session, role = permissions.session_of(turn, session_id)
    off = turn.uow.get(Request, session.request_id).state is RequestState.CANCELLED
    if off or not (session.state is SessionState.NOT_HELD and role is Role.REQUESTER):
        planned(turn, session_id)


def move(turn: Turn, session_id: int, start: datetime, *, following: bool) -> View:
    """Another time. The requester moves the session; a facilitator asks the requester for it."""
    session, role = permissions.session_of(turn, session_id)
    along = {other.id for other in sessions.following(turn.uow, session)} if following else set()
    _ensure_room(turn, session, start, along)
    if role is Role.FACILITATOR:
        return _ask_requester(turn, session, start)
    if following and session.series_id is not None:
        _shift(turn.context, session, start)
    else:
        _move_with_people(turn.context, session, start)
    request_state.settle(turn.context, turn.uow.get(Request, session.request_id))
    return shown(turn.context, turn.person, session, role)


def _ensure_room(turn: Turn, session: DialogueSession, start: datetime, moving: Collection[int] = ()) -> None:
    """A full diary is explained to whose it is; others hear only that it is full."""
    for facilitator_id in sessions.facilitators(turn.uow, session.id):
        if facilitator_id == turn.me:
            availability.ensure_room(
                turn.context, availability.hold(turn.context, facilitator_id), session, start, moving
            )
        elif not availability.has_room(turn.context, facilitator_id, session, start, moving):
            raise FacilitatorBusy


def _ask_requester(turn: Turn, session: DialogueSession, start: datetime) -> View:
    earlier = session.proposed_by
    session.proposed_start, session.proposed_by = start, turn.me
    session.version += 1
    if earlier not in (None, turn.me):
        # The requester answers one question. Whose stood before hears that it gets none.
        tell(turn.context, earlier, MoveOvertaken(session.id), once=f"v{session.version}")
    calendar.show_proposal(turn.context, session)
    return View(
        turn.t("session.asked_to_move", moment=turn.t.moment(start)), title=turn.t("session.heading.move_asked")
    )


def proposal(context: Context, person: Person, told: MoveProposal) -> View | None:
    """A facilitator asks the requester for another time."""
    return _asked(context.words_for(person), context.uow.get(DialogueSession, told.subject_id))


def _asked(t: Translator, session: DialogueSession) -> View:
    if session.proposed_start is None or session.starts_at is None:
        return View(t("move.over"), title=t("session.heading.move"))
    take = Button(t("proposal.take"), Action("move.take", session.id, session.version), Style.PRIMARY)
    leave = Button(t("move.leave"), Action("move.leave", session.id, session.version))
    text = t("move.asks", before=t.moment(session.starts_at), moment=t.moment(session.proposed_start))
    return View(text, title=t("session.heading.move"), buttons=(take, leave))


def show_asked(turn: Turn, action: Action) -> View:
    """The other time that this requester is asked for, to take or to leave. Raises OutOfDate for anybody else."""
    session, role = permissions.session_of(turn, action.id)
    if role is not Role.REQUESTER:
        raise OutOfDate(shows=Action("session.show", action.id))
    return _asked(turn.t, session)


def take_proposal(turn: Turn, action: Action) -> View:
    """The requester agrees to the other time."""
    session = _proposed(turn, action)
    assert session.proposed_start is not None
    start = session.proposed_start
    _ensure_room(turn, session, start)
    _move_with_people(turn.context, session, start)
    return shown(turn.context, turn.person, session, Role.REQUESTER)


def leave_proposal(turn: Turn, action: Action) -> View:
    """The requester keeps the time as it is."""
    session = _proposed(turn, action)
    asked_by, session.proposed_start, session.proposed_by = session.proposed_by, None, None
    session.version += 1
    calendar.show_proposal(turn.context, session)
    if asked_by is not None:
        tell(turn.context, asked_by, MoveLeft(session.id), once=f"v{session.version}")
    return shown(turn.context, turn.person, session, Role.REQUESTER)


def _proposed(turn: Turn, action: Action) -> DialogueSession:
    session, role = planned(turn, action.id)
    if role is not Role.REQUESTER or session.proposed_start is None or session.version != action.version:
        raise OutOfDate(shows=Action("session.show", action.id))
    if session.proposed_start <= turn.now:
        raise TooLate(shows=Action("session.show", action.id))
    return session
