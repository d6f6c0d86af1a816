"""What Slack's own modal checks before it sends anything to the app."""

import re
from typing import Any

from tests.slack.stored import Key, value_name

Json = dict[str, Any]


def problems(blocks: list[Json], state: dict[Key, Json]) -> dict[str, str]:
    """An error by block id for each input that may not be sent as it is."""
    found = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            given = state[block["block_id"], element["action_id"]]
            words = _problem(element, given[value_name(given["type"])], optional=block.get("optional", False))
            if words:
                found[block["block_id"]] = words
    return found


def _problem(element: Json, value: Any, *, optional: bool) -> str:
    if value in (None, "", []):
        return "" if optional else "Please complete this required field."
    check = _CHECKS.get(element["type"])
    return check(element, value) if check else ""


def _text(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    return "" if least <= len(value) <= most else f"Must be between {least} and {most} characters."


def _number(element: Json, value: str) -> str:
    whole = r"-?\d+" if not element["is_decimal_allowed"] else r"-?\d+(\.\d+)?"
    if not re.fullmatch(whole, value):
        return "Must be a number."
    low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    return "" if low <= float(value) <= high else f"Must be between {low:g} and {high:g}."


def _email(element: Json, value: str) -> str:
    return "" if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Must be a valid email address."


def _address(element: Json, value: str) -> str:
    return "" if re.match(r"https?://\S+", value) else "Must be a valid URL."


_CHECKS = {"plain_text_input": _text, "number_input": _number, "email_text_input": _email, "url_text_input": _address}
