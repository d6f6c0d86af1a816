"""Every rule of Slack's about blocks and elements, each broken once on purpose, and each kept once."""

import re
from typing import Any

import pytest

from tests.slack.pieces import (
    Json,
    actions,
    asking,
    beside,
    button,
    confirm,
    menu,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    section,
)
from tests.slack.refusal import Refused
from tests.slack.surfaces import check_message, check_view

FIRST = option("Nowhere", "9")
BLOCKS: dict[str, tuple[Any, str]] = {
    "a section's text of nothing": (section(""), r"must be more than 0 characters .*/blocks/0/text/text"),
    "a section's text too long": (section("x" * 3001), r"must be less than 3001 characters .*/blocks/0/text/text"),
    "a section without text or fields": ({"type": "section"}, "missing required field: text"),
    "a section's text without a type": (section() | {"text": {"text": "x"}}, "missing required field: type"),
    "a bare string for a text": (section() | {"text": "x"}, "must provide an object"),
    "a number for a text": (section() | {"text": {"type": "mrkdwn", "text": 5}}, "must be a string"),
    "eleven fields": ({"type": "section", "fields": [mrkdwn("x")] * 11}, "no more than 10 items allowed .*fields"),
    "no fields": ({"type": "section", "fields": []}, "must provide at least 1 items .*fields"),
    "a field too long": ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "must be less than 2001"),
    "emoji on mrkdwn": ({"type": "section", "text": mrkdwn("x", emoji=True)}, "invalid additional property: emoji"),
    "verbatim on plain text": (
        {"type": "section", "text": plain("x") | {"verbatim": True}},
        "invalid additional property: verbatim",
    ),
    "a flag that is a word": ({"type": "section", "text": plain("x") | {"emoji": "yes"}}, "must be a boolean"),
    "an unknown block": ({"type": "banner"}, "unsupported type: banner"),
    "a block without a type": ({"text": plain("x")}, "missing required field: type"),
    "an unknown property": ({"type": "divider", "color": "red"}, "invalid additional property: color"),
    "a block that is a string": ("divider", "must provide an object"),
    "a header too long": ({"type": "header", "text": plain("x" * 151)}, "must be less than 151"),
    "a header in mrkdwn": ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn"),
    "a block id too long": ({"type": "divider", "block_id": "x" * 256}, "must be less than 256"),
    "eleven context elements": ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items"),
    "no context elements": ({"type": "context", "elements": []}, "must provide at least 1 items"),
    "a button in a context": ({"type": "context", "elements": [button()]}, "unsupported type: button"),
    "an image without alt text": (
        {"type": "image", "image_url": "https://example.org/a.png"},
        "missing required field: alt_text",
    ),
    "an image without an address": ({"type": "image", "alt_text": "x"}, "missing required field: image_url"),
    "an image at no address": ({"type": "image", "alt_text": "x", "image_url": "a.png"}, "must be a valid url"),
    "a markdown block too long": ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001"),
    "no actions": (actions(), "must provide at least 1 items .*elements"),
    "26 actions": (actions(*(button(f"b{n}") for n in range(26))), "no more than 25 items allowed"),
    "two actions of one name": (actions(button("a"), button("a")), '`action_id` "a" already exists'),
    "an input among actions": (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
    "a button's text too long": (actions(button() | {"text": plain("x" * 76)}), "must be less than 76"),
    "a button in mrkdwn": (actions(button() | {"text": mrkdwn("x")}), "unsupported type: mrkdwn"),
    "a button without text": (actions({"type": "button"}), "missing required field: text"),
    "a button's value too long": (actions(button(value="x" * 2001)), "must be less than 2001"),
    "a button's value of nothing": (actions(button(value="")), "must be more than 0 characters"),
    "an action id too long": (actions(button("x" * 256)), "must be less than 256"),
    "an unknown style": (actions(button(style="default")), "must be one of primary, danger"),
    "a button to nowhere": (actions(button(url="nowhere")), "must be a valid url"),
    "an address too long": (actions(button(url="https://a.nl/" + "x" * 3000)), "must be less than 3001"),
    "an accessibility label too long": (actions(button(accessibility_label="x" * 76)), "must be less than 76"),
    "a confirmation's title too long": (actions(button(confirm=confirm(title=plain("x" * 101)))), "less than 101"),
    "a confirmation's text too long": (actions(button(confirm=confirm(text=plain("x" * 301)))), "less than 301"),
    "a confirmation's yes too long": (actions(button(confirm=confirm(confirm=plain("x" * 31)))), "less than 31"),
    "a confirmation's no too long": (actions(button(confirm=confirm(deny=plain("x" * 31)))), "less than 31"),
    "a confirmation without a no": (
        actions(button(confirm={k: v for k, v in confirm().items() if k != "deny"})),
        "missing required field: deny",
    ),
    "a menu without options": (beside(menu(options=[])), "must provide at least 1 items .*accessory/options"),
    "a menu of 101 options": (beside(menu(options=options(101))), "no more than 100 items"),
    "a menu with neither": (beside({"type": "static_select", "action_id": "a"}), "missing required field: options"),
    "a menu with both": (
        beside(menu(option_groups=[{"label": plain("x"), "options": [option()]}])),
        "must define only one of options, option_groups",
    ),
    "101 groups": (
        beside(menu(option_groups=[{"label": plain("x"), "options": [option()]}] * 101) | {"options": [option()]}),
        "no more than 100 items allowed .*option_groups",
    ),
    "a group's label too long": (
        beside({"type": "static_select", "option_groups": [{"label": plain("x" * 76), "options": [option()]}]}),
        "must be less than 76",
    ),
    "an option's text too long": (beside(menu(options=[option("x" * 76)])), "must be less than 76"),
    "an option's text of nothing": (beside(menu(options=[option("")])), "must be more than 0"),
    "an option's value too long": (beside(menu(options=[option(value="x" * 151)])), "must be less than 151"),
    "an option's description too long": (
        beside(menu(options=[option(description=plain("x" * 76))])),
        "must be less than 76",
    ),
    "an option with a type": (beside(menu(options=[option(type="option")])), "invalid additional property: type"),
    "an option in mrkdwn in a menu": (
        beside(menu(options=[{"text": mrkdwn("x"), "value": "1"}])),
        "unsupported type: mrkdwn",
    ),
    "an address in a menu's option": (
        beside(menu(options=[option(url="https://a.nl")])),
        "invalid additional property: url",
    ),
    "a first option that is not there": (beside(menu(initial_option=FIRST)), "must exactly match one of"),
    "first options that are not there": (
        beside(menu("multi_static_select", initial_options=[FIRST])),
        "must exactly match one of .*initial_options/0",
    ),
    "more first options than may be chosen": (
        beside(menu("multi_static_select", options=options(3), initial_options=options(2), max_selected_items=1)),
        "no more than 1 items",
    ),
    "no choice allowed": (beside(menu("multi_static_select", max_selected_items=0)), "must be between 1 and"),
    "a placeholder too long": (beside(menu(placeholder=plain("x" * 151))), "must be less than 151"),
    "a placeholder in mrkdwn": (beside(menu(placeholder=mrkdwn("x"))), "unsupported type: mrkdwn"),
    "a query length in a word": (
        beside({"type": "external_select", "min_query_length": "1"}),
        "must be an integer",
    ),
    "eleven checkboxes": (actions(menu("checkboxes", options=options(11))), "no more than 10 items"),
    "eleven radio buttons": (actions(menu("radio_buttons", options=options(11))), "no more than 10 items"),
    "six in an overflow": (beside(menu("overflow", options=options(6))), "no more than 5 items"),
    "a date of another form": (actions({"type": "datepicker", "initial_date": "4-5-2026"}), "YYYY-MM-DD"),
    "a time of another form": (actions({"type": "timepicker", "initial_time": "9:30"}), "HH:mm"),
    "a moment in milliseconds": (
        actions({"type": "datetimepicker", "initial_date_time": 1_772_000_000_000}),
        "must be between",
    ),
    "a moment in a word": (
        actions({"type": "datetimepicker", "initial_date_time": "1772000000"}),
        "must be an integer",
    ),
    "a moment beside a section": (beside({"type": "datetimepicker"}), "unsupported type: datetimepicker"),
    "a text field beside a section": (beside({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
    "an input's label too long": (asking("x" * 2001, {"type": "plain_text_input"}), "must be less than 2001"),
    "an input's hint too long": (
        asking("x", {"type": "plain_text_input"}, hint=plain("x" * 2001)),
        "must be less than 2001",
    ),
    "an input's label in mrkdwn": (
        asking("x", {"type": "plain_text_input"}) | {"label": mrkdwn("x")},
        "unsupported type: mrkdwn",
    ),
    "an input without an element": ({"type": "input", "label": plain("x")}, "missing required field: element"),
    "a button in an input": (asking("x", button()), "unsupported type: button"),
    "more than 3,000 characters allowed": (
        asking("x", {"type": "plain_text_input", "max_length": 3001}),
        "must be between 1 and 3000",
    ),
    "a shortest longer than the longest": (
        asking("x", {"type": "plain_text_input", "min_length": 9, "max_length": 3}),
        "must not be greater than max_length",
    ),
    "a first text longer than allowed": (
        asking("x", {"type": "plain_text_input", "initial_value": "four", "max_length": 3}),
        "must be less than 4",
    ),
    "a number without its kind": (asking("x", {"type": "number_input"}), "missing required field: is_decimal"),
    "a bound that is a number": (
        asking("x", {"type": "number_input", "is_decimal_allowed": False, "min_value": 1}),
        "must be a number in a string",
    ),
    "bounds the wrong way": (
        asking("x", {"type": "number_input", "is_decimal_allowed": False, "min_value": "9", "max_value": "3"}),
        "must not be greater than max_value",
    ),
    "a first number out of bounds": (
        asking("x", {"type": "number_input", "is_decimal_allowed": False, "initial_value": "9", "max_value": "3"}),
        "must respect max_value",
    ),
    "a dispatch on something else": (
        asking("x", {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["blur"]}}),
        "must be one of on_enter_pressed",
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_message_with_a_broken_block_is_refused_and_told_where(name: str) -> None:
    block, words = BLOCKS[name]
    with pytest.raises(Refused) as refused:
        check_message({"text": "x", "blocks": [block]})
    assert refused.value.error == "invalid_blocks"
    assert any(re.search(words, one) for one in refused.value.extra["response_metadata"]["messages"]), refused.value
    assert all(one.startswith("[ERROR] ") for one in refused.value.extra["response_metadata"]["messages"])


TOGETHER: dict[str, tuple[list[Any], str]] = {
    "51 blocks": ([section()] * 51, r"no more than 50 items allowed \[json-pointer:/blocks\]"),
    "two blocks of one name": ([section(block_id="a"), section(block_id="a")], '`block_id` "a" already exists'),
    "two in focus": (
        [asking("a", menu(focus_on_load=True)), asking("b", menu(focus_on_load=True))],
        "only one element may set `focus_on_load`",
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_blocks_that_do_not_go_together_are_refused(name: str) -> None:
    blocks, words = TOGETHER[name]
    with pytest.raises(Refused, match=words):
        check_message({"text": "x", "blocks": blocks})


GOOD = [
    section("x" * 3000, block_id="x" * 255),
    {"type": "section", "fields": [mrkdwn("x" * 200)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("x"), plain("y")] * 5},
    {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "x", "title": plain("x")},
    actions(*(button(f"b{n}", value="x" * 2000, style="danger", confirm=confirm()) for n in range(25))),
    beside(menu(options=options(100), initial_option=options(100)[7], placeholder=plain("x" * 150))),
    beside({"type": "external_select", "action_id": "a", "min_query_length": 0}),
    beside({"type": "static_select", "option_groups": [{"label": plain("x"), "options": options(3)}]}),
    beside(menu("multi_static_select", options=options(3), initial_options=options(2))),
    beside(menu("overflow", options=[option(url="https://example.org")])),
    beside({"type": "image", "image_url": "https://example.org/a.png", "alt_text": "x"}),
    actions(menu("checkboxes", options=[{"text": mrkdwn("*x*"), "value": "x" * 150}])),
    actions(menu("radio_buttons", options=options(10), initial_option=options(10)[0])),
    actions({"type": "datepicker", "initial_date": "2026-05-04"}),
    actions({"type": "timepicker", "initial_time": "09:30", "timezone": "Europe/Amsterdam"}),
    actions({"type": "datetimepicker", "initial_date_time": 1_772_000_000}),
    actions({"type": "users_select", "initial_user": "U1"}),
    actions({"type": "conversations_select", "filter": {"include": ["public"], "exclude_bot_users": True}}),
    actions({"type": "channels_select"}),
]
INPUTS = [
    asking("Text", {"type": "plain_text_input", "multiline": True, "min_length": 0, "max_length": 3000}),
    asking("Number", {"type": "number_input", "is_decimal_allowed": True, "min_value": "0.5", "max_value": "9"}),
    asking("Address", {"type": "email_text_input"}, optional=True, hint=plain("x" * 2000)),
    asking("Site", {"type": "url_text_input"}, dispatch_action=True),
    asking("People", {"type": "multi_users_select", "max_selected_items": 2}),
    asking("Search", {"type": "multi_external_select", "initial_options": options(2)}),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: str(block["type"]))
def test_a_good_block_of_each_kind_is_taken_in_messages_modals_and_home_tabs(block: Json) -> None:
    check_message({"blocks": [block]})
    check_view(modal(block), "modal")
    check_view({"type": "home", "blocks": [block]}, "home")


@pytest.mark.parametrize("block", INPUTS, ids=lambda block: str(block["block_id"]))
def test_a_good_field_of_each_kind_is_taken_in_a_modal(block: Json) -> None:
    check_view(modal(block, submit=plain("Send")), "modal")
