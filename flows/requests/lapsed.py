"""What the requester reads when no facilitator was found in time, and where to go from there."""

from collections.abc import Sequence

from flows.engine.context import Context
from flows.engine.language.texts import Translator
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from flows.matching import needs, search_due, searches
from flows.matching.searches import Lapsed
from flows.requests import requests
from flows.series import series
from flows.sessions import calendar_invitation, facts, request_state
from storage.dialogues import requests as stored
from storage.models import DialogueSession, Person, Request, RequestState, Search, SessionState


def letter(context: Context, person: Person, told: Lapsed) -> View | None:
    """The message that looking has stopped, with the way to another moment; None while a search runs."""
    t, search = context.words_for(person), context.uow.get(Search, told.subject_id)
    session = context.uow.get(DialogueSession, search.session_id)
    request = context.uow.get(Request, session.request_id)
    of_request = stored.searches_of_request(context.uow, request.id)
    if stored.searches_of_session(context.uow, session.id) if session.starts_at else of_request:
        return None
    title = t("request.named", topic=facts.topics(context, t, request))
    if session.starts_at is None:
        see = Button(t("request.see"), Action("request.show", request.id))
        return View(t("request.lapsed"), title=title, buttons=(*requests.ways_to_change(context, t, session), see))
    found = "second" if needs.is_half_found(context, session) else "anybody"
    text = t(f"request.lapsed_at.{found}", moment=t.moment(session.starts_at))
    file = calendar_invitation.of_session(context, t, session, off=True)
    return View(text, title=title, buttons=_onward(t, request), file=file)


def _onward(t: Translator, request: Request) -> tuple[Button, ...]:
    over = request.state in (RequestState.CANCELLED, RequestState.CLOSED)
    anew = (Button(t("menu.ask"), Action("ask"), Style.PRIMARY),) if over else ()
    return (*anew, Button(t("request.see"), Action("request.show", request.id)))


def search_lapses(context: Context, due: Sequence[DueNote]) -> None:
    """The last moment that suited the team has passed: the search ends, and the requester can choose new moments."""
    for search in search_due.each_search(context, due):
        searches.lapse(context, search)
        session = context.uow.get(DialogueSession, search.session_id)
        request = context.uow.get(Request, session.request_id)
        if session.state is SessionState.CANCELLED:
            series.stop_if_over(context, request)
            request_state.settle(context, request)
