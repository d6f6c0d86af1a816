"""What Slack brings is read without ever failing, whatever stands in it."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.views.action import MAX_ID
from handlers.slack.events import decode
from handlers.slack.events.decode import Meta
from handlers.slack.interactions.message_context import About

ZONE = ZoneInfo("Europe/Amsterdam")
NAMES = [
    "type",
    "user",
    "view",
    "event",
    "actions",
    "container",
    "channel",
    "state",
    "values",
    "private_metadata",
    "id",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(JSON)
def test_whether_something_is_a_payload_of_slacks_can_always_be_said(found: Any) -> None:
    assert decode.is_sound(found) in (True, False)


@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=8))
def test_every_payload_is_read_as_something(body: dict[str, Any]) -> None:
    assert isinstance(decode.user_of(body), str)
    assert isinstance(decode.pressed(body, ZONE).event.action, str)
    assert 0 <= decode.submitted(body, ZONE).draft_id <= MAX_ID
    assert 0 <= decode.closed(body, ZONE).draft_id <= MAX_ID
    assert isinstance(decode.sent(body).action, str)
    assert isinstance(decode.said(body).text, str)
    began = About().begun(body)
    assert began is None or isinstance(began.known["context"], str)


@pytest.mark.parametrize(
    "carried", ["", "{", "[]", "7", '{"draft": -1}', '{"draft": true}', '{"draft": 1e9}', "[" * 90_000]
)
def test_an_odd_window_carries_nothing(carried: str) -> None:
    assert decode.meta({"private_metadata": carried}) == Meta()


def test_every_delivery_of_a_press_has_the_same_name_and_every_press_another() -> None:
    first, second = ({"trigger_id": name, "user": {"id": "U1"}} for name in ("1.2.a", "1.2.b"))
    assert decode.once(first) == decode.once(dict(first)) != decode.once(second)


@pytest.mark.parametrize(
    "body",
    [
        [],
        "woorden",
        {"event": []},
        {"event": {}},
        {"actions": []},
        {"actions": [7]},
        {"user": 7},
        {"view": "V1"},
        {"type": {}},
        {"authorizations": ["T1"]},
        {"type": "block_actions", "actions": [{}]},
    ],
)
def test_what_slack_never_makes_is_told_apart(body: Any) -> None:
    assert not decode.is_sound(body)
