"""What the subjects declare fits together: one name is one thing, and what was stored under a name is still known."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from flows.capabilities import CAPABILITIES
from flows.engine.capability import Capability, ClaimedTwice, Listener, Message, Registry, Verb
from flows.engine.events import DomainEvent, PeopleMerged
from flows.engine.notifications import Notification
from flows.engine.schedule import Rule
from flows.engine.views.action import Action

FLOWS = Path(__file__).parents[2] / "flows"
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
        "vouch_over",
    ]
)
"""Things of these kinds may wait to fall due."""


@dataclass(frozen=True)
class _Invented(Notification, kind="invented"):
    """A kind of message that there is not."""


def _name(kind: str) -> Capability:
    verb, message = Verb("invented", lambda _turn, _action: None), Message(_Invented, lambda *_: None)
    made = {
        "verb": Capability("x", verbs=(verb,)),
        "message": Capability("x", messages=(message,)),
        "rule": Capability("x", rules={"invented": Rule(lambda _desk, _due: None)}),
        "word": Capability("x", words={"invented": Action("menu")}),
    }
    return made[kind]


@pytest.mark.parametrize("kind", ["verb", "message", "rule", "word"])
def test_two_that_claim_one_name_are_refused_by_name(kind: str) -> None:
    one = _name(kind)
    other = Capability("y", one.verbs, one.forms, one.messages, one.rules, one.listeners, one.words)
    with pytest.raises(ClaimedTwice, match=f"the {kind} 'invented' is claimed by x and by y"):
        Registry((one, other))


def test_two_capabilities_of_one_name_are_refused() -> None:
    with pytest.raises(ClaimedTwice, match="the capability 'x'"):
        Registry((Capability("x"), Capability("x")))


def test_what_was_stored_under_a_name_is_still_known() -> None:
    assert CAPABILITIES.verbs.keys() >= VERBS
    assert CAPABILITIES.forms.keys() >= FORMS
    assert CAPABILITIES.messages.keys() >= MESSAGES
    assert CAPABILITIES.rules.keys() >= RULES


def test_every_button_in_the_flows_has_a_verb_that_somebody_declares() -> None:
    named = {verb for path in FLOWS.rglob("*.py") for verb in _verbs_in(path)}
    assert len(named) > 50
    assert named <= CAPABILITIES.verbs.keys()


def _verbs_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Action" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def test_every_word_leads_to_a_button_and_every_verb_that_asks_to_a_form() -> None:
    assert {action.verb for action in CAPABILITIES.words.values()} <= CAPABILITIES.verbs.keys()
    asking = {verb.form for verb in CAPABILITIES.verbs.values() if verb.form}
    assert asking == CAPABILITIES.forms.keys()


def test_an_event_reaches_its_listeners_in_the_order_of_the_capabilities_and_no_other() -> None:
    heard: list[str] = []

    def hear(name: str, _desk: object, _event: object) -> None:
        heard.append(name)

    listening = (Capability(name, listeners=(Listener(PeopleMerged, partial(hear, name)),)) for name in "ab")
    registry = Registry(listening)
    registry.publish(None, PeopleMerged(1))  # type: ignore[arg-type]
    registry.publish(None, DomainEvent())  # type: ignore[arg-type]
    assert heard == ["a", "b"]


def test_a_listener_that_fails_fails_the_unit_of_work() -> None:
    def fail(_desk: object, _event: object) -> None:
        raise LookupError

    registry = Registry((Capability("x", listeners=(Listener(PeopleMerged, fail),)),))
    with pytest.raises(LookupError):
        registry.publish(None, PeopleMerged(1))  # type: ignore[arg-type]
