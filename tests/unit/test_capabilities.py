"""What the subjects declare fits together: one name is one thing, and what was stored under a name is still known."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.app import App
from bot.schedule.clock import MovableClock
from flows.capabilities import CAPABILITIES
from flows.engine.capability import (
    Capability,
    ClaimedTwice,
    Command,
    Listener,
    Message,
    NotDeclared,
    Phrase,
    Registry,
    Verb,
)
from flows.engine.context import Context, Turn
from flows.engine.contributions import MenuButton, Place
from flows.engine.events import DomainEvent, PeopleMerged
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Form
from flows.engine.language.texts import TextMissing, Texts
from flows.engine.notifications import NoComposer, Notification, tell
from flows.engine.policy import Rules as Policy
from flows.engine.schedule import Rule
from flows.engine.views.action import Action
from flows.engine.views.view import View
from storage.database.unit_of_work import Store

FLOWS = Path(__file__).parents[2] / "flows"
POLICY = Policy()
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
VERBS = frozenset(
    [
        "ask",
        "away.drop",
        "form.back",
        "form.change",
        "form.clear",
        "form.discard",
        "form.drop",
        "form.over",
        "form.resume",
        "form.send",
        "form.stop",
        "front.speak",
        "invite",
        "invite.drop",
        "invite.me",
        "invite.other",
        "invite.reject",
        "invite.retract",
        "invite.show",
        "invite.vouch",
        "invites",
        "language",
        "link",
        "link.apart",
        "link.deny",
        "link.join",
        "link.not",
        "link.part",
        "link.sure",
        "link.take",
        "link.type",
        "lost",
        "lost.again",
        "lost.aside",
        "lost.show",
        "menu",
        "move.leave",
        "move.show",
        "move.take",
        "offer.accept",
        "offer.decline",
        "offer.no",
        "offer.other",
        "offer.show",
        "profile",
        "profile.away",
        "profile.most",
        "profile.pause",
        "proposal.leave",
        "proposal.show",
        "proposal.take",
        "reach",
        "reach.prefer",
        "request.cancel",
        "request.change",
        "request.drop",
        "request.show",
        "requests",
        "rooms",
        "series.agree",
        "series.change",
        "series.more",
        "series.no",
        "series.room",
        "series.show",
        "session.cancel",
        "session.drop",
        "session.give",
        "session.link",
        "session.move",
        "session.place",
        "session.report",
        "session.show",
        "sessions",
        "steer.again",
        "steer.choose",
        "steer.moment",
        "steer.open",
        "steer.pass",
        "steer.show",
    ]
)
"""Buttons with these stand in people's chats."""
FORMS = frozenset(
    [
        "away",
        "choose",
        "code",
        "give",
        "invite",
        "link",
        "most",
        "move",
        "other_time",
        "place",
        "report",
        "request",
        "room",
        "series",
    ]
)
"""Unfinished answers are kept under these."""
MESSAGES = frozenset(
    [
        "apart",
        "given_back",
        "half_done",
        "held",
        "lapsed",
        "link_claim",
        "link_ended",
        "linked",
        "linked_watch",
        "moment_asked",
        "move_left",
        "move_overtaken",
        "move_proposal",
        "not_held",
        "offer",
        "offer_over",
        "one_of_two",
        "promise_late",
        "prompt",
        "proposal",
        "proposal_left",
        "remind_day",
        "remind_hour",
        "remind_week",
        "report",
        "report_again",
        "room_reminder",
        "seat_lost",
        "series_end",
        "series_offer",
        "series_placed",
        "series_planned",
        "series_proposed",
        "series_waits",
        "session_cancelled",
        "session_moved",
        "session_planned",
        "steer",
        "unreported",
        "vouch",
        "vouched",
    ]
)
"""Messages of these kinds may wait to be delivered."""
RULES = frozenset(
    [
        "link_over",
        "promise_again",
        "promise_last",
        "promise_nears",
        "prompt",
        "remind_day",
        "remind_hour",
        "remind_week",
        "report",
        "report_again",
        "report_over",
        "round_over",
        "search_lapses",
        "series_waits",
        "steering_over",
        "unreached",
        "link_watch",
        "vouch_over",
    ]
)
"""Things of these kinds may wait to fall due."""


@dataclass(frozen=True)
class _Invented(Notification, kind="invented"):
    """A kind of message that there is not."""


def _nothing(_turn: Turn, _action: Action) -> None:
    """What the button of a test does."""


VERB = Verb("invented", _nothing)
FORM = ConversationForm(
    "invented",
    form=lambda _turn, _subject: Form("invented", 1, ()),
    options=lambda _turn, _subject: Choices({}),
    guard=lambda _turn, _subject: None,
    finish=lambda _turn, _subject, _answers: View(""),
)
LEADS = Action("invented")
CLAIMS = {
    "verb": Capability("x", verbs=(VERB,)),
    "form": Capability("x", forms=(FORM,)),
    "message": Capability("x", messages=(Message(_Invented, lambda *_: None),)),
    "rule": Capability("x", rules={"invented": Rule(lambda _context, _due: None)}),
    "word": Capability("x", words={"invented": LEADS}),
    "command": Capability("x", commands=(Command("c", LEADS, 1, alone={"nl": "invented", "en": "invented"}),)),
}


