"""What happens because time passes: the rule for each kind of due thing."""

from collections.abc import Iterable, Sequence

from flows.access import link_claims, vouching
from flows.engine import schedule
from flows.engine.context import Desk
from flows.engine.language.texts import Translator
from flows.engine.notifications import OVER, Note, tell
from flows.engine.schedule import DueNote, Rule
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from flows.matching import escalation, promises, searches, unreached
from flows.reports import report
from flows.series import series, team_channel
from flows.sessions import facts, request_state
from flows.sessions.sessions import lacks_link, link_button
from storage.delivery import outbox
from storage.dialogues import requests, sessions
from storage.models import DialogueSession, Person, Request, Search, SearchState, Series, SessionState
from storage.programme import catalogue


def remind(desk: Desk, due: Sequence[DueNote]) -> None:
    """A reminder to everybody in each session, written in bulk: everybody's fall on the same minutes of a morning."""
    everybody = sessions.people_in(desk.uow, [note.subject_id for note in due])
    letters = [
        _letter(note, person_id, version) for note in due for person_id, version in everybody.get(note.subject_id, ())
    ]
    outbox.put_many(desk.uow, [*letters, *team_channel.letters(desk, due)], now=desk.now)


def _letter(note: DueNote, person_id: int, version: int) -> outbox.Letter:
    key = f"{note.kind}:{note.subject_id}:{person_id}:v{version}"
    args = {"version": version, "late": note.late}
    return outbox.Letter(person_id, note.kind, note.subject_id, args, None, dedupe_key=key)


def reminder(desk: Desk, person: Person, note: Note) -> View | None:
    """The words of a reminder; none for a session that is off, moved, or not this person's any more."""
    t, session = desk.words_for(person), desk.uow.get(DialogueSession, note.subject_id)
    if session.state is not SessionState.PLANNED or session.starts_at is None or session.starts_at <= desk.now:
        return None
    leads = person.id in sessions.facilitators(desk.uow, session.id)
    asks = desk.uow.get(Request, session.request_id).requester_id == person.id
    if not (leads or asks) or session.version != note.args["version"]:
        return None
    found = facts.of_session(desk, t, session, for_facilitator=leads)
    link = (link_button(t, session),) if asks and lacks_link(session) else ()
    buttons = (*link, Button(t("session.open"), Action("session.show", session.id)))
    # "Tomorrow" and "in an hour" are only true on time.
    kind = "late" if note.args.get("late") else note.kind
    heading, text = t(f"remind.{kind}.heading"), t(f"remind.{kind}", moment=t.moment(session.starts_at))
    return View(text, heading, found, buttons)


def ask_report(desk: Desk, due: Sequence[DueNote]) -> None:
    """After a session: ask its facilitators how it went, as long as nobody said."""
    for note in due:
        session = desk.uow.find(DialogueSession, note.subject_id)
        if session is None or session.state is not SessionState.PLANNED:
            continue
        for person_id in sessions.facilitators(desk.uow, session.id):
            report.ask(desk, person_id, session, note.kind, late=note.late)


def report_over(desk: Desk, due: Sequence[DueNote]) -> None:
    """Nobody told how it went, and nobody will."""
    # Read only once they are held: whoever leads one may be telling at this very moment.
    _hold(desk, (requests.of_session(desk.uow, note.subject_id) for note in due))
    for note in due:
        session = desk.uow.find(DialogueSession, note.subject_id)
        if session is not None and session.state is SessionState.PLANNED:
            report.give_up(desk, session)


def report_asked(desk: Desk, person: Person, note: Note) -> View | None:
    """Did it take place, how many came, which topics came up?"""
    t, session = desk.words_for(person), desk.uow.get(DialogueSession, note.subject_id)
    if OVER in note.args and session.starts_at is not None:
        return View(t("report.over", moment=t.moment(session.starts_at)), t("report.title"))
    if session.state is not SessionState.PLANNED or session.starts_at is None or session.starts_at > desk.now:
        return None
    if person.id not in sessions.facilitators(desk.uow, session.id):
        return None
    button = Button(t("session.report"), Action("session.report", session.id), Style.PRIMARY)
    return View(t(f"report.{note.kind}", moment=t.moment(session.starts_at)), t("report.title"), buttons=(button,))


