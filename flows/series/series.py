"""From one dialogue to a rhythm: proposing the dates, planning them once agreed, going on and stopping."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flows.engine import schedule
from flows.engine.calendars import recurrence
from flows.engine.context import Context, Turn
from flows.engine.events import SessionFilled
from flows.engine.notifications import tell
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, OutOfDate
from flows.engine.views.view import View
from flows.matching import searches
from flows.matching.needs import free_for
from flows.people import availability, permissions
from flows.series import dates, follow_up, messages
from flows.series.dates import EXTENSION
from flows.sessions import calendar, facts, request_state
from storage.delivery import message_slots
from storage.dialogues import requests, sessions
from storage.models import (
    DialogueSession,
    Facilitator,
    Request,
    RequestState,
    SearchCause,
    Series,
    SeriesState,
    SeriesWish,
    SessionState,
)


def rhythm_of(answers: Mapping[str, Any]) -> str:
    """The stored rhythm that answers to a form's rhythm pages ask for."""
    chosen = str(answers["rhythm"])
    if chosen == "weeks":
        return str(recurrence.EveryWeeks(int(answers["weeks"])))
    if chosen == "month":
        return str(recurrence.MonthlyWeekday(int(answers["nth"]), int(answers["weekday"])))
    return chosen


def propose_if_wished(context: Context, request: Request, first: DialogueSession) -> None:
    """Propose the dates of the series that was asked for together with the dialogue."""
    if request.series_wish is SeriesWish.YES and sessions.series_of(context.uow, request.id) is None:
        propose(context, request, first, request.series_count or first.position)


WAITS = timedelta(hours=16)
"""Working time after which a proposal nobody answered is shown once more."""


def propose(context: Context, request: Request, first: DialogueSession, count: int) -> Series:
    """Work out the dates after ``first``, up to ``count`` sessions in all, and ask the requester to agree."""
    series = sessions.series_of(context.uow, request.id)
    follow_up.decided(context, request, series)
    if series is None:
        new = Series(request_id=request.id, rhythm=request.rhythm, count=count, state=SeriesState.PROPOSED)
        series = context.uow.add(new)
    _close_older(context, series, count)
    series.template_id, series.rhythm = request.template_id, request.rhythm
    series.count, series.state = count, SeriesState.PROPOSED
    series.version += 1
    first.series_id = series.id
    _drop_proposed(context, request)
    dates.add_sessions(context, series, first, count - first.position, request.series_until)
    _show_new(context, series)
    return series


def _drop_proposed(context: Context, request: Request) -> None:
    for session in sessions.ahead_of_request(context.uow, request.id):
        if session.state is SessionState.PROPOSED:
            for seat in sessions.seats(context.uow, session.id):
                context.uow.delete(seat)
            context.uow.flush()
            context.uow.delete(session)
    context.uow.flush()


def may_plan(turn: Turn, request_id: int) -> Request:
    """The person's own request, if dates can be proposed after what it came to. Raises OutOfDate otherwise."""
    request = permissions.request_of(turn, request_id)
    if not can_follow(turn.context, request):
        raise OutOfDate(shows=Action("request.show", request_id))
    return request


def can_follow(context: Context, request: Request) -> bool:
    """Whether a series can follow: there is a dialogue to follow, and no series runs already."""
    series = sessions.series_of(context.uow, request.id)
    running = series is not None and series.state is SeriesState.RUNNING
    return not running and request.state is not RequestState.CANCELLED and bool(_done(context, request.id))


def _done(context: Context, request_id: int) -> list[DialogueSession]:
    """The sessions that took place or are planned, in their order."""
    done = (SessionState.HELD, SessionState.PLANNED)
    return [session for session in sessions.of_request(context.uow, request_id) if session.state in done]


def plan(turn: Turn, request_id: int, wishes: Mapping[str, Any]) -> View:
    """The requester asks for a series, or for another rhythm of a proposed one: new dates are proposed."""
    request = may_plan(turn, request_id)
    last, series = _done(turn.context, request_id)[-1], sessions.series_of(turn.uow, request_id)
    for name, value in wishes.items():
        setattr(request, name, value)
    request.series_wish = SeriesWish.YES
    before = last.position if series is not None and series.state is SeriesState.ENDED else 0
    series = propose(turn.context, request, last, before + (request.series_count or 1))
    view = messages.card(turn.context, turn.person, messages.SeriesProposed(series.id))
    assert view is not None
    return view


