"""The interactive elements, and in which block each may stand, by Slack's Block Kit reference."""

import re
from typing import Any

from tests.slack.shape import Shape, Whole, by_type, exactly_one
from tests.slack.spot import Check, Spot, anything, flag, many, matching, one_of, string, url, whole
from tests.slack.texts import (
    CONFIRM,
    FEW_OPTIONS,
    LIVELY_OPTION,
    OPTION_GROUPS,
    OPTIONS,
    OVERFLOW_OPTION,
    PLAIN_OPTION,
    chosen_is_offered,
    plain,
)

DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a valid date of the form YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a valid time of the form HH:mm")
NUMBER = matching(r"-?\d+(\.\d+)?", "must be a number in a string")
ID = string(255)


def _element(required: dict[str, Check], optional: dict[str, Check], *rules: Whole) -> Shape:
    return Shape(required, {"action_id": ID, **optional}, rules)


def _chooser(required: dict[str, Check], optional: dict[str, Check], *rules: Whole) -> Shape:
    shared: dict[str, Check] = {"placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": flag}
    return _element(required, {**shared, **optional}, *rules)


def _typed(optional: dict[str, Check], *rules: Whole, required: dict[str, Check] | None = None) -> Shape:
    dispatch = Shape({"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
    shared: dict[str, Check] = {"placeholder": plain(150), "focus_on_load": flag, "dispatch_action_config": dispatch}
    return _element(required or {}, {**shared, **optional}, *rules)


def _in_order(low: str, high: str) -> Whole:
    def check(value: dict[str, Any], spot: Spot) -> None:
        least, most = str(value.get(low)), str(value.get(high))
        if _is_number(least) and _is_number(most) and float(least) > float(most):
            spot.at(low).fault(f"must not be greater than {high}")

    return check


def _within_length(value: dict[str, Any], spot: Spot) -> None:
    words, most = value.get("initial_value"), value.get("max_length")
    if isinstance(words, str) and isinstance(most, int) and len(words) > most:
        spot.at("initial_value").fault(f"must be less than {most + 1} characters")


def _within_bounds(value: dict[str, Any], spot: Spot) -> None:
    first, low, high = (value.get(name) for name in ("initial_value", "min_value", "max_value"))
    if _is_number(first) and _is_number(low) and float(str(first)) < float(str(low)):
        spot.at("initial_value").fault("must respect min_value")
    if _is_number(first) and _is_number(high) and float(str(first)) > float(str(high)):
        spot.at("initial_value").fault("must respect max_value")


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


def _not_too_many(value: dict[str, Any], spot: Spot) -> None:
    first, most = value.get("initial_options"), value.get("max_selected_items")
    if isinstance(first, list) and isinstance(most, int) and len(first) > most:
        spot.at("initial_options").fault(f"no more than {most} items allowed")


MOST: dict[str, Check] = {"max_selected_items": whole(1, 10_000)}
FILTER = Shape(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
_STATIC: dict[str, Check] = {"options": OPTIONS, "option_groups": OPTION_GROUPS}
_PLACE: dict[str, Check] = {"default_to_current_conversation": flag, "filter": FILTER}
_IDS = many(string(50), 1, 1000)
_EITHER = exactly_one("options", "option_groups")

IMAGE = Shape(
    {"alt_text": string(2000)},
    {"image_url": url, "slack_file": Shape({}, {"id": string(50), "url": url}, (exactly_one("id", "url"),))},
    (exactly_one("image_url", "slack_file"),),
)

MENUS = {
    "static_select": _chooser({}, {**_STATIC, "initial_option": PLAIN_OPTION}, _EITHER, chosen_is_offered),
    "external_select": _chooser({}, {"initial_option": PLAIN_OPTION, "min_query_length": whole(0, 150)}),
    "users_select": _chooser({}, {"initial_user": string(50)}),
    "conversations_select": _chooser({}, {**_PLACE, "initial_conversation": string(50), "response_url_enabled": flag}),
    "channels_select": _chooser({}, {"initial_channel": string(50), "response_url_enabled": flag}),
}
MULTI_MENUS = {
    "multi_static_select": _chooser(
        {},
        {**_STATIC, **MOST, "initial_options": many(PLAIN_OPTION, 1, 100)},
        _EITHER,
        chosen_is_offered,
        _not_too_many,
    ),
    "multi_external_select": _chooser(
        {}, {**MOST, "initial_options": many(PLAIN_OPTION, 1, 100), "min_query_length": whole(0, 150)}, _not_too_many
    ),
    "multi_users_select": _chooser({}, {**MOST, "initial_users": _IDS}),
    "multi_conversations_select": _chooser({}, {**MOST, **_PLACE, "initial_conversations": _IDS}),
    "multi_channels_select": _chooser({}, {**MOST, "initial_channels": _IDS}),
}
TICKS = {
    "checkboxes": _element(
        {"options": FEW_OPTIONS},
        {"initial_options": many(LIVELY_OPTION, 1, 10), "confirm": CONFIRM, "focus_on_load": flag},
        chosen_is_offered,
    ),
    "radio_buttons": _element(
        {"options": FEW_OPTIONS},
        {"initial_option": LIVELY_OPTION, "confirm": CONFIRM, "focus_on_load": flag},
        chosen_is_offered,
    ),
}
MOMENTS = {
    "datepicker": _chooser({}, {"initial_date": DATE}),
    "timepicker": _chooser({}, {"initial_time": TIME, "timezone": matching(r"[A-Za-z_]+(/[\w+-]+)*", "unknown zone")}),
}
MOMENT = {
    "datetimepicker": _element(
        {},
        {"initial_date_time": whole(10**9, 10**10 - 1), "confirm": CONFIRM, "focus_on_load": flag},
    )
}
PRESSED = {
    "button": _element(
        {"text": plain(75)},
        {
            "url": url,
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": _element({"options": many(OVERFLOW_OPTION, 1, 5)}, {"confirm": CONFIRM}),
}
TYPED = {
    "plain_text_input": _typed(
        {
            "initial_value": string(3000, 0),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        _in_order("min_length", "max_length"),
        _within_length,
    ),
    "number_input": _typed(
        {"initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        _in_order("min_value", "max_value"),
        _within_bounds,
        required={"is_decimal_allowed": flag},
    ),
    "email_text_input": _typed({"initial_value": string(3000)}),
    "url_text_input": _typed({"initial_value": string(3000)}),
    "rich_text_input": _typed({"initial_value": anything}),
    "file_input": _element({}, {"filetypes": many(string(20), 1, 100), "max_files": whole(1, 10)}),
}

ACCESSORIES = {"image": IMAGE, **PRESSED, **MENUS, **MULTI_MENUS, **TICKS, **MOMENTS}
IN_ACTIONS = {**PRESSED, **MENUS, **MULTI_MENUS, **TICKS, **MOMENTS, **MOMENT}
IN_INPUT = {**MENUS, **MULTI_MENUS, **TICKS, **MOMENTS, **MOMENT, **TYPED}

accessory = by_type(ACCESSORIES)
in_actions = by_type(IN_ACTIONS)
in_input = by_type(IN_INPUT)
