"""A request for a dialogue: sending it, seeing how it stands, changing and cancelling it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flows.engine.context import Context, Turn
from flows.engine.forms.definition import Answers
from flows.engine.language.texts import Translator
from flows.engine.views import paging
from flows.engine.views.action import Action
from flows.engine.views.refusals import NotOpenYet, TooLate
from flows.engine.views.view import Button, Style, View
from flows.matching import promises, searches
from flows.offers.offers import OneOfTwo
from flows.people import permissions
from flows.programme import readiness
from flows.requests import changing, wishes
from flows.series import series, team_channel
from flows.sessions import calendar, facts
from storage.dialogues import requests, sessions
from storage.models import (
    DialogueSession,
    Person,
    Request,
    RequestState,
    Search,
    SearchCause,
    SearchState,
    SeriesWish,
    SessionState,
)
from storage.programme import catalogue


def may_send(turn: Turn, request_id: int) -> None:
    """Anybody may ask in a programme that can serve; changing is for the requester, while nobody has accepted."""
    if not request_id and not readiness.is_open(turn):
        raise NotOpenYet
    if request_id and not changeable(turn.context, permissions.request_of(turn, request_id)):
        raise TooLate(shows=Action("request.show", request_id))


def ways_to_change(context: Context, t: Translator, session: DialogueSession) -> tuple[Button, ...]:
    """The requester's buttons to another moment for a session that a facilitator is sought for."""
    if session.starts_at is not None:
        return (Button(t("session.move"), Action("session.move", session.id), Style.PRIMARY),)
    request = context.uow.get(Request, session.request_id)
    if not changeable(context, request):
        return ()
    return (Button(t("request.change"), Action("request.change", request.id), Style.PRIMARY),)


def changeable(context: Context, request: Request) -> bool:
    """Whether all of a request can still be asked otherwise."""
    return _is_open(context, request, sessions.ahead_of_request(context.uow, request.id))


def _is_open(context: Context, request: Request, ahead: Sequence[DialogueSession]) -> bool:
    """The same, of what is ``ahead``: one session to come, without a time and without anybody."""
    undated = request.state is RequestState.SEARCHING and len(ahead) == 1 and ahead[0].starts_at is None
    return undated and not sessions.facilitators(context.uow, ahead[0].id)


def send(turn: Turn, request_id: int, answers: Answers) -> View:
    """Take in a request and start searching at once, or take in the changed answers of one."""
    if request_id:
        request = permissions.request_of(turn, request_id)
        told = changing.revise(turn, request, answers)
    else:
        request, told = _new(turn, answers), "request.sent"
        wishes.write(turn, request, answers)
        searches.start(turn.context, wishes.first_session(turn.context, request), SearchCause.REQUESTED)
    [search] = requests.searches_of_request(turn.uow, request.id)
    text = turn.t(told, promised=turn.t.moment(search.promised_by))
    if promises.is_short_notice(turn.context, search):
        text = f"{text} {turn.t('request.short_notice')}"
    return _receipt(turn, request, text, changed=bool(request_id))


def _receipt(turn: Turn, request: Request, text: str, *, changed: bool) -> View:
    """What was sent, and the way to how it stands: it stays in the chat, and stays true."""
    t, card = turn.t, _card(turn.context, turn.t, request)
    title = t(
        "request.named.changed" if changed else "request.named.sent", topic=facts.topics(turn.context, t, request)
    )
    see = Button(t("request.see"), Action("request.show", request.id), Style.PRIMARY)
    return replace(card, text=text, title=title, buttons=(see, *card.buttons))


def _new(turn: Turn, answers: Answers) -> Request:
    values = wishes.columns(turn, answers)
    request = Request(requester_id=turn.me, created_at=turn.now, state=RequestState.SEARCHING, **values)
    turn.uow.add(request)
    turn.uow.flush()
    return request


def show(turn: Turn, action: Action) -> View:
    """How a request stands, for its requester."""
    return _card(turn.context, turn.t, permissions.request_of(turn, action.id))


def _card(context: Context, t: Translator, request: Request) -> View:
    title = t("request.named", topic=facts.topics(context, t, request))
    shown = (*facts.to_requester(context, t, request), *_dates(context, t, request))
    return View(standing(context, t, request), title=title, facts=shown, buttons=_buttons(context, t, request))


def standing(context: Context, t: Translator, request: Request) -> str:
    """One sentence on how a request stands and what happens next, and when."""
    running = requests.searches_of_request(context.uow, request.id)
    if request.state is RequestState.SEARCHING and running:
        return _partly(context, t, request, running[0]) or _searching(t, running[0])
    ahead = sessions.ahead_of_request(context.uow, request.id)
    starts = sorted(s.starts_at for s in ahead if s.state is SessionState.PLANNED and s.starts_at)
    if coming := [start for start in starts if start > context.now]:
        return t("request.is.planned", moment=t.moment(coming[0]))
    if starts:
        return t("request.is.begun", moment=t.moment(starts[-1]))
    return t(_ENDED.get(request.state, "request.is.closed"))


_ENDED = {RequestState.CANCELLED: "request.is.cancelled", RequestState.SEARCHING: "request.is.lapsed"}
"""The words for a request of which nothing runs or is planned; one still to be found somebody for has lapsed."""


