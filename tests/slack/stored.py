"""What Slack makes of blocks as it takes them in: the ids and flags that were left out, and the state they begin in."""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from tests.slack.blocks import elements_of

Json = dict[str, Any]
Key = tuple[str, str]
"""A block id and an action id: together they name a field."""

_SINGLE = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
_MULTIPLE = {
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}


def stored(value: Any) -> Any:
    """A copy with Slack's defaults: block and action ids, ``emoji`` and ``verbatim``, and signs escaped in texts."""
    if isinstance(value, list):
        return [stored(one) for one in value]
    if not isinstance(value, dict):
        return value
    copy = {name: stored(one) for name, one in value.items()}
    if copy.get("type") == "plain_text":
        copy = {**copy, "text": _escaped(copy["text"]), "emoji": copy.get("emoji", True)}
    elif copy.get("type") == "mrkdwn":
        copy.setdefault("verbatim", False)
    return copy


def stored_blocks(blocks: Iterable[Json]) -> list[Json]:
    """Blocks with every id that Slack makes up where the app gave none; different ones each time."""
    kept: list[Json] = [stored(block) for block in blocks]
    for block in kept:
        block.setdefault("block_id", uuid.uuid4().hex[:5])
        if block["type"] == "input":
            block.setdefault("optional", False)
            block.setdefault("dispatch_action", False)
        for element in elements_of(block):
            element.setdefault("action_id", uuid.uuid4().hex[:5])
    return kept


def _escaped(text: str) -> str:
    text = re.sub(r"&(?!(amp|lt|gt);)", "&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")


def state_of(blocks: Iterable[Json]) -> dict[Key, Json]:
    """The values that the fields of these blocks begin with; buttons have none."""
    values = {}
    for block in blocks:
        for element in elements_of(block):
            value = initial(element)
            if value is not None:
                values[block["block_id"], element["action_id"]] = value
    return values


def initial(element: Json) -> Json | None:
    """The state of one element nobody touched yet."""
    kind = element["type"]
    if kind in _SINGLE:
        name, first = _SINGLE[kind]
        return {"type": kind, name: element.get(first)}
    if kind in _MULTIPLE:
        name, first = _MULTIPLE[kind]
        return {"type": kind, name: list(element.get(first, []))}
    return None


def value_name(kind: str) -> str:
    """Under which name the state of such an element holds its value."""
    return {**_SINGLE, **_MULTIPLE}[kind][0]


def is_multiple(kind: str) -> bool:
    """Whether more than one thing may be chosen in such an element."""
    return kind in _MULTIPLE


def state_json(state: dict[Key, Json]) -> Json:
    """The ``state`` object of a view or message."""
    values: dict[str, Json] = {}
    for (block, action), value in state.items():
        values.setdefault(block, {})[action] = value
    return {"values": values}
