"""What people read of a series: the dates to agree to, and those that stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flows.engine.context import Context, Turn
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone
from flows.engine.views.view import Button, Style, View
from flows.people import permissions
from flows.series import team_channel
from flows.sessions import calendar, calendar_invitation, facts
from flows.sessions.sessions import TO_COME, lacks_link, link_button
from storage.dialogues import sessions
from storage.models import DialogueSession, Person, Request, Series, SeriesState, SessionState


@dataclass(frozen=True)
class SeriesProposed(Notification, kind="series_proposed"):
    """The dates of a series of ``count`` sessions, to agree to; None in a letter of before that was kept."""

    count: int | None = None


@dataclass(frozen=True)
class SeriesWaits(SeriesProposed, kind="series_waits"):
    """The same dates once more, where nobody answered."""


@dataclass(frozen=True)
class SeriesPlanned(Notification, kind="series_planned"):
    """The dates of a series that stands."""


@dataclass(frozen=True)
class SeriesPlaced(Notification, kind="series_placed"):
    """Sessions of a series, from the ``first`` on, are at another place, or have a link now."""

    first: int


def card(context: Context, person: Person, told: SeriesProposed) -> View | None:
    """The proposed dates, each that differs from the rhythm with its reason; to agree to or to change."""
    t, series = context.words_for(person), context.uow.get(Series, told.subject_id)
    title = t("series.title")
    if isinstance(told, SeriesWaits) and series.state is not SeriesState.PROPOSED:
        return None
    if told.count not in (None, series.count):
        return View(t("series.is.replaced"), title=title)
    return _asked(context, t, series)


def _asked(context: Context, t: Translator, series: Series) -> View:
    title = t("series.title")
    if series.state is not SeriesState.PROPOSED:
        return View(t(f"series.is.{series.state}"), title=title)
    proposed = [s for s in sessions.ahead_of_request(context.uow, series.request_id) if s.series_id == series.id]
    facts_shown = tuple(
        (t("series.session", n=session.position), _date_line(context, t, session)) for session in proposed
    )
    agree = Button(t("series.agree"), Action("series.agree", series.id, series.version), Style.PRIMARY)
    other = (
        Button(t("series.change"), Action("series.change", series.request_id)),
        Button(t("series.no"), Action("series.no", series.id, series.version)),
    )
    new = sum(1 for session in proposed if session.state is SessionState.PROPOSED)
    if not new:
        return View(t("series.no_dates"), title=title, buttons=other)
    return View(t("series.asks", n=new), title=title, facts=facts_shown, buttons=(agree, *other))


def show(turn: Turn, action: Action) -> View:
    """The dates proposed to this requester, as they now are; where they ask nothing any more, it says so."""
    series = turn.uow.find(Series, action.id)
    if series is None:
        raise Gone
    permissions.request_of(turn, series.request_id)
    # Read again now that the request is locked: somebody may just have agreed to it.
    return _asked(turn.context, turn.t, turn.uow.lock(Series, action.id))


def _date_line(context: Context, t: Translator, session: DialogueSession) -> str:
    assert session.starts_at is not None
    parts = [t.moment(session.starts_at)]
    if theme := facts.theme_of(context, t, session):
        parts.append(theme)
    if session.wished_reason and session.wished_day:
        falls_on = session.starts_at.astimezone(context.rules.zone).date()
        parts.append(_why_moved(context, t, session.wished_day, falls_on, session.wished_reason))
    if session.state is not SessionState.PLANNED and not all(
        seat.facilitator_id for seat in sessions.seats(context.uow, session.id)
    ):
        parts.append(t("series.needs_facilitator"))
    return " · ".join(parts)


def _why_moved(context: Context, t: Translator, wished: date, falls_on: date, reason: str) -> str:
    holiday = context.rules.week.holiday_name(wished, t.language)
    why = holiday if reason == "closed" and holiday else t(f"series.reason.{reason}")
    if falls_on == wished:
        return t("series.kept", why=why)
    return t("series.moved", wished=t.day(wished), why=why)


def planned(context: Context, person: Person, told: SeriesPlanned) -> View | None:
    """The dates of the series as they now stand, for whoever is in it."""
    t, series = context.words_for(person), context.uow.get(Series, told.subject_id)
    mine = _of(context, person, series) if series.state is SeriesState.RUNNING else []
    if not mine:
        return None
    asks = person.id == context.uow.get(Request, series.request_id).requester_id
    room = (team_channel.button(t, series.request_id),) if asks else ()
    buttons = (*_ways(context, t, mine, asks=asks), *room)
    return _dated(context, t, mine, t("series.planned"), buttons)


def _of(context: Context, person: Person, series: Series) -> list[DialogueSession]:
    """The sessions of the series to come that this person is in."""
    ahead = sessions.ahead_of_request(context.uow, series.request_id)
    return [one for one in ahead if one.series_id == series.id and person.id in calendar.everybody(context, one)]


def _dated(
    context: Context, t: Translator, mine: Sequence[DialogueSession], text: str, buttons: tuple[Button, ...]
) -> View:
    """Some sessions of a series with their dates, and the file that brings those that stand into a calendar."""
    lines = tuple((t("series.session", n=session.position), _date_line(context, t, session)) for session in mine)
    file = calendar_invitation.of_series(
        context, t, [session for session in mine if session.state is SessionState.PLANNED]
    )
    return View(text, title=t("series.title"), facts=lines, buttons=buttons, file=file)


def _ways(context: Context, t: Translator, mine: Sequence[DialogueSession], *, asks: bool) -> Iterator[Button]:
    """Where to go from the dates that stand: the requester to what lacks, who leads to saying no to the rest."""
    lacking = next((session for session in mine if lacks_link(session)), None)
    if asks and lacking is not None:
        yield link_button(t, lacking)
    yield Button(t("menu.sessions"), Action("sessions"))
    # The first dialogue of a series was said yes to by itself.
    promised = [session for session in mine if session.position > 1] or mine
    if not asks and (start := promised[0].starts_at) is not None and start > context.now:
        words = t("series.cannot", moment=t.short(start))
        yield Button(words, Action("session.give", promised[0].id), Style.DANGER)


def placed(context: Context, person: Person, told: SeriesPlaced) -> View | None:
    """Several sessions of a series are at another place, or have a link now: in one message for all of them."""
    t, series = context.words_for(person), context.uow.get(Series, told.subject_id)
    ahead = (session for session in _of(context, person, series) if session.position >= told.first)
    mine = [session for session in ahead if session.state in TO_COME]
    if not mine:
        return None
    ways = (Button(t("menu.sessions"), Action("sessions")),)
    return _dated(context, t, mine, t("series.placed", where=facts.where(t, mine[0])), ways)


def held(context: Context, series: Series) -> int:
    """How many sessions of the series took place."""
    every = sessions.of_request(context.uow, series.request_id)
    return sum(1 for session in every if session.state is SessionState.HELD)