def _partly(context: Context, t: Translator, request: Request, search: Search) -> str:
    """What is planned of a series and what is still sought; empty unless there is some of both."""
    if request.series_wish is not SeriesWish.YES:
        return ""
    dated = [(s.state, s.starts_at) for s in sessions.ahead_of_request(context.uow, request.id) if s.starts_at]
    stand = sorted(start for state, start in dated if state is SessionState.PLANNED and start > context.now)
    sought = sorted(start for state, start in dated if state is SessionState.SEEKING)
    if not (stand and sought):
        return ""
    stands = t("request.partly", n=len(stand), count=len(stand) + len(sought), moment=t.moment(stand[0]))
    told = {"sought": t.moment(sought[0]), "promised": t.moment(search.promised_by)}
    return f"{stands} {t(f'request.partly.{search.state}', n=len(sought), **told)}"


def _searching(t: Translator, search: Search) -> str:
    promised = t.moment(search.promised_by)
    if search.state is SearchState.ASKING:
        return t("request.is.asking", promised=promised)
    return t(f"request.is.{search.state}", promised=promised)


def _dates(context: Context, t: Translator, request: Request) -> tuple[facts.Fact, ...]:
    every = [session for session in sessions.of_request(context.uow, request.id) if session.starts_at]
    return tuple(
        (t("series.session", n=session.position), f"{t.moment(session.starts_at)} · {t(f'session.is.{session.state}')}")
        for session in every
        if session.starts_at
    )


def _buttons(context: Context, t: Translator, request: Request) -> tuple[Button, ...]:
    ahead = sessions.ahead_of_request(context.uow, request.id)
    dated = [session for session in ahead if session.state is not SessionState.PROPOSED and session.starts_at]
    buttons = [
        Button(t("session.open_one", moment=t.short(session.starts_at)), Action("session.show", session.id))
        for session in dated[:5]
        if session.starts_at
    ]
    if _is_open(context, request, ahead):
        buttons.append(Button(t("request.change"), Action("request.change", request.id)))
    if any(session.series_id for session in ahead):
        buttons.append(team_channel.button(t, request.id))
    if not all(_has_begun(context, session) for session in ahead):
        buttons.append(Button(t("request.cancel"), Action("request.cancel", request.id), Style.DANGER))
    return (*buttons, Button(t("menu.requests"), Action("requests")))


def mine(turn: Turn, action: Action) -> View:
    """A person's own requests, each with one sentence on how it stands; those still going on first."""
    t = turn.t
    part = paging.part(action.arg, lambda most, skip: requests.of_requester(turn.uow, turn.me, most, skip))
    topics = facts.topics_of(turn.context, t, part.rows)
    lines = tuple((topics[request.id], standing(turn.context, t, request)) for request in part.rows)
    buttons = tuple(
        Button(t("request.open", topic=topics[request.id]), Action("request.show", request.id)) for request in part.rows
    )
    ask = (Button(t("menu.ask"), Action("ask"), Style.PRIMARY),) if readiness.is_open(turn) else ()
    text = "" if part.rows else t("requests.none") if ask else readiness.not_yet(turn)
    return View(text, t("menu.requests"), lines, (*buttons, *part.ways(t, "requests"), *ask))


def ask_cancel(turn: Turn, action: Action) -> View:
    """Sure? Cancelling takes everything that is still to come off the calendar."""
    request = permissions.request_of(turn, action.id)
    yes = Button(turn.t("request.cancel_yes"), Action("request.drop", request.id), Style.DANGER)
    no = Button(turn.t("request.cancel_no"), Action("request.show", request.id))
    return View(turn.t("request.cancel_sure"), title=turn.t("request.cancel"), buttons=(yes, no))


def cancel(turn: Turn, action: Action) -> View:
    """Cancel the request: stop its searches, call off its sessions, and tell everybody involved."""
    request = permissions.request_of(turn, action.id)
    close(turn.context, request)
    return _card(turn.context, turn.t, request)


def close(context: Context, request: Request) -> None:
    """Take everything of a request that is still to come off the calendar, and stop looking.

    What has begun is no longer called off: it stays until its facilitator has said how it went.
    """
    for search in requests.searches_of_request(context.uow, request.id):
        searches.give_up(context, search)
    ahead = sessions.ahead_of_request(context.uow, request.id)
    for session in (one for one in ahead if not _has_begun(context, one)):
        calendar.take_off(context, session)
    series.stop(context, request)
    if request.state in (RequestState.SEARCHING, RequestState.PLANNED):
        begun = any(_has_begun(context, session) for session in ahead)
        request.state = RequestState.PLANNED if begun else RequestState.CANCELLED


def _has_begun(context: Context, session: DialogueSession) -> bool:
    planned = session.state is SessionState.PLANNED
    return planned and session.starts_at is not None and session.starts_at <= context.now


def one_of_two(context: Context, person: Person, told: OneOfTwo) -> View | None:
    """One of two facilitators is found."""
    t, search = context.words_for(person), context.uow.get(Search, told.subject_id)
    session = context.uow.get(DialogueSession, search.session_id)
    if searches.is_over(search) or session.starts_at is None:
        return None
    title = t("request.named", topic=facts.topics(context, t, requests.behind(context.uow, search)))
    return View(t("request.one_of_two", moment=t.moment(session.starts_at)), title=title)


def known_answers(turn: Turn, request_id: int) -> dict[str, Any]:
    """What is known before the first question: the answers of the request to change, or the person's own unit.

    Somebody of whom no more is known than the ministry or agency they were invited for is asked which part of it.
    """
    if request_id:
        request = permissions.request_of(turn, request_id)
        return {**request.answers, "context": request.confidential_note or None}
    unit_id = turn.person.unit_id
    own_unit = {"organisation": str(unit_id)} if unit_id and not catalogue.has_parts(turn.uow, unit_id) else {}
    return {**own_unit, "language": turn.t.language}
