"""Steering a search by hand: a practice builder or the programme desk sees why nobody was found, and acts."""

from datetime import datetime

from flows import facts, handing_over, lists, matching, needs, roles, searches
from flows.actions import Action
from flows.desk import Desk, Turn
from flows.errors import Gone, OutOfDate
from flows.form import Answers, Choice
from flows.notices import Note
from flows.texts import Translator
from flows.view import Button, Style, View
from storage import candidates, people, requests, sessions
from storage.models import DialogueSession, MatchReport, Offer, OfferState, Person, Search, SearchState


def card(desk: Desk, person: Person, note: Note) -> View | None:
    """The search as somebody who steers it sees it now, or None for who may not (any more)."""
    search = desk.uow.get(Search, note.subject_id)
    if not roles.may_steer(desk, person, requests.behind(desk.uow, search)):
        return None
    current = note.args.get("handed_on", search.handed_on) == search.handed_on
    if not (current or searches.is_over(search)):
        return _handed_on(desk, person, search)
    view = shown(desk, person, search)
    nudged = note.args.get("nudge") and not searches.is_over(search)
    return view.noting(desk.words_for(person)("steer.nudge")) if nudged else view


def _handed_on(desk: Desk, person: Person, search: Search) -> View:
    """What an earlier message about the search says once there is a newer one, perhaps with somebody else."""
    t, request = desk.words_for(person), requests.behind(desk.uow, search)
    see = Button(t("request.see"), Action("steer.show", search.id))
    left = search.state is SearchState.WITH_DESK and person.id not in roles.desk_for(desk, request)
    text = t("steer.passed_on" if left else "steer.newer")
    return View(text, title=t("steer.title", topic=facts.topics(desk, t, request)), buttons=(see,))


def shown(desk: Desk, person: Person, search: Search) -> View:
    """What is asked, what the matching said, who was asked with what result, and what can be done."""
    t, session = desk.words_for(person), desk.uow.get(DialogueSession, search.session_id)
    request = requests.behind(desk.uow, search)
    title = t("steer.title", topic=facts.topics(desk, t, request))
    if searches.is_over(search):
        return View(t(f"steer.is.{search.state}"), title=title)
    standing = t(f"steer.is.{search.state}", promised=t.moment(search.promised_by))
    text = "\n\n".join([standing, *_explanation(desk, t, search)])
    found = (*facts.to_steer(desk, t, request, session), (t("steer.asked"), _asked(desk, t, search)))
    return View(text, title=title, facts=found, buttons=_buttons(t, search))


def _explanation(desk: Desk, t: Translator, search: Search) -> list[str]:
    reports = requests.reports(desk.uow, search.id)
    return [_explained(desk, t, reports[0])] if reports else []


def _explained(desk: Desk, t: Translator, report: MatchReport) -> str:
    result = matching.from_json(report.body)
    return matching.explain(result, t, lambda person_id: desk.uow.get(Person, person_id).name)


def _asked(desk: Desk, t: Translator, search: Search) -> str:
    lines = [_answer(desk, t, offer) for offer in requests.offers(desk.uow, search.id)]
    return t.listing(lines) if lines else t("steer.nobody_asked")


def _answer(desk: Desk, t: Translator, offer: Offer) -> str:
    name = desk.uow.get(Person, offer.facilitator_id).name
    reason = f": {t(f'decline.{offer.decline_reason}')}" if offer.decline_reason else ""
    return f"{name} ({t(f'steer.offer.{offer.state}')}{reason})"


def _buttons(t: Translator, search: Search) -> tuple[Button, ...]:
    again = Button(t("steer.again"), Action("steer.again", search.id, search.version), Style.PRIMARY)
    choose = Button(t("steer.choose"), Action("steer.choose", search.id))
    if search.state is SearchState.WITH_BUILDER:
        return again, choose, Button(t("steer.pass"), Action("steer.pass", search.id, search.version))
    return again, choose


def show(turn: Turn, action: Action) -> View:
    """The search, for who may steer it."""
    search, _ = roles.search_of(turn, action.id)
    return shown(turn.desk, turn.person, search)


