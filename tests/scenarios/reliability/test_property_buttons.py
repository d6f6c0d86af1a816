"""What buttons carry comes back as it was, anything else is refused; and what people type finds what they mean."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.capabilities import CAPABILITIES
from flows.engine.forms.choices import Choices, ranked
from flows.engine.forms.definition import Choice
from flows.engine.views.action import MAX_BYTES, MAX_ID, Action
from flows.engine.views.refusals import UnknownButton

ACTIONS = st.builds(
    Action,
    verb=st.sampled_from(sorted(CAPABILITIES.verbs)),
    id=st.integers(0, MAX_ID),
    version=st.integers(0, 999_999_999),
    arg=st.from_regex(r"[A-Za-z0-9_.-]{0,20}", fullmatch=True),
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
LISTS = st.lists(
    st.builds(Choice, value=st.integers(0, 99).map(str), label=WORDS.filter(str.strip), terms=WORDS),
    max_size=12,
    unique_by=lambda choice: choice.value,
)


@settings(max_examples=200, print_blob=True)
@given(ACTIONS)
def test_what_a_button_carries_fits_and_comes_back_as_it_was(action: Action) -> None:
    packed = action.pack()
    assert len(packed.encode()) <= MAX_BYTES
    assert Action.unpack(packed) == action


@settings(max_examples=200, print_blob=True)
@given(st.one_of(st.text(max_size=80), st.from_regex(r"[a-z.]{1,9}:[0-9-]{1,12}:[0-9]{1,12}(:.*)?", fullmatch=True)))
def test_anything_else_is_refused_or_means_exactly_what_it_says(packed: str) -> None:
    try:
        action = Action.unpack(packed)
    except UnknownButton:
        return
    assert action.id <= MAX_ID
    assert Action.unpack(action.pack()) == action


@pytest.mark.parametrize(
    "action", [Action("Menu"), Action("menu", -1), Action("menu", 0, -1), Action("menu", arg="a b"), Action("a" * 70)]
)
def test_a_button_that_would_not_come_back_is_never_made(action: Action) -> None:
    with pytest.raises(ValueError, match="not a button's action"):
        action.pack()


@settings(max_examples=200, print_blob=True)
@given(LISTS, WORDS)
def test_searching_gives_offered_choices_each_once(choices: list[Choice], query: str) -> None:
    found = ranked(choices, query)
    assert len({choice.value for choice in found}) == len(found)
    assert set(found) <= set(choices)


@settings(max_examples=200, print_blob=True)
@given(LISTS.filter(bool), st.data())
def test_every_choice_is_found_by_its_value_and_by_its_words(choices: list[Choice], data: st.DataObject) -> None:
    options = Choices({"all": lambda: choices})
    wanted = data.draw(st.sampled_from(choices))
    assert options.find("all", wanted.value, {}) == wanted
    assert wanted in options.search("all", wanted.label, {}, len(choices))
    assert options.search("all", "", {}, len(choices)) == choices