@pytest.mark.parametrize("kind", CLAIMS)
def test_two_that_claim_one_name_are_refused_by_name(kind: str) -> None:
    with pytest.raises(ClaimedTwice, match=f"the {kind} 'invented' is claimed by x and by y"):
        Registry((CLAIMS[kind], replace(CLAIMS[kind], name="y")))


ASTRAY = {
    "the word 'invented' of x leads to the verb 'invented'": CLAIMS["word"],
    "the command 'c' of x leads to the verb 'invented'": CLAIMS["command"],
    "the phrase 'a' of x leads to the verb 'invented'": Capability("x", phrases=(Phrase(re.compile("a"), "invented"),)),
    "the button 'b' of x leads to the verb 'invented'": Capability(
        "x", buttons=(MenuButton(1, "b", LEADS, frozenset({Place.MENU})),)
    ),
    "how things stand of x leads to the verb 'invented'": Capability("x", status="invented"),
    "the verb 'invented' begins the form 'f'": Capability("x", verbs=(replace(VERB, form="f"),)),
    "the form 'invented' of x is begun by no verb": CLAIMS["form"],
    "help tells of the word 'w' for 'c'": Capability(
        "x", verbs=(VERB,), commands=(Command("c", LEADS, 1, {"nl": "w"}),)
    ),
}


@pytest.mark.parametrize("why", ASTRAY)
def test_what_leads_to_what_there_is_not_is_refused_by_name(why: str) -> None:
    with pytest.raises(NotDeclared, match=f"^{why}"):
        Registry((ASTRAY[why],))


TEXTLESS = {
    "invented.title": Capability("x", verbs=(replace(VERB, form="invented"),), forms=(FORM,)),
    "due.invented": CLAIMS["rule"],
    "invented.button": Capability(
        "x", verbs=(VERB,), buttons=(MenuButton(1, "invented.button", LEADS, frozenset({Place.MENU})),)
    ),
    "command.invented.quoted": Capability("x", verbs=(VERB,), commands=(Command("invented", LEADS, 1),)),
}


@pytest.mark.parametrize("key", TEXTLESS)
def test_the_bot_does_not_start_without_a_text_that_a_capability_needs(sqlite_store: Store, key: str) -> None:
    clock, texts = MovableClock(base=lambda: MOMENT), Texts("nl", POLICY.zone)
    with pytest.raises(TextMissing, match=f"no text {key} in nl"):
        App(sqlite_store, clock, POLICY, texts, [], capabilities=Registry((TEXTLESS[key],)))


def test_two_capabilities_of_one_name_are_refused() -> None:
    with pytest.raises(ClaimedTwice, match="the capability 'x'"):
        Registry((Capability("x"), Capability("x")))


def test_what_was_stored_under_a_name_is_still_known() -> None:
    assert CAPABILITIES.verbs.keys() >= VERBS
    assert CAPABILITIES.forms.keys() >= FORMS
    assert CAPABILITIES.messages.keys() >= MESSAGES
    assert CAPABILITIES.rules.keys() >= RULES


def test_every_button_in_the_flows_has_a_verb_that_somebody_declares() -> None:
    named = {verb for path in FLOWS.rglob("*.py") for verb in _first_words_in(path, "Action")}
    assert len(named) > 50
    assert named <= CAPABILITIES.verbs.keys()


def _first_words_in(path: Path, called: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == called and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def _kinds(of: type[Notification]) -> Iterator[type[Notification]]:
    """Every class of messages that has a kind."""
    for one in of.__subclasses__():
        yield from (one,) if one.kind else ()
        yield from _kinds(one)


def test_every_message_in_the_flows_has_somebody_who_composes_it() -> None:
    named = {one.kind for one in _kinds(Notification) if one.__module__.startswith("flows.")}
    assert len(named) > 40
    assert named == CAPABILITIES.messages.keys()


def test_a_message_that_nobody_composes_is_refused_where_it_is_told(sqlite_store: Store) -> None:
    with sqlite_store.begin() as uow:
        context = Context(uow, MOMENT, POLICY, Texts("nl", POLICY.zone), CAPABILITIES)
        with pytest.raises(NoComposer, match="invented"):
            tell(context, 1, _Invented(1), once="now")


def test_an_event_reaches_its_listeners_in_the_order_of_the_capabilities_and_no_other() -> None:
    heard: list[str] = []

    def hear(name: str, _context: object, _event: object) -> None:
        heard.append(name)

    listening = (Capability(name, listeners=(Listener(PeopleMerged, partial(hear, name)),)) for name in "ab")
    registry = Registry(listening)
    registry.publish(None, PeopleMerged(1))  # type: ignore[arg-type]
    registry.publish(None, DomainEvent())  # type: ignore[arg-type]
    assert heard == ["a", "b"]


def test_a_listener_that_fails_fails_the_unit_of_work() -> None:
    def fail(_context: object, _event: object) -> None:
        raise LookupError

    registry = Registry((Capability("x", listeners=(Listener(PeopleMerged, fail),)),))
    with pytest.raises(LookupError):
        registry.publish(None, PeopleMerged(1))  # type: ignore[arg-type]