def _show_new(context: Context, series: Series) -> None:
    show(context, series)
    schedule.plan(
        context, "series_waits", series.id, context.rules.week.add(context.now, WAITS), once=f"v{series.version}"
    )


def remind_of_dates(context: Context, due: Sequence[DueNote]) -> None:
    """Show each of these proposals that is still open once more, as a new message."""
    for note in due:
        series = context.uow.find(Series, note.subject_id)
        if series is not None and series.state is SeriesState.PROPOSED:
            requester, slot = context.uow.get(Request, series.request_id).requester_id, _slot(series, again=True)
            tell(context, requester, messages.SeriesWaits(series.id, slot=slot), once=f"v{series.version}")


def show(context: Context, series: Series) -> None:
    """Bring the proposal's message in the requester's chat up to date, and the one that reminded of it."""
    requester = context.uow.get(Request, series.request_id).requester_id
    told, again = messages.SeriesProposed(series.id, series.count, slot=_slot(series)), _slot(series, again=True)
    tell(context, requester, told, once=f"v{series.version}")
    if message_slots.holders(context.uow, [requester], again):
        tell(context, requester, replace(told, slot=again), once=f"v{series.version}:again")


def _slot(series: Series, *, again: bool = False) -> str:
    return f"series:{series.id}:{series.count}" + (":again" if again else "")


def show_changed(context: Context, series: Series) -> None:
    """The proposed dates are others now: nobody agrees to those of an older message."""
    series.version += 1
    show(context, series)


def _close_older(context: Context, series: Series, count: int) -> None:
    """Another number of sessions makes a message of its own, so the older one stops asking."""
    if series.state is SeriesState.PROPOSED and series.count != count:
        show_changed(context, series)


def agree(turn: Turn, action: Action) -> View:
    """The requester agrees to the dates: everything is planned, and a facilitator sought where one is missing."""
    series, request = _mine(turn, action)
    proposed = [s for s in sessions.ahead_of_request(turn.uow, request.id) if s.state is SessionState.PROPOSED]
    if any(session.starts_at is None or session.starts_at <= turn.now for session in proposed):
        return _propose_again(turn, series, request)
    series.state, series.version = SeriesState.RUNNING, series.version + 1
    schedule.forget(turn.context, series.id, "series_waits")
    for session in proposed:
        _settle(turn.context, session)
    request_state.settle(turn.context, request)
    _tell_dates(turn.context, series)
    show(turn.context, series)
    return View(turn.t("series.agreed"))


def _tell_dates(context: Context, series: Series) -> None:
    for person_id in _everybody(context, series.request_id):
        tell(context, person_id, messages.SeriesPlanned(series.id), once=f"v{series.version}")


def _propose_again(turn: Turn, series: Series, request: Request) -> View:
    """A proposed date has passed before anybody agreed: the same rhythm, from now on."""
    off = (SessionState.PROPOSED, SessionState.CANCELLED)
    before = [s for s in sessions.of_request(turn.uow, request.id) if s.starts_at and s.state not in off]
    if not before:
        raise OutOfDate(shows=Action("request.show", request.id))
    proposed = [s for s in sessions.ahead_of_request(turn.uow, request.id) if s.state is SessionState.PROPOSED]
    propose(turn.context, request, before[-1], before[-1].position + len(proposed))
    view = messages.card(turn.context, turn.person, messages.SeriesProposed(series.id))
    assert view is not None
    return view.noting(turn.t("series.dates_passed"))


def _settle(context: Context, session: DialogueSession) -> None:
    if all(seat.facilitator_id for seat in sessions.seats(context.uow, session.id)):
        session.state = SessionState.PLANNED
        calendar.remind(context, session)
    else:
        searches.start(context, session, SearchCause.SERIES)


def _everybody(context: Context, request_id: int) -> list[int]:
    ahead = sessions.ahead_of_request(context.uow, request_id)
    return list(dict.fromkeys(person for session in ahead for person in calendar.everybody(context, session)))


