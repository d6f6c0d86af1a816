"""Whole messages, views and answers: what Slack takes, and how it says that it does not."""

import json
import re
from typing import Any

from tests.slack.blocks import IN_MESSAGES, SHARED, characters, check_blocks
from tests.slack.refusal import Refused, explained
from tests.slack.shape import Shape, exactly_one
from tests.slack.spot import Check, Spot, anything, flag, one_of, string
from tests.slack.texts import OPTION_GROUPS, OPTIONS, plain

Json = dict[str, Any]

MOST_TEXT = 40_000
"""Characters in the text of a message (reference of chat.postMessage)."""
MOST_BLOCK_TEXT = 13_200
"""Characters in all blocks of a message together: not published, seen in practice (bolt-js issue 2509)."""
MOST_VIEW = 250_000
"""Bytes of a view (reference of views.open)."""


def check_message(message: Json) -> None:
    """Refuse a message that Slack would not post. It needs a text, blocks or attachments."""
    text, blocks = message.get("text"), message.get("blocks")
    if not (text or blocks or message.get("attachments") or message.get("markdown_text")):
        raise Refused("no_text")
    if text is not None and len(text) > MOST_TEXT:
        raise Refused("msg_too_long")
    if blocks is not None:
        _check_message_blocks(blocks)
    if message.get("metadata") is not None:
        _check_metadata(message["metadata"])


def _check_message_blocks(blocks: Any) -> None:
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    spot = Spot("/blocks", [])
    check_blocks(blocks, spot, 50, IN_MESSAGES)
    if spot.faults:
        raise explained("invalid_blocks", spot.faults)
    if characters(blocks) > MOST_BLOCK_TEXT:
        raise Refused("msg_blocks_too_long")


def _check_metadata(metadata: Any) -> None:
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    event = metadata.get("event_type")
    known = metadata.keys() <= {"event_type", "event_payload"} and isinstance(metadata.get("event_payload"), dict)
    if not known or not isinstance(event, str) or not re.fullmatch(r"[A-Za-z0-9_.]{1,255}", event):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata)) > 8000:
        raise Refused("metadata_too_large")


_VIEW: dict[str, Check] = {
    "type": anything,
    "callback_id": string(255, 0),
    "private_metadata": string(3000, 0),
    "external_id": string(255, 0),
}
MODAL = Shape(
    {"title": plain(24), "blocks": anything},
    {
        **_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
    },
)
HOME = Shape({"blocks": anything}, _VIEW)


def check_view(view: Any, kind: str) -> None:
    """Refuse a view that Slack would not show as such (``modal`` or ``home``)."""
    faults = view_faults(view, kind)
    if faults:
        raise explained("invalid_arguments", faults)
    if len(json.dumps(view, ensure_ascii=False).encode()) > MOST_VIEW:
        raise Refused("view_too_large")


def view_faults(view: Any, kind: str) -> list[str]:
    """All that is wrong with a view, with JSON pointers."""
    spot = Spot("/view", [])
    one = view if isinstance(view, dict) else {}
    one_of(kind)(one.get("type"), spot.at("type"))
    (MODAL if kind == "modal" else HOME)(view, spot)
    check_blocks(one.get("blocks"), spot.at("blocks"), 100, SHARED)
    if kind == "modal" and "submit" not in one:
        _no_inputs(one.get("blocks"), spot)
    return spot.faults


def _no_inputs(blocks: Any, spot: Spot) -> None:
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict) and block.get("type") == "input":
            spot.at("blocks", index, "input").fault("must define `submit` to use an `input` block in modals")


def submission_faults(answer: Any, view: Json) -> list[str]:
    """What is wrong with the answer to a submitted modal: nothing at all, or one of the four response actions."""
    spot = Spot("", [])
    if answer is None or answer == {}:
        return spot.faults
    action = answer.get("response_action") if isinstance(answer, dict) else None
    action = action if isinstance(action, str) else ""
    fields = {"errors": {"errors"}, "update": {"view"}, "push": {"view"}, "clear": set()}
    if action not in fields:
        spot.at("response_action").fault("must be one of errors, update, push, clear")
    elif answer.keys() - {"response_action"} != fields[action]:
        spot.fault(f"must hold response_action and {fields[action] or 'nothing else'}")
    elif action == "errors":
        _check_errors(answer["errors"], view, spot.at("errors"))
    elif action in {"update", "push"}:
        spot.faults.extend(view_faults(answer["view"], "modal"))
    return spot.faults


def _check_errors(errors: Any, view: Json, spot: Spot) -> None:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        spot.fault("must provide an object with an error for at least one block")
        return
    for name, words in errors.items():
        string(2000)(words, spot.at(name))
        if name not in inputs:
            spot.at(name).fault("no input block has this block_id")


def _found(value: Any, spot: Spot) -> None:
    # Unlike the options of a menu, those found by a search may be none.
    if value != []:
        OPTIONS(value, spot)


SUGGESTIONS = Shape({}, {"options": _found, "option_groups": OPTION_GROUPS}, (exactly_one("options", "option_groups"),))


def suggestion_faults(answer: Any) -> list[str]:
    """What is wrong with the options that the app answered to a search."""
    spot = Spot("", [])
    SUGGESTIONS(answer, spot)
    return spot.faults