def again(turn: Turn, action: Action) -> View:
    """Ask around once more: everybody who did not answer or had no time may be asked anew."""
    search = _steered(turn, action)
    search.state, search.round = SearchState.ASKING, 0
    searches.ask_next(turn.desk, search)
    handing_over.refresh(turn.desk, search)
    return shown(turn.desk, turn.person, search)


def pass_on(turn: Turn, action: Action) -> View:
    """Hand the search to the programme desk."""
    search = _steered(turn, action)
    handing_over.escalate(turn.desk, search, past_builders=True)
    return shown(turn.desk, turn.person, search)


def _steered(turn: Turn, action: Action) -> Search:
    search, _ = roles.search_of(turn, action.id)
    if searches.is_over(search) or search.version != action.version:
        raise OutOfDate(shows=Action("steer.show", action.id))
    return search


def may_choose(turn: Turn, search_id: int) -> None:
    """Only while the search runs."""
    search, _ = roles.search_of(turn, search_id)
    if searches.is_over(search):
        raise OutOfDate(shows=Action("steer.show", search_id))


def choices(turn: Turn, search_id: int) -> list[Choice]:
    """The facilitators to choose from, the best match first, each with what speaks for them or against."""
    search, _ = roles.search_of(turn, search_id)
    need = needs.of(turn.desk, search)
    result = matching.match(need, candidates.load(turn.uow, need.lookup()))
    named = [(choice.facilitator_id, matching.why(choice, turn.t)) for choice in result.chosen]
    possible = (other for other in result.others if not _NEVER.intersection(other.failing))
    named += [(other.facilitator_id, matching.why_not(other, turn.t)) for other in possible]
    taken = _taken(turn, search)
    return [
        Choice(str(person), f"{turn.uow.get(Person, person).name} · {why}")
        for person, why in named
        if person not in taken
    ]


_NEVER = frozenset(("requester", "unit", "level"))
"""Rules of the matching that nobody overrides by hand: not one's own request or unit, no seat one may not have."""


def _taken(turn: Turn, search: Search) -> set[int]:
    """Who has a seat in the session, or asked the requester for another time."""
    proposed = requests.offers(turn.uow, search.id, OfferState.PROPOSED)
    return {*sessions.facilitators(turn.uow, search.session_id), *(offer.facilitator_id for offer in proposed)}


def choose(turn: Turn, search_id: int, answers: Answers) -> View:
    """Offer the seat to somebody chosen by hand. They still decide for themselves."""
    search, _ = roles.search_of(turn, search_id)
    facilitator_id = int(answers["facilitator"])
    moments = _moments_for(turn, search, facilitator_id)
    if people.facilitator(turn.uow, facilitator_id) is None:
        raise Gone
    searches.offer_by_hand(turn.desk, search, facilitator_id, moments)
    return shown(turn.desk, turn.person, search)


def _moments_for(turn: Turn, search: Search, facilitator_id: int) -> list[datetime]:
    """The moments that suit the chosen one; where none is known to, all fixed ones, to be judged by themselves."""
    need = needs.of(turn.desk, search)
    result = matching.match(need, candidates.load(turn.uow, need.lookup()))
    suiting = next((choice.moments for choice in result.chosen if choice.facilitator_id == facilitator_id), ())
    fixed = [window.starts_at for window in need.windows if window.until is None and window.starts_at > turn.now]
    return list(suiting) or fixed


def open_requests(turn: Turn, action: Action) -> View:
    """What still looks for somebody in the organisations of a practice builder, or on the programme desk."""
    t = turn.t
    part = lists.part(action.arg, lambda most, skip: roles.to_steer(turn, most, skip))
    topics = facts.topics_of(turn.desk, t, (request for _, request, _ in part.rows))
    named = [
        (f"{facts.around(turn.desk, t, organisation.id)}: {topics[request.id]}", search)
        for search, request, organisation in part.rows
    ]
    lines = tuple((name, line(t, search)) for name, search in named)
    buttons = tuple(Button(name, Action("steer.show", search.id)) for name, search in named)
    return View("" if named else t("steer.none"), t("menu.open"), lines, (*buttons, *part.ways(t, "steer.open")))


def line(t: Translator, search: Search) -> str:
    """How a running search stands, beside its name."""
    return t(f"steer.line.{search.state}", promised=t.moment(search.promised_by))
