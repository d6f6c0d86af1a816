"""Whoever steers a search asks the requester for another moment, where that would help more than asking around."""

from flows.engine.context import Desk
from flows.engine.language.texts import Translator
from flows.engine.notifications import Note, is_told, tell
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from flows.matching import algorithm, searches
from flows.requests import requests
from flows.sessions import facts
from storage.dialogues import requests as stored
from storage.models import DialogueSession, Person, Search, SearchState

KIND = "moment_asked"


def button(desk: Desk, t: Translator, person: Person, search: Search) -> tuple[Button, ...]:
    """The button to ask with, where this person may."""
    if not may_ask(desk, person, search):
        return ()
    return (Button(t("steer.moment"), Action("steer.moment", search.id, search.version)),)


def may_ask(desk: Desk, person: Person, search: Search) -> bool:
    """Once each time the search is put before people; nobody asks themselves."""
    requester = stored.behind(desk.uow, search).requester_id
    with_people = search.state in (SearchState.WITH_BUILDER, SearchState.WITH_DESK)
    return with_people and person.id != requester and not is_told(desk, requester, _note(search), once=_once(search))


def ask(desk: Desk, search: Search) -> None:
    """The requester gets a letter with what would help and the way to change it."""
    tell(desk, stored.behind(desk.uow, search).requester_id, _note(search), once=_once(search))


def _note(search: Search) -> Note:
    return Note(KIND, search.id)


def _once(search: Search) -> str:
    return f"handed:{search.handed_on}"


def asked(desk: Desk, person: Person, note: Note) -> View | None:
    """The letter: that another moment would help, and how much. It names nobody."""
    t, search = desk.words_for(person), desk.uow.get(Search, note.subject_id)
    if searches.is_over(search):
        return None
    request = stored.behind(desk.uow, search)
    session = desk.uow.get(DialogueSession, search.session_id)
    said = [t("request.other_moment.second" if session.starts_at else "request.other_moment")]
    if reports := stored.reports(desk.uow, search.id):
        said.append(algorithm.what_helps(algorithm.from_json(reports[0].body), t))
    title = t("request.named", topic=facts.topics(desk, t, request))
    see = Button(t("request.see"), Action("request.show", request.id))
    return View("\n\n".join(filter(None, said)), title=title, buttons=(*requests.ways_to_change(desk, t, session), see))
