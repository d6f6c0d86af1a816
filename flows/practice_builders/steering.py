"""Steering a search by hand: a practice builder or the programme desk sees why nobody was found, and acts."""

from datetime import datetime

from flows.engine import schedule
from flows.engine.context import Context, Turn
from flows.engine.forms.definition import Answers, Choice
from flows.engine.language.texts import Translator
from flows.engine.views import paging
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, OutOfDate
from flows.engine.views.view import Button, Style, View
from flows.matching import algorithm, escalation, needs, searches
from flows.matching.escalation import Steer
from flows.people import permissions
from flows.practice_builders import other_moment
from flows.sessions import facts
from storage.dialogues import candidates, requests, sessions
from storage.models import (
    DialogueSession,
    MatchReport,
    Offer,
    OfferState,
    Person,
    RequestState,
    Search,
    SearchState,
    SessionState,
)
from storage.people import people


def card(context: Context, person: Person, told: Steer) -> View | None:
    """The search as somebody who steers it sees it now; who may not any more reads that, and nothing of the search."""
    search = context.uow.get(Search, told.subject_id)
    if not permissions.may_steer(context, person, requests.behind(context.uow, search)):
        return View(context.words_for(person)("steer.elsewhere"))
    current = told.handed_on in (None, search.handed_on)
    if search.state in (SearchState.FOUND, SearchState.STOPPED) and not escalation.was_read(context, person, told):
        # They never saw what was asked of them, so that it is over is no news to them.
        return None
    if not (current or searches.is_over(search)):
        return _handed_on(context, person, search)
    view = shown(context, person, search)
    return view if searches.is_over(search) else _newly(context, context.words_for(person), search, told, view)


def _newly(context: Context, t: Translator, search: Search, told: Steer, view: View) -> View:
    """The card with why it comes now, where it comes once more."""
    if told.answered:
        return view.noting(t("steer.answered"))
    if not told.nudge:
        return view
    half = needs.is_half_found(context, _session(context, search))
    return view.noting(t("steer.nudge.second" if half else "steer.nudge"))


def _handed_on(context: Context, person: Person, search: Search) -> View:
    """What an earlier message about the search says once there is a newer one, perhaps with somebody else."""
    t, request = context.words_for(person), requests.behind(context.uow, search)
    see = Button(t("request.see"), Action("steer.show", search.id))
    left = search.state is SearchState.WITH_DESK and person.id not in permissions.desk_for(context, request)
    text = t("steer.passed_on" if left else "steer.newer")
    return View(text, title=t("steer.title", topic=facts.topics(context, t, request)), buttons=(see,))


