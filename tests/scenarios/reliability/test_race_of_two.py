"""Two things happen at the very same moment, many times over: each time one comes first, and the other is answered.

On SQLite writers queue for one lock; on PostgreSQL they meet. The second is told how things stand, never that something
went wrong, and everything that must be true still is.
"""

import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from sqlmodel import col, select

from flows.capabilities import CAPABILITIES
from flows.engine import faults, schedule
from flows.engine.views.view import Button, View
from flows.sessions.calendar import REPORT_USEFUL_FOR
from handlers.inbound.events import Event
from handlers.inbound.results import to_say
from handlers.inbound.router import Router
from storage.database.unit_of_work import Store
from storage.models import OfferState, Outbox, RequestState, SeriesState, SessionState
from tests.scenarios import invariants
from tests.scenarios.hamlet import ASKER, BUILDER, OTHER_ASKER, TEAM, invent
from tests.scenarios.invariants import Scene
from tests.scenarios.machine import EASY, MONDAY, RULES, TEXTS, Hamlet
from tests.scenarios.racing import loudly, race

ROUNDS = {"sqlite": 2, "postgresql": int(os.environ.get("RACE_ROUNDS", "5"))}
"""How often two things are made to meet. With RACE_ROUNDS as often as a night is long."""

Act = Callable[[], object]


@pytest.fixture
def hamlet(store: Store) -> Iterator[Hamlet]:
    """A small programme on a database of each kind, in which a fault of ours is an error."""
    invent(store, MONDAY.date())
    with patch.object(faults, "report", loudly):
        yield Hamlet(store)


def rounds(hamlet: Hamlet) -> range:
    """How often it is tried: the moment at which two meet is luck."""
    return range(ROUNDS[hamlet.store.engine.dialect.name])


def asked(hamlet: Hamlet, who: int = ASKER, **fixed: Any) -> int:
    """A request for a dialogue on Thursday, sent; gives its id."""
    known = max(scene(hamlet).requests, default=0)
    hamlet.converse(
        who, hamlet.press(who, "ask:0:0"), random.Random(1), **{**EASY, **THURSDAY, "follow_up": "no", **fixed}
    )
    hamlet.deliver()
    (made,) = set(scene(hamlet).requests) - set(range(known + 1))
    return made


THURSDAY = {"form": "2", "when": "moments", "moment1": "2026-12-03T10:00", "origin": "any", "participants": 6}


def planned(hamlet: Hamlet, **fixed: Any) -> tuple[int, int]:
    """A request that somebody accepted: gives its session and who leads it."""
    request_id = asked(hamlet, **fixed)
    for person_id, button in offers(hamlet, request_id)[:1]:
        hamlet.press(person_id, button.action.pack())
    hamlet.deliver()
    now = scene(hamlet)
    (session,) = [s for s in now.sessions_of(request_id) if s.state is SessionState.PLANNED]
    return session.id, now.seats_of(session.id)[0].facilitator_id


def scene(hamlet: Hamlet) -> Scene:
    """The database as it is now."""
    return Scene.of(hamlet.store, hamlet.now)


def offers(hamlet: Hamlet, request_id: int, verb: str = "offer.accept") -> list[tuple[int, Button]]:
    """The buttons with which this request can be accepted, by whose they are."""
    now = scene(hamlet)
    mine = {o.id for o in now.offers.values() if now.request_of(o.search_id) == request_id}
    return [(who, button) for who, button in hamlet.standing(verb) if button.action.id in mine]


def answer(hamlet: Hamlet, event: Event) -> View | None:
    """What somebody reads who does this."""
    return to_say(hamlet.router.answer(event))


def press(hamlet: Hamlet, who: int, packed: str) -> Act:
    """Somebody about to press a button."""
    return partial(answer, hamlet, hamlet.pressing(who, packed))


def opened(hamlet: Hamlet, who: int, packed: str) -> View:
    """A form on somebody's screen."""
    view = hamlet.press(who, packed)
    assert view is not None
    assert view.form is not None, view.text
    return view


def submit(hamlet: Hamlet, who: int, view: View, **answers: Any) -> Act:
    """Somebody about to send the page in front of them."""
    assert view.form is not None
    return partial(answer, hamlet, hamlet.submitting(who, view.form, answers))


def meet(hamlet: Hamlet, *acts: Act) -> list[object]:
    """Let the acts meet, deliver what comes of it, and see that everything that must be true still is."""
    before = scene(hamlet)
    answers = race(acts)
    hamlet.settle()
    after = scene(hamlet)
    assert not invariants.broken(after)
    assert not invariants.forbidden_changes(before, after)
    return answers


def texts(answers: list[object]) -> list[str]:
    """The answers' words."""
    return [view.text for view in answers if isinstance(view, View)]


