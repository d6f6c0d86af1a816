"""After a dialogue, or the last of a series: the question whether to go on, until that is decided."""

from dataclasses import dataclass

from flows.engine.context import Context
from flows.engine.events import SessionReported
from flows.engine.notifications import Notification, close, is_told, tell
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from flows.series import messages
from flows.series.dates import EXTENSION
from storage.dialogues import sessions
from storage.models import Person, Request, Series, SeriesState, SeriesWish, SessionState


@dataclass(frozen=True)
class SeriesOffer(Notification, kind="series_offer"):
    """The question after a single dialogue whether it shall become a series."""


@dataclass(frozen=True)
class SeriesEnd(Notification, kind="series_end"):
    """The question at the end of a series whether to go on."""


def after_session(context: Context, event: SessionReported) -> None:
    """Offer a follow-up after a session, or ask whether to go on after the last one of a series."""
    session = event.session
    request = context.uow.get(Request, session.request_id)
    series = sessions.series_of(context.uow, request.id)
    if any(
        s.starts_at is None or s.starts_at > context.now for s in sessions.ahead_of_request(context.uow, request.id)
    ):
        return
    if series is not None and series.state is SeriesState.RUNNING:
        series.state, series.version = SeriesState.ENDED, series.version + 1
        _ask(context, request, series)
    elif series is None and request.series_wish is SeriesWish.LATER and session.state is SessionState.HELD:
        _offer(context, request)


def _offer(context: Context, request: Request) -> None:
    tell(context, request.requester_id, _offered(request), once="after")


def _ask(context: Context, request: Request, series: Series) -> None:
    tell(context, request.requester_id, _ended(series), once=f"v{series.version}")


def decided(context: Context, request: Request, series: Series | None) -> None:
    """Close the question whether to go on, as new dates are about to be proposed. ``series`` is as it was before."""
    if is_told(context, request.requester_id, _offered(request), once="after"):
        close(context, request.requester_id, _offered(request))
    if series is not None and series.state is SeriesState.ENDED:
        close(context, request.requester_id, _ended(series))


def end_card(context: Context, person: Person, told: SeriesEnd) -> View | None:
    """The question at the end of a series whether to go on; None where it is moot."""
    t, series = context.words_for(person), context.uow.get(Series, told.subject_id)
    if told.over:
        return View(t("series.is.proposed"), title=t("series.title"))
    if series.state is not SeriesState.ENDED:
        return None
    buttons = (
        Button(t("series.go_on", n=EXTENSION), Action("series.more", series.request_id), Style.PRIMARY),
        Button(t("menu.ask"), Action("ask")),
    )
    return View(t("series.ended", n=messages.held(context, series)), title=t("series.title"), buttons=buttons)


def offer_card(context: Context, person: Person, told: SeriesOffer) -> View | None:
    """After a single dialogue: shall it become a series?"""
    t = context.words_for(person)
    if told.over:
        return View(t("series.is.proposed"), title=t("series.title"))
    if sessions.series_of(context.uow, told.subject_id) is not None:
        return None
    plan = Button(t("series.plan"), Action("series.change", told.subject_id), Style.PRIMARY)
    return View(t("series.offer"), title=t("series.title"), buttons=(plan,))


def _offered(request: Request) -> SeriesOffer:
    return SeriesOffer(request.id, slot=f"series_offer:{request.id}")


def _ended(series: Series) -> SeriesEnd:
    """Each time that the series ends it is asked in a new message, where it is seen."""
    return SeriesEnd(series.id, slot=f"series_end:{series.id}:{series.count}")
