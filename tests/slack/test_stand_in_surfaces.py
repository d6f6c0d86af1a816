"""Every rule of Slack's about whole messages, modals, home tabs and answers, each broken once on purpose."""

import contextlib
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.slack.pieces import Json, asking, modal, mrkdwn, option, options, plain, section
from tests.slack.refusal import Refused
from tests.slack.surfaces import check_message, check_view, submission_faults, suggestion_faults

MESSAGES: dict[str, tuple[Json, str]] = {
    "nothing to say": ({"text": ""}, "no_text"),
    "no blocks and no text": ({"blocks": []}, "no_text"),
    "too much text": ({"text": "x" * 40_001}, "msg_too_long"),
    "too much text in all blocks": ({"blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
    "blocks that are one block": ({"text": "x", "blocks": section()}, "invalid_blocks_format"),
    "metadata that is a word": ({"text": "x", "metadata": "offer"}, "invalid_metadata_format"),
    "metadata without a payload": ({"text": "x", "metadata": {"event_type": "offer"}}, "invalid_metadata_schema"),
    "metadata with more": (
        {"text": "x", "metadata": {"event_type": "offer", "event_payload": {}, "id": 1}},
        "invalid_metadata_schema",
    ),
    "metadata of a strange kind": (
        {"text": "x", "metadata": {"event_type": "offer made!", "event_payload": {}}},
        "invalid_metadata_schema",
    ),
    "metadata too large": (
        {"text": "x", "metadata": {"event_type": "offer", "event_payload": {"x": "x" * 9000}}},
        "metadata_too_large",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_slack_does_not_post_is_refused(name: str) -> None:
    message, error = MESSAGES[name]
    with pytest.raises(Refused) as refused:
        check_message(message)
    assert refused.value.error == error


NAMES = re.findall(
    r"\w+",
    """type text blocks elements element accessory options option_groups initial_option initial_options label value
    section actions input static_select multi_static_select checkboxes plain_text mrkdwn block_id action_id view
    response_action errors update push min_length max_length plain_text_input number_input focus_on_load fields""",
)
NAME = asking("Name", {"type": "plain_text_input"})
VIEWS: dict[str, tuple[Json, str]] = {
    "a title too long": (modal(title=plain("x" * 25)), r"less than 25 characters \[json-pointer:/view/title/text\]"),
    "a title of nothing": (modal(title=plain("")), "must be more than 0"),
    "a title in mrkdwn": (modal(title=mrkdwn("x")), "unsupported type: mrkdwn"),
    "no title": ({"type": "modal", "blocks": []}, "missing required field: title"),
    "no blocks": ({"type": "modal", "title": plain("x")}, "missing required field: blocks"),
    "a submit too long": (modal(submit=plain("x" * 25)), "less than 25"),
    "a close too long": (modal(close=plain("x" * 25)), "less than 25"),
    "private metadata too long": (modal(private_metadata="x" * 3001), "less than 3001"),
    "a callback id too long": (modal(callback_id="x" * 256), "less than 256"),
    "an external id too long": (modal(external_id="x" * 256), "less than 256"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "no more than 100 items"),
    "an input without a submit": (modal(NAME), "must define `submit` to use an `input` block in modals .*blocks/0"),
    "a markdown block": (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    "an unknown property": (modal(color="red"), "invalid additional property: color"),
    "a state of its own": (modal(state={}), "invalid additional property: state"),
    "a home tab": ({"type": "home", "blocks": []}, "must be one of modal"),
    "no type": ({"title": plain("x"), "blocks": []}, "must be one of modal"),
    "a flag that is a word": (modal(notify_on_close="yes"), "must be a boolean"),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_broken_modal_is_refused_and_told_where(name: str) -> None:
    view, words = VIEWS[name]
    with pytest.raises(Refused, match=words) as refused:
        check_view(view, "modal")
    assert refused.value.error == "invalid_arguments"


def test_a_home_tab_has_no_title_and_no_more_than_a_hundred_blocks() -> None:
    with pytest.raises(Refused, match="invalid additional property: title"):
        check_view({"type": "home", "title": plain("x"), "blocks": []}, "home")
    with pytest.raises(Refused, match="no more than 100 items"):
        check_view({"type": "home", "blocks": [{"type": "divider"}] * 101}, "home")


def test_a_view_of_more_than_250_kilobytes_is_refused() -> None:
    fields = {"type": "section", "fields": [mrkdwn("€" * 2000)] * 10}
    with pytest.raises(Refused, match="view_too_large"):
        check_view(modal(*[fields] * 5), "modal")


SHOWN = {"blocks": [NAME, section(block_id="words")]}
ANSWERS: dict[str, tuple[Any, str]] = {
    "a word": ("ok", "must be one of errors, update, push, clear"),
    "an unknown action": ({"response_action": "close"}, "must be one of errors, update, push, clear"),
    "no errors at all": ({"response_action": "errors", "errors": {}}, "at least one block"),
    "an error at no input": ({"response_action": "errors", "errors": {"words": "no"}}, "no input block"),
    "an error at an unknown block": ({"response_action": "errors", "errors": {"x": "no"}}, "no input block"),
    "an error of nothing": ({"response_action": "errors", "errors": {"name": ""}}, "must be more than 0"),
    "an update without a view": ({"response_action": "update"}, "must hold response_action and"),
    "an update with a broken view": (
        {"response_action": "update", "view": modal(title=plain("x" * 25))},
        "less than 25",
    ),
    "a push of a home tab": ({"response_action": "push", "view": {"type": "home", "blocks": []}}, "one of modal"),
    "a clear with more": ({"response_action": "clear", "view": modal()}, "nothing else"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_broken_answer_to_a_modal_is_not_followed(name: str) -> None:
    answer, words = ANSWERS[name]
    assert re.search(words, "\n".join(submission_faults(answer, SHOWN)))


def test_a_sound_answer_to_a_modal_is_followed() -> None:
    sound: list[Any] = [
        None,
        {},
        {"response_action": "clear"},
        {"response_action": "errors", "errors": {"name": "Too short"}},
        {"response_action": "update", "view": modal(section())},
        {"response_action": "push", "view": modal(NAME, submit=plain("Send"))},
    ]
    assert [submission_faults(one, SHOWN) for one in sound] == [[]] * 6


def test_options_that_are_searched_keep_the_limits_of_a_menu_but_may_be_none() -> None:
    assert suggestion_faults({"options": []}) == []
    assert suggestion_faults({"options": options(100)}) == []
    assert suggestion_faults({"option_groups": [{"label": plain("x"), "options": [option()]}]}) == []
    assert suggestion_faults({"options": options(101)})
    assert suggestion_faults({"options": [option("x" * 76)]})
    assert suggestion_faults({})
    assert suggestion_faults(None)


def test_a_good_message_is_taken_whole() -> None:
    metadata = {"event_type": "offer_made", "event_payload": {"id": "7"}}
    check_message({"text": "x" * 40_000, "blocks": [section("x" * 2640)] * 5, "metadata": metadata})
    check_message({"blocks": [{"type": "divider"}] * 50})


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@given(ANY, ANY)
def test_whatever_is_sent_is_taken_or_refused_and_never_more(blocks: Any, more: Any) -> None:
    with contextlib.suppress(Refused):
        check_message({"text": "x", "blocks": blocks, "metadata": more})
    with contextlib.suppress(Refused):
        check_view({"type": "modal", "title": plain("x"), "blocks": blocks}, "modal")
    with contextlib.suppress(Refused):
        check_view(more, "home")
    assert isinstance(submission_faults(more, SHOWN), list)
    assert isinstance(suggestion_faults(more), list)