def test_an_acceptance_as_the_offer_expires_either_counts_or_is_too_late(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        request_id = asked(hamlet)
        who, button = offers(hamlet, request_id)[0]
        expires_at: datetime = scene(hamlet).offers[button.action.id].expires_at
        in_time = _router_at(hamlet, expires_at - timedelta(seconds=1))
        hamlet.now = expires_at
        event = hamlet.pressing(who, button.action.pack())
        meet(hamlet, partial(in_time.answer, event), partial(schedule.work, hamlet.context, CAPABILITIES.rules, 100))
        offer = scene(hamlet).offers[button.action.id]
        taken = who in _seated(hamlet, request_id)
        assert offer.state is (OfferState.ACCEPTED if taken else OfferState.EXPIRED)
        _clear(hamlet, request_id)


def _router_at(hamlet: Hamlet, moment: datetime) -> Router:
    return Router(hamlet.store, lambda: moment, RULES, TEXTS, wake=lambda: None, capabilities=CAPABILITIES)


def _seated(hamlet: Hamlet, request_id: int) -> list[int]:
    now = scene(hamlet)
    return [
        seat.facilitator_id
        for session in now.sessions_of(request_id)
        for seat in now.seats_of(session.id)
        if seat.facilitator_id
    ]


def _clear(hamlet: Hamlet, request_id: int) -> None:
    """Take the request away again, and start anew on the same Monday."""
    hamlet.press(scene(hamlet).requests[request_id].requester_id, f"request.drop:{request_id}:0")
    hamlet.settle()
    hamlet.now = MONDAY


def test_an_acceptance_as_the_request_is_cancelled_leaves_nothing_planned(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        request_id = asked(hamlet)
        who, button = offers(hamlet, request_id)[0]
        meet(hamlet, press(hamlet, who, button.action.pack()), press(hamlet, ASKER, f"request.drop:{request_id}:0"))
        now = scene(hamlet)
        assert now.requests[request_id].state is RequestState.CANCELLED
        assert {session.state for session in now.sessions_of(request_id)} == {SessionState.CANCELLED}


def test_whoever_accepts_two_dialogues_at_the_same_hour_gets_one(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        one, other = asked(hamlet), asked(hamlet, OTHER_ASKER)
        mine, theirs = dict(offers(hamlet, one)), dict(offers(hamlet, other))
        who = next(person for person in mine if person in theirs)
        acts = [press(hamlet, who, found[who].action.pack()) for found in (mine, theirs)]
        meet(hamlet, *acts)
        assert sorted(who in _seated(hamlet, request_id) for request_id in (one, other)) == [False, True]
        _clear(hamlet, one)
        _clear(hamlet, other)


def test_yes_and_no_of_one_person_at_once_count_once(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        request_id = asked(hamlet)
        who, yes = offers(hamlet, request_id)[0]
        no = f"offer.no:{yes.action.id}:{yes.action.version}:busy"
        meet(hamlet, *[press(hamlet, who, packed) for packed in (yes.action.pack(), no, yes.action.pack(), no)])
        offer = scene(hamlet).offers[yes.action.id]
        assert offer.state is (OfferState.ACCEPTED if who in _seated(hamlet, request_id) else OfferState.DECLINED)
        assert offer.version == yes.action.version + 1
        _clear(hamlet, request_id)


def test_two_seats_taken_at_once_go_to_two_people(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        request_id = asked(hamlet, form="1", participants=20)
        everybody = dict(offers(hamlet, request_id))
        meet(hamlet, *[press(hamlet, who, button.action.pack()) for who, button in everybody.items()])
        assert len(set(_seated(hamlet, request_id))) == 2
        _clear(hamlet, request_id)


def test_two_who_steer_and_choose_at_once_ask_one_person_once(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        request_id = asked(hamlet, organisation="3", topics=["1"])
        for who, no in dict(offers(hamlet, request_id, "offer.decline")).items():
            hamlet.press(who, f"offer.no:{no.action.id}:{no.action.version}:busy")
        search = next(s for s in scene(hamlet).searches.values() if scene(hamlet).request_of(s.id) == request_id)
        hamlet.settle()
        pages = {who: opened(hamlet, who, f"steer.choose:{search.id}:0") for who in (BUILDER, TEAM)}
        chosen = _first_choice(pages[BUILDER])
        meet(hamlet, *[submit(hamlet, who, page, facilitator=chosen) for who, page in pages.items()])
        made = [
            o for o in scene(hamlet).offers.values() if o.search_id == search.id and str(o.facilitator_id) == chosen
        ]
        assert [offer.state for offer in made] == [OfferState.OPEN]
        _clear(hamlet, request_id)


def _first_choice(view: View) -> str:
    assert view.form is not None
    return view.form.fields[0].choices[0].value


def test_a_dialogue_reported_twice_at_once_is_reported_once(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        session_id, who = planned(hamlet)
        hamlet.live(timedelta(days=12))
        page = opened(hamlet, who, f"session.report:{session_id}:0")
        meet(hamlet, *[submit(hamlet, who, page, held="no") for _ in range(4)])
        session = scene(hamlet).sessions[session_id]
        assert (session.state, session.attendees) == (SessionState.NOT_HELD, None)
        hamlet.now = MONDAY


def test_a_series_agreed_to_twice_at_once_is_planned_once(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        session_id, _who = planned(hamlet, follow_up="yes")
        request_id = scene(hamlet).sessions[session_id].request_id
        (series,) = [s for s in scene(hamlet).series.values() if s.request_id == request_id]
        meet(hamlet, *[press(hamlet, ASKER, f"series.agree:{series.id}:{series.version}") for _ in range(4)])
        assert scene(hamlet).series[series.id].state is SeriesState.RUNNING
        assert len(scene(hamlet).sessions_of(request_id)) == series.count
        _clear(hamlet, request_id)


def test_a_request_sent_twice_at_once_is_one_request(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        known = set(scene(hamlet).requests)
        event = _about_to_send(hamlet)
        meet(hamlet, *[partial(answer, hamlet, event()) for _ in range(4)])
        (made,) = set(scene(hamlet).requests) - known
        _clear(hamlet, made)


def _about_to_send(hamlet: Hamlet) -> Callable[[], Event]:
    view = hamlet.press(ASKER, "ask:0:0")
    while view is not None and view.form is not None:
        given = {**EASY, **THURSDAY, "organisation": "3", "occasion": "other", "urgency": "normal", "follow_up": "no"}
        view = hamlet.submit(ASKER, view.form, {f.name: given.get(f.name) for f in view.form.fields})
    (send,) = [button for button in view.buttons if button.action.verb == "form.send"] if view else []
    return lambda: hamlet.pressing(ASKER, send.action.pack())


def test_a_form_opened_twice_at_once_is_one_conversation(hamlet: Hamlet) -> None:
    for round_ in rounds(hamlet):
        answers = meet(hamlet, *[press(hamlet, ASKER, "ask:0:0") for _ in range(4)])
        drafts = {view.form.draft_id for view in answers if isinstance(view, View) and view.form}
        assert len(drafts) == 1, round_
        hamlet.press(ASKER, f"form.drop:{drafts.pop()}:0")


def test_many_requests_at_once_are_all_taken_in_though_they_ask_the_same_people(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        known = set(scene(hamlet).requests)
        senders = {who: _ready(hamlet, who) for who in (ASKER, OTHER_ASKER, BUILDER, 11, 12, 13, 14, 15)}
        answers = meet(hamlet, *[press(hamlet, who, packed) for who, packed in senders.items()])
        made = set(scene(hamlet).requests) - known
        assert len(made) == len(senders) == len(texts(answers))
        for request_id in made:
            _clear(hamlet, request_id)


def _ready(hamlet: Hamlet, who: int) -> str:
    view = hamlet.press(who, "ask:0:0")
    while view is not None and view.form is not None:
        given = {**EASY, **THURSDAY, "organisation": "3", "occasion": "other", "urgency": "normal", "follow_up": "no"}
        view = hamlet.submit(who, view.form, {f.name: given.get(f.name) for f in view.form.fields})
    assert view is not None
    return next(button.action.pack() for button in view.buttons if button.action.verb == "form.send")


def test_giving_back_as_the_dialogue_is_moved_or_cancelled_leaves_things_in_order(hamlet: Hamlet) -> None:
    for round_ in rounds(hamlet):
        session_id, who = planned(hamlet)
        request_id = scene(hamlet).sessions[session_id].request_id
        give = opened(hamlet, who, f"session.give:{session_id}:0")
        move = opened(hamlet, ASKER, f"session.move:{session_id}:0")
        changes = submit(hamlet, ASKER, move, moment="2026-12-04T14:00")
        if round_ % 2:
            version = scene(hamlet).sessions[session_id].version
            changes = press(hamlet, ASKER, f"session.drop:{session_id}:{version}:one")
        meet(hamlet, submit(hamlet, who, give, reason="busy"), changes)
        _clear(hamlet, request_id)


def test_a_report_as_the_wait_for_it_ends_either_counts_or_is_too_late(hamlet: Hamlet) -> None:
    for _ in rounds(hamlet):
        session_id, who = planned(hamlet)
        hamlet.live(timedelta(days=12))
        asked_first = opened(hamlet, who, f"session.report:{session_id}:0")
        how = submit(hamlet, who, asked_first, held="yes")()
        assert isinstance(how, View)
        session = scene(hamlet).sessions[session_id]
        hamlet.now = session.starts_at + timedelta(minutes=session.minutes) + REPORT_USEFUL_FOR
        meet(
            hamlet,
            submit(hamlet, who, how, attendees=5),
            partial(schedule.work, hamlet.context, CAPABILITIES.rules, 100),
        )
        session = scene(hamlet).sessions[session_id]
        told = told_of(hamlet, session_id, "held", "unreported")
        expected = {SessionState.HELD: (["held"], 5), SessionState.NOT_HELD: (["unreported"], None)}
        assert (told, session.attendees) == expected[session.state]
        hamlet.now = MONDAY


def told_of(hamlet: Hamlet, session_id: int, *kinds: str) -> list[str]:
    """Which of these kinds of letters were written about a session, one after another."""
    with hamlet.store.read() as uow:
        letters = select(Outbox.kind).where(Outbox.subject_id == session_id, col(Outbox.kind).in_(kinds))
        return list(uow.db.exec(letters.order_by(col(Outbox.id))))