def refuse(turn: Turn, action: Action) -> View:
    """The requester does not want these dates, or no series after all; the first dialogue stands."""
    series, request = _mine(turn, action)
    _drop_proposed(turn.context, request)
    series.state = SeriesState.ENDED if messages.held(turn.context, series) else SeriesState.STOPPED
    series.version += 1
    schedule.forget(turn.context, series.id, "series_waits")
    show(turn.context, series)
    return View(turn.t("series.refused"))


def _mine(turn: Turn, action: Action) -> tuple[Series, Request]:
    series = turn.uow.find(Series, action.id)
    if series is None:
        raise Gone
    request = permissions.request_of(turn, series.request_id)
    series = turn.uow.lock(Series, action.id)
    if series.version != action.version or series.state is not SeriesState.PROPOSED:
        raise OutOfDate(shows=Action("request.show", request.id))
    return series, request


def take_over(context: Context, session: DialogueSession, facilitator_id: int) -> None:
    """Give the facilitator a seat in every following session of the series that they have room for.

    For a session that still has a free seat then, and nobody looking, a search of its own begins.
    """
    waiting = [other for other in sessions.following(context.uow, session)[1:] if other.state is SessionState.SEEKING]
    for other in waiting:
        _fill(context, other, facilitator_id)
    if any(other.state is SessionState.PLANNED for other in waiting):
        series = context.uow.get(Series, session.series_id)
        series.version += 1
        _tell_dates(context, series)


def _fill(context: Context, session: DialogueSession, facilitator_id: int) -> None:
    theirs = free_for(context, session.id, context.uow.get(Facilitator, facilitator_id))
    if theirs and session.starts_at and availability.has_room(context, facilitator_id, session, session.starts_at):
        sessions.take_seat(context.uow, theirs[0], facilitator_id)
    free = any(seat.facilitator_id is None for seat in sessions.seats(context.uow, session.id))
    running = requests.searches_of_session(context.uow, session.id)
    if free:
        _ = running or searches.start(context, session, SearchCause.SERIES)
        return
    for search in running:
        searches.found(context, search)
    session.state, session.version = SessionState.PLANNED, session.version + 1
    calendar.remind(context, session)


def go_on(turn: Turn, action: Action) -> View:
    """The series goes on in the same rhythm: the next few dates are proposed."""
    request = permissions.request_of(turn, action.id)
    series = sessions.series_of(turn.uow, action.id)
    if series is None or series.state is not SeriesState.ENDED:
        raise OutOfDate(shows=Action("request.show", request.id))
    planned = (one for one in sessions.of_request(turn.uow, action.id) if one.starts_at)
    last = [one for one in planned if one.state is not SessionState.CANCELLED]
    follow_up.decided(turn.context, request, series)
    series.count, series.state = series.count + EXTENSION, SeriesState.PROPOSED
    series.version += 1
    dates.add_sessions(turn.context, series, last[-1], EXTENSION, None)
    turn.uow.flush()
    _show_new(turn.context, series)
    return View(turn.t("series.going_on", n=EXTENSION), title=facts.topics(turn.context, turn.t, request))


def stop_if_over(context: Context, request: Request) -> None:
    """Stop a series of which nothing is to come: dates that were only proposed go with what they were to follow."""
    ahead = sessions.ahead_of_request(context.uow, request.id)
    if all(session.state is SessionState.PROPOSED for session in ahead):
        for session in ahead:
            calendar.take_off(context, session)
        stop(context, request)


def stop(context: Context, request: Request) -> None:
    """Stop the request's series, where it has one, and bring its message up to date."""
    series = sessions.series_of(context.uow, request.id)
    if series is not None and series.state in (SeriesState.RUNNING, SeriesState.PROPOSED):
        series.state, series.version = SeriesState.STOPPED, series.version + 1
        show(context, series)
        schedule.forget(context, series.id, "series_waits")


def go_on_with(context: Context, event: SessionFilled) -> None:
    """Give who filled the session the rest of its series, where they took that on; propose wished dates."""
    if event.covers_rest:
        take_over(context, event.session, event.facilitator_id)
    if event.as_requested:
        propose_if_wished(context, event.request, event.session)
