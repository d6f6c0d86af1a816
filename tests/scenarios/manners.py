"""What must be true of every message and every screen: who gets it, what it may say, and that it is true."""

import re
from collections.abc import Iterator
from typing import Any

from flows.engine.language.markup import unmarked
from flows.engine.language.texts import LANGUAGES
from flows.engine.views.view import View
from storage.dialogues.requests import RUNNING
from storage.models import OfferState, SeriesState, SessionState
from tests.scenarios.hamlet import BUILDER, TEAM
from tests.scenarios.invariants import Scene
from tests.scenarios.machine import TEXTS, Delivered, Hamlet

TO_OFFERED = ("offer", "offer_over", "proposal_left")
TO_STEER = ("steer",)
OF_OFFER = (*TO_OFFERED, "proposal")
OF_SEARCH = ("promise_late", "one_of_two", "lapsed", "moment_asked")
OF_SERIES = ("series_proposed", "series_waits", "series_planned", "series_placed", "series_end")
TO_EVERYBODY = (
    "session_planned", "session_moved", "session_cancelled", "remind_week", "remind_day", "remind_hour", "report",
    "report_again", "series_planned", "series_placed", "move_left",
)  # fmt: skip
REMINDERS = ("remind_week", "remind_day", "remind_hour")


def _request_of(scene: Scene, message: Delivered) -> Any:
    subject = message.note.subject_id
    if message.note.kind in OF_OFFER:
        subject = scene.offers[subject].search_id
    if message.note.kind in (*OF_OFFER, *OF_SEARCH, *TO_STEER):
        return scene.requests[scene.request_of(subject)]
    if message.note.kind in OF_SERIES:
        return scene.requests[scene.series[subject].request_id]
    if message.note.kind == "series_offer":
        return scene.requests[subject]
    return scene.requests[scene.sessions[subject].request_id]


def addressed_to_somebody_in_it(scene: Scene, message: Delivered) -> Iterator[str]:
    kind, person_id = message.note.kind, message.person_id
    request = _request_of(scene, message)
    seated = _seated(scene, request.id)
    if kind in TO_OFFERED:
        allowed = {scene.offers[message.note.subject_id].facilitator_id}
    elif kind in TO_STEER:
        # The only one in the programme team looks after their own request too: there is nobody else.
        allowed = {BUILDER, TEAM} - ({request.requester_id} - {TEAM})
    elif kind == "seat_lost":
        allowed = set(scene.facilitators)
    else:
        allowed = {request.requester_id} | (seated if kind in TO_EVERYBODY else set())
    if person_id not in allowed:
        yield f"{kind} {message.note.subject_id} went to {person_id}, who has no part in it"


def _seated(scene: Scene, request_id: int) -> set[int]:
    ids = {session.id for session in scene.sessions_of(request_id)}
    return {seat.facilitator_id for seat in scene.seats if seat.session_id in ids and seat.facilitator_id}


def a_reminder_is_of_a_session_that_stands_at_that_time(scene: Scene, message: Delivered) -> Iterator[str]:
    if message.note.kind not in REMINDERS:
        return
    session = scene.sessions[message.note.subject_id]
    if session.state is not SessionState.PLANNED or session.starts_at <= message.at:
        yield f"{message.note.kind} of session {session.id}, which is {session.state} at {session.starts_at}"
    elif not any(
        unmarked(TEXTS.into(language).moment(session.starts_at)) in str(message.view) for language in LANGUAGES
    ):
        yield f"{message.note.kind} of session {session.id} names another time than {session.starts_at}"


def what_was_written_for_the_facilitator_is_read_by_nobody_else(
    scene: Scene, person_id: int, view: View
) -> Iterator[str]:
    for author in {int(found) for found in re.findall("«([0-9]+)»", str(view))} - {person_id}:
        theirs = [request.id for request in scene.requests.values() if request.requester_id == author]
        if not any(person_id in _seated(scene, request_id) for request_id in theirs):
            yield f"{person_id} reads what {author} wrote: {view}"


def an_offer_names_nobody(scene: Scene, message: Delivered) -> Iterator[str]:
    asks = message.note.kind == "offer" and scene.offers[message.note.subject_id].state is OfferState.OPEN
    if asks and "Persoon" in str(message.view):
        yield f"offer {message.note.subject_id} says who asks"


def every_view_has_words_and_buttons_that_fit(view: View) -> Iterator[str]:
    if not (view.text or view.facts or view.form or view.buttons):
        yield "an empty view"
    if any(not button.label.strip() for button in view.buttons):
        yield f"a button without words: {view}"


def standing_buttons_do_something(hamlet: Hamlet, scene: Scene) -> Iterator[str]:
    """Say which messages that replace themselves still have a dead button when everything is delivered."""
    for person_id, chat in hamlet.chats.items():
        for slot, view in chat.items():
            for button in view.buttons:
                if ":" in slot and not slot.startswith("letter:") and not _works(scene, button.action):
                    yield f"{person_id} still has {button.label!r} ({button.action.pack()}) in {slot}"


def _asks_of_what_was(scene: Scene, action: Any) -> bool:
    """False for asking how a session went, or whether to go on with a series, where that was answered."""
    if action.verb == "session.report":
        return scene.sessions[action.id].state is SessionState.PLANNED
    ended = {one.request_id for one in scene.series.values() if one.state is SeriesState.ENDED}
    return action.verb != "series.more" or action.id in ended


def _works(scene: Scene, action: Any) -> bool:
    match action.verb:
        case "offer.accept" | "offer.decline" | "offer.other":
            offer = scene.offers[action.id]
            return offer.state is OfferState.OPEN and offer.version == action.version
        case "proposal.take" | "proposal.leave":
            offer = scene.offers[action.id]
            return offer.state is OfferState.PROPOSED and offer.version == action.version
        case "move.take" | "move.leave":
            session = scene.sessions[action.id]
            return session.proposed_start is not None and session.version == action.version
        case "series.agree" | "series.no":
            return bool(scene.series[action.id].version == action.version)
        case "steer.again" | "steer.pass" | "steer.choose":
            return scene.searches[action.id].state in RUNNING
        case _:
            return _asks_of_what_was(scene, action)


def of_messages(hamlet: Hamlet, scene: Scene) -> list[str]:
    """What is wrong with the messages that were just delivered."""
    checks = (addressed_to_somebody_in_it, a_reminder_is_of_a_session_that_stands_at_that_time, an_offer_names_nobody)
    return [fault for message in hamlet.delivered for check in checks for fault in check(scene, message)]


def of_screens(hamlet: Hamlet, scene: Scene) -> list[str]:
    """What is wrong with all that was shown since the last look, as message or as answer."""
    found: list[str] = []
    for person_id, view in hamlet.shown:
        found += what_was_written_for_the_facilitator_is_read_by_nobody_else(scene, person_id, view)
        found += every_view_has_words_and_buttons_that_fit(view)
    hamlet.shown.clear()
    return found
