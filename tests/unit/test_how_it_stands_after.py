"""Which button shows how things stand after another was pressed."""

import pytest

from flows.capabilities import CAPABILITIES
from handlers.inbound.status_action import status_action


@pytest.mark.parametrize(
    ("pressed", "shows"),
    [
        ("requests:0:0", "requests:0:0"),
        ("session.show:7:0", "session.show:7:0"),
        ("ask:0:0", "ask:0:0"),
        ("offer.decline:7:2", "offer.decline:7:2"),
        ("offer.accept:7:2:1", "offer.show:7:0"),
        ("request.drop:7:0", "request.show:7:0"),
        ("form.send:7:0", "form.resume:7:0"),
        ("steer.again:7:0", "steer.show:7:0"),
        ("language:0:0:en", "menu:0:0"),
        ("made up", "made up"),
    ],
)
def test_what_was_done_is_shown_and_what_only_shows_or_asks_is_shown_again(pressed: str, shows: str) -> None:
    assert status_action(CAPABILITIES, pressed) == shows


@pytest.mark.parametrize("verb", sorted(CAPABILITIES.verbs))
def test_nothing_is_done_twice_by_looking_how_it_stands(verb: str) -> None:
    assert status_action(CAPABILITIES, f"{verb}:7:0").partition(":")[0] in CAPABILITIES.shows | CAPABILITIES.asks_first