def prompt(desk: Desk, due: Sequence[DueNote]) -> None:
    """Halfway two sessions: a question to reflect on."""
    for note in due:
        session = desk.uow.find(DialogueSession, note.subject_id)
        if session is not None and session.state in (SessionState.PLANNED, SessionState.SEEKING):
            requester = desk.uow.get(Request, session.request_id).requester_id
            letter = Note("prompt", session.id, {"late": note.late})
            tell(desk, requester, letter, once=f"v{session.version}")


def reflection(desk: Desk, person: Person, note: Note) -> View | None:
    """The question that goes with the session before this one, to share with the team."""
    t, session = desk.words_for(person), desk.uow.get(DialogueSession, note.subject_id)
    if session.state not in (SessionState.PLANNED, SessionState.SEEKING) or session.starts_at is None:
        return None
    return View(
        t("prompt.text", question=_question(desk, t, session), moment=t.moment(session.starts_at)),
        title=t("prompt.title"),
        buttons=(Button(t("session.open"), Action("session.show", session.id)),),
    )


def _question(desk: Desk, t: Translator, session: DialogueSession) -> str:
    mine = sessions.series_of(desk.uow, session.request_id)
    found = catalogue.template_session(desk.uow, mine.template_id if mine else None, session.position - 1)
    return found.prompt(t.language) if found else t("prompt.any")


def _hold(desk: Desk, request_ids: Iterable[int | None]) -> None:
    requests.hold(desk.uow, [request_id for request_id in request_ids if request_id is not None])


def _each_search(desk: Desk, due: Sequence[DueNote]) -> list[Search]:
    # Read only once they are held: an answer may come at the very moment at which something falls due.
    _hold(desk, (requests.of_search(desk.uow, note.subject_id) for note in due))
    found = (desk.uow.find(Search, note.subject_id) for note in due)
    return [search for search in found if search and not searches.is_over(search)]


def round_over(desk: Desk, due: Sequence[DueNote]) -> None:
    """Offers nobody answered in time make room for the next."""
    for search in _each_search(desk, due):
        searches.round_over(desk, search)


def steering_over(desk: Desk, due: Sequence[DueNote]) -> None:
    """The practice builder did not act in time: the programme desk takes over."""
    for search in _each_search(desk, due):
        if search.state is SearchState.WITH_BUILDER:
            escalation.escalate(desk, search, past_builders=True)


def promise_nears(desk: Desk, due: Sequence[DueNote]) -> None:
    """The promised time is near and nobody is found: the requester hears, and who holds the search."""
    kinds = {note.subject_id: note.kind for note in due}
    for search in _each_search(desk, due):
        promises.nears(desk, search, kinds[search.id])


def search_lapses(desk: Desk, due: Sequence[DueNote]) -> None:
    """The last moment that suited the team has passed: the search ends, and the requester can choose new moments."""
    for search in _each_search(desk, due):
        searches.lapse(desk, search)
        session = desk.uow.get(DialogueSession, search.session_id)
        request = desk.uow.get(Request, session.request_id)
        if session.state is SessionState.CANCELLED:
            series.stop_if_over(desk, request)
            request_state.settle(desk, request)


def series_waits(desk: Desk, due: Sequence[DueNote]) -> None:
    """A proposed series waits for its requester."""
    for note in due:
        found = desk.uow.find(Series, note.subject_id)
        if found is not None:
            series.waits(desk, found)


RULES: schedule.Rulebook = {
    "remind_week": Rule(remind),
    "remind_day": Rule(remind),
    "remind_hour": Rule(remind),
    "report": Rule(ask_report),
    "report_again": Rule(ask_report),
    "report_over": Rule(report_over),
    "prompt": Rule(prompt),
    "round_over": Rule(round_over),
    "steering_over": Rule(steering_over),
    **dict.fromkeys(promises.KINDS, Rule(promise_nears)),
    "search_lapses": Rule(search_lapses),
    "series_waits": Rule(series_waits),
    "unreached": Rule(unreached.pass_by),
    link_claims.RULE: Rule(link_claims.run_out),
    vouching.RULE: Rule(vouching.run_out),
}
"""What is done when something of this kind falls due."""