def shown(context: Context, person: Person, search: Search) -> View:
    """What is asked, what the matching said, who was asked with what result, and what can be done."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, search.session_id)
    request = requests.behind(context.uow, search)
    title = t("steer.title", topic=facts.topics(context, t, request))
    if searches.is_over(search):
        return View(_how_it_ended(context, t, search), title=title)
    text = "\n\n".join([_standing(context, t, search), *_explanation(context, t, search)])
    found = (*facts.to_steer(context, t, request, session), (t("steer.asked"), _asked(context, t, search)))
    return View(text, title=title, facts=found, buttons=_buttons(context, t, person, search))


def _standing(context: Context, t: Translator, search: Search) -> str:
    """Who has it now, and what there is to do; a proposal that lies with the requester goes before."""
    half = needs.is_half_found(context, _session(context, search))
    key = f"steer.second.{search.state}" if half else f"steer.is.{search.state}"
    said = [t(key, promised=t.moment(search.promised_by))]
    takes_over = (
        schedule.planned(context, "steering_over", search.id) if search.state is SearchState.WITH_BUILDER else None
    )
    if takes_over is not None:
        said.append(t("steer.takes_over", until=t.moment(takes_over)))
    proposed = requests.offers(context.uow, search.id, OfferState.PROPOSED)
    return "\n\n".join([*([t("steer.proposed", n=len(proposed))] if proposed else []), " ".join(said)])


def _how_it_ended(context: Context, t: Translator, search: Search) -> str:
    if search.state is not SearchState.STOPPED:
        half = search.state is SearchState.LAPSED and needs.is_half_found(context, _session(context, search))
        return t("steer.second.lapsed" if half else f"steer.is.{search.state}")
    if requests.behind(context.uow, search).state is RequestState.CANCELLED:
        return t("steer.is.stopped.withdrawn")
    following = requests.search_after(context.uow, search)
    if following is not None:
        return t(f"steer.is.stopped.{following.cause}")
    off = _session(context, search).state is SessionState.CANCELLED
    return t("steer.is.stopped.off" if off else "steer.is.stopped")


def _session(context: Context, search: Search) -> DialogueSession:
    return context.uow.get(DialogueSession, search.session_id)


def _explanation(context: Context, t: Translator, search: Search) -> list[str]:
    result = requests.reports(context.uow, search.id)
    return [_explained(context, t, search, result[0])] if result else []


def _explained(context: Context, t: Translator, search: Search, report: MatchReport) -> str:
    result = algorithm.from_json(report.body)
    found = sessions.facilitators(context.uow, search.session_id)
    return algorithm.explain(result, t, lambda person_id: context.uow.get(Person, person_id).name, found)


def _asked(context: Context, t: Translator, search: Search) -> str:
    lines = [_answer(context, t, offer) for offer in requests.offers(context.uow, search.id)]
    return t.listing(lines) if lines else t("steer.nobody_asked")


def _answer(context: Context, t: Translator, offer: Offer) -> str:
    name = context.uow.get(Person, offer.facilitator_id).name
    reason = f": {t(f'decline.{offer.decline_reason}')}" if offer.decline_reason else ""
    return f"{name} ({t(f'steer.offer.{offer.state}')}{reason})"


def _buttons(context: Context, t: Translator, person: Person, search: Search) -> tuple[Button, ...]:
    style = Style.PRIMARY if _may_find_somebody(context, search) else Style.PLAIN
    again = Button(t("steer.again"), Action("steer.again", search.id, search.version), style)
    choose = Button(t("steer.choose"), Action("steer.choose", search.id))
    moment = other_moment.button(context, t, person, search)
    if search.state is SearchState.WITH_BUILDER:
        return again, choose, *moment, Button(t("steer.pass"), Action("steer.pass", search.id, search.version))
    return again, choose, *moment


def _may_find_somebody(context: Context, search: Search) -> bool:
    """Whether asking around again may come to something: somebody fits, or only was asked already."""
    reports = requests.reports(context.uow, search.id)
    result = algorithm.from_json(reports[0].body) if reports else None
    return result is None or result.eligible > 0 or result.counts().get("already", 0) > 0


def show(turn: Turn, action: Action) -> View:
    """The search, for who may steer it."""
    search, _ = permissions.search_of(turn, action.id)
    return shown(turn.context, turn.person, search)


def again(turn: Turn, action: Action) -> View:
    """Ask around once more: everybody who did not answer or had no time may be asked anew."""
    search = _steered(turn, action)
    search.state, search.round = SearchState.ASKING, 0
    searches.ask_next(turn.context, search)
    escalation.refresh(turn.context, search)
    asking = search.state is SearchState.ASKING
    return _done(turn, search, _standing(turn.context, turn.t, search) if asking else _nobody_again(turn, search))


def _done(turn: Turn, search: Search, said: str) -> View:
    """What a press came to, in a word or two: the card in the chat is drawn anew, and says the rest."""
    t = turn.t
    title = t("steer.title", topic=facts.topics(turn.context, t, requests.behind(turn.context.uow, search)))
    return View(said, title=title, buttons=(Button(t("request.see"), Action("steer.show", search.id)),))


def _nobody_again(turn: Turn, search: Search) -> str:
    t = turn.t
    if search.state is SearchState.WITH_DESK:
        return t("steer.again_nobody")
    return t("steer.again_nobody_builder", until=t.moment(escalation.takes_over_at(turn.context, search)))


def ask_moment(turn: Turn, action: Action) -> View:
    """Ask the requester for another moment, once each time the search is put before people."""
    search = _steered(turn, action)
    if not other_moment.may_ask(turn.context, turn.person, search):
        raise OutOfDate(shows=Action("steer.show", action.id))
    other_moment.ask(turn.context, search)
    search.version += 1
    escalation.give_new_time(turn.context, search)
    escalation.refresh(turn.context, search)
    return _done(turn, search, turn.t("steer.moment_asked"))


def pass_on(turn: Turn, action: Action) -> View:
    """Hand the search to the programme desk."""
    search = _steered(turn, action)
    escalation.escalate(turn.context, search, past_builders=True)
    return _done(turn, search, turn.t("steer.passed_on"))


def _steered(turn: Turn, action: Action) -> Search:
    search, _ = permissions.search_of(turn, action.id)
    if searches.is_over(search) or search.version != action.version:
        raise OutOfDate(shows=Action("steer.show", action.id))
    return search


def may_choose(turn: Turn, search_id: int) -> None:
    """Raises OutOfDate for a search that is over, and what applies for one that is not theirs to steer."""
    search, _ = permissions.search_of(turn, search_id)
    if searches.is_over(search):
        raise OutOfDate(shows=Action("steer.show", search_id))


def choices(turn: Turn, search_id: int) -> list[Choice]:
    """The facilitators to choose from, the best match first, each with what speaks for them or against."""
    search, _ = permissions.search_of(turn, search_id)
    need = needs.of(turn.context, search)
    result = algorithm.match(need, candidates.load(turn.uow, need.lookup()))
    named = [(choice.facilitator_id, algorithm.why(choice, turn.t)) for choice in result.chosen]
    possible = (other for other in result.others if not _NEVER.intersection(other.failing))
    named += [(other.facilitator_id, algorithm.why_not(other, turn.t)) for other in possible]
    taken = _taken(turn, search)
    return [
        Choice(str(person), f"{turn.uow.get(Person, person).name} · {why}")
        for person, why in named
        if person not in taken
    ]


_NEVER = frozenset(("active", "requester", "unit", "level", "vouched"))
"""Rules of the matching that nobody overrides by hand: nobody who left, not one's own request or unit, no seat one may
not have, nobody whom the programme team has yet to vouch for."""


def _taken(turn: Turn, search: Search) -> set[int]:
    """Who has a seat in the session, or asked the requester for another time."""
    proposed = requests.offers(turn.uow, search.id, OfferState.PROPOSED)
    return {*sessions.facilitators(turn.uow, search.session_id), *(offer.facilitator_id for offer in proposed)}


def choose(turn: Turn, search_id: int, answers: Answers) -> View:
    """Offer the seat to somebody chosen by hand. They still decide for themselves."""
    search, _ = permissions.search_of(turn, search_id)
    facilitator_id = int(answers["facilitator"])
    moments = _moments_for(turn, search, facilitator_id)
    if people.facilitator(turn.uow, facilitator_id) is None:
        raise Gone
    made = searches.offer_by_hand(turn.context, search, facilitator_id, moments)
    name = turn.uow.get(Person, facilitator_id).name
    told = turn.t("steer.chosen", name=name, until=turn.t.moment(made.expires_at))
    return _done(turn, search, told)


def _moments_for(turn: Turn, search: Search, facilitator_id: int) -> list[datetime]:
    """The moments that suit the chosen one; where none is known to, all fixed ones, to be judged by themselves."""
    need = needs.of(turn.context, search)
    result = algorithm.match(need, candidates.load(turn.uow, need.lookup()))
    suiting = next((choice.moments for choice in result.chosen if choice.facilitator_id == facilitator_id), ())
    fixed = [window.starts_at for window in need.windows if window.until is None and window.starts_at > turn.now]
    return list(suiting) or fixed


def open_requests(turn: Turn, action: Action) -> View:
    """What still looks for somebody in the organisations of a practice builder, or on the programme desk."""
    t = turn.t
    part = paging.part(action.arg, lambda most, skip: permissions.to_steer(turn, most, skip))
    topics = facts.topics_of(turn.context, t, (request for _, request, _ in part.rows))
    named = [
        (f"{facts.around(turn.context, t, organisation.id)}: {topics[request.id]}", search)
        for search, request, organisation in part.rows
    ]
    lines = tuple((name, line(t, search)) for name, search in named)
    buttons = tuple(Button(name, Action("steer.show", search.id)) for name, search in named)
    return View("" if named else t("steer.none"), t("menu.open"), lines, (*buttons, *part.ways(t, "steer.open")))


def line(t: Translator, search: Search) -> str:
    """How a running search stands, beside its name."""
    return t(f"steer.line.{search.state}", promised=t.moment(search.promised_by))
