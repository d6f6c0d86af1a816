"""Rendered surfaces held against what Slack publishes: the stand-in's rules, and slack_sdk's own models."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SlackView

from handlers.slack.rendering.message import Message
from tests.slack.blocks import elements_of
from tests.slack.surfaces import check_message, check_view

Json = dict[str, Any]


def hold_message(message: Message) -> None:
    """Fail on a message that Slack would not post, cut itself, or could not tell the presses of apart."""
    check_message({"text": message.text, "blocks": message.blocks})
    _hold_blocks(message.blocks)
    assert 0 < len(message.text) <= 4000
    assert 0 < len(message.told) <= 4000
    json.dumps(message.blocks).encode()


def hold_modal(view: Json) -> None:
    """Fail on a modal that Slack would not open."""
    check_view(view, "modal")
    SlackView(**view).validate_json()
    _hold_blocks(view["blocks"])


def _hold_blocks(blocks: list[Json]) -> None:
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        assert parsed.to_dict().keys() == {key for key, value in block.items() if value not in ([], None)}
    presses = [one["action_id"] for block in blocks if block["type"] == "actions" for one in elements_of(block)]
    assert max(Counter(presses).values(), default=1) == 1
    assert all(block.get("block_id") for block in blocks)


def shown(value: Any) -> Iterator[Json]:
    """Every text object of a surface."""
    if isinstance(value, dict):
        if value.get("type") in {"mrkdwn", "plain_text"} and isinstance(value.get("text"), str):
            yield value
        for part in value.values():
            yield from shown(part)
    elif isinstance(value, list):
        for part in value:
            yield from shown(part)


def values(blocks: list[Json]) -> list[str]:
    """What the buttons and menu entries of a surface carry, in their order."""
    found: list[str] = []
    for block in blocks:
        for one in elements_of(block) if block["type"] == "actions" else ():
            found += [option["value"] for option in one["options"]] if "options" in one else [one["value"]]
    return found
