"""Questions as inputs, and what stands in the inputs as answers."""

import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.forms.definition import Choice, Kind
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.views.view import FormField, FormPage, View
from handlers.slack.rendering.fields import answers, block_id, errors, field_of, inputs, options
from handlers.slack.rendering.modal import modal
from tests.handlers.slack.published import hold_modal
from tests.slack.stored import state_json, state_of

ZONE = Rules().zone
T = Texts("nl", ZONE).into("nl")
SOME = tuple(Choice(str(n), f"Keuze {n}") for n in range(1, 4))
MANY = tuple(Choice(str(n), f"Keuze {n} · {'Directie ' * 20}{n}", help="Uitleg " * 30) for n in range(1, 101))


def page(*fields: FormField) -> FormPage:
    return FormPage(7, "request", "about", "Titel", "Deel 1 van 2", "Volgende", fields)


def element(field: FormField) -> Mapping[str, Any]:
    made: Mapping[str, Any] = inputs(page(field), T)[0]["element"]
    return made


def as_left(field: FormField) -> Any:
    """The answer when a person submits the field as it was opened."""
    view = modal(View("", form=page(field)), T)
    hold_modal(view)
    return answers({"state": state_json(state_of(view["blocks"]))}, ZONE)


ROUND = [
    (FormField("x", Kind.CHOICE, "?", choices=SOME), "2"),
    (FormField("x", Kind.CHOICE, "?", choices=SOME, required=False), "2"),
    (FormField("x", Kind.CHOICE, "?", choices=MANY), "77"),
    (FormField("x", Kind.CHOICE, "?", choices=SOME, searched=True), "2"),
    (FormField("x", Kind.CHOICE, "?", choices=SOME, searched=True, shown="Een verre keuze"), "4711"),
    (FormField("x", Kind.CHOICES, "?", choices=SOME), ["1", "3"]),
    (FormField("x", Kind.CHOICES, "?", choices=SOME, high=2), ["1", "3"]),
    (FormField("x", Kind.CHOICES, "?", choices=MANY, high=5), ["99", "4"]),
    (FormField("x", Kind.CHOICES, "?", choices=MANY, searched=True, high=5), ["99", "4", "4711"]),
    (FormField("x", Kind.TEXT, "?", high=100), "Turfmarkt 147 <!channel>"),
    (FormField("x", Kind.LONG_TEXT, "?", high=2000), "*een*\n\n> twee"),
    (FormField("x", Kind.NUMBER, "?", low=2, high=300), 12),
    (FormField("x", Kind.DATE, "?"), "2026-12-08"),
    (FormField("x", Kind.MOMENT, "?"), "2026-12-08T14:00"),
    (FormField("x", Kind.MOMENT, "?"), "2027-07-08T09:30"),
]


@pytest.mark.parametrize(("field", "value"), ROUND)
def test_an_answer_given_before_comes_back_as_it_was(field: FormField, value: Any) -> None:
    assert as_left(replace(field, value=value)) == {"x": str(value) if field.kind is Kind.NUMBER else value}


@pytest.mark.parametrize("field", [field for field, _ in ROUND])
def test_a_question_without_an_answer_comes_back_empty(field: FormField) -> None:
    assert as_left(replace(field, shown="")) == {"x": None}


@pytest.mark.parametrize(
    ("field", "type_"),
    [
        (FormField("x", Kind.CHOICE, "?", choices=SOME), "radio_buttons"),
        (FormField("x", Kind.CHOICE, "?", choices=SOME, required=False), "static_select"),
        (FormField("x", Kind.CHOICE, "?", choices=MANY), "static_select"),
        (FormField("x", Kind.CHOICE, "?", choices=MANY, searched=True), "external_select"),
        (FormField("x", Kind.CHOICE, "?"), "external_select"),
        (FormField("x", Kind.CHOICES, "?", choices=SOME), "checkboxes"),
        (FormField("x", Kind.CHOICES, "?", choices=SOME, high=2), "multi_static_select"),
        (FormField("x", Kind.CHOICES, "?", choices=MANY), "multi_static_select"),
        (FormField("x", Kind.CHOICES, "?", choices=MANY, searched=True), "multi_external_select"),
        (FormField("x", Kind.TEXT, "?"), "plain_text_input"),
        (FormField("x", Kind.LONG_TEXT, "?"), "plain_text_input"),
        (FormField("x", Kind.NUMBER, "?"), "number_input"),
        (FormField("x", Kind.DATE, "?"), "datepicker"),
        (FormField("x", Kind.MOMENT, "?"), "datetimepicker"),
    ],
)
def test_every_question_is_asked_with_the_input_that_suits_it(field: FormField, type_: str) -> None:
    assert element(field)["type"] == type_
    hold_modal(modal(View("", form=page(field)), T))


def test_the_bounds_of_a_question_are_kept_by_slack_too() -> None:
    assert element(FormField("x", Kind.CHOICES, "?", choices=MANY, high=5))["max_selected_items"] == 5
    assert element(FormField("x", Kind.TEXT, "?", high=100))["max_length"] == 100
    number = element(FormField("x", Kind.NUMBER, "?", low=2, high=300))
    assert (number["min_value"], number["max_value"], number["is_decimal_allowed"]) == ("2", "300", False)
    assert element(FormField("x", Kind.LONG_TEXT, "?", high=2000))["multiline"] is True


def test_what_was_typed_but_is_wrong_stands_there_still_with_what_to_do() -> None:
    wrong = FormField("x", Kind.TEXT, "?", high=5, value="goed", typed="veel te lang", error="Maak je tekst korter.")
    asked, said = inputs(page(wrong), T)
    assert asked["element"]["initial_value"] == "veel te lang"
    assert "Maak je tekst korter." in said["elements"][0]["text"]
    assert errors(page(wrong, replace(wrong, name="y", error=""))) == {"field:7:x": "Maak je tekst korter."}


@pytest.mark.parametrize("kind", Kind)
@settings(deadline=None)
@given(typed=st.one_of(st.text(), st.integers(), st.floats(), st.lists(st.text(max_size=5)), st.booleans()))
def test_whatever_was_typed_elsewhere_the_page_can_be_shown(kind: Kind, typed: Any) -> None:
    field = FormField("x", kind, "?", choices=SOME, low=1, high=60, typed=typed, error="Fout")
    hold_modal(modal(View("", form=page(field, replace(field, name="y", searched=True))), T))


@settings(deadline=None)
@given(st.integers(0, 2**31 - 1), st.text(string.ascii_lowercase + "_" + string.digits, min_size=1, max_size=40))
def test_a_block_tells_whose_field_it_is(draft_id: int, name: str) -> None:
    assert field_of(block_id(draft_id, name)) == (draft_id, name)


@pytest.mark.parametrize("other", ["", "modal:1", "field:x:y", "field:1:", "field:1:A", "field:1:a\n", None, 3, []])
def test_another_block_is_nobodys_field(other: Any) -> None:
    assert field_of(other) is None


def test_a_moment_is_local_time_of_the_programme_wherever_its_reader_is() -> None:
    asked = element(FormField("x", Kind.MOMENT, "?", value="2026-12-08T14:00"))
    assert asked["initial_date_time"] == 1796734800
    there = {"state": {"values": {"field:7:x": {"field:moment": {"selected_date_time": 1796734800}}}}}
    assert answers(there, ZoneInfo("Europe/Amsterdam")) == {"x": "2026-12-08T14:00"}


JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
)
NAMES = ["value", "selected_option", "selected_options", "selected_date", "selected_date_time", "type"]
ELEMENTS = st.dictionaries(st.sampled_from(NAMES), st.one_of(JSON, st.just({"value": "a"}), st.just([{"value": "a"}])))
PAYLOADS = st.one_of(
    st.dictionaries(st.sampled_from(["state", "blocks"]), JSON),
    st.dictionaries(
        st.sampled_from(["field:7:x", "field:7:y", "modal:1", ""]),
        st.dictionaries(st.sampled_from([*(f"field:{kind}" for kind in Kind), "field:", "x"]), ELEMENTS | JSON) | JSON,
    ).map(lambda values: {"state": {"values": values}}),
)


@settings(deadline=None)
@given(PAYLOADS)
def test_odd_payloads_are_left_out_and_raise_nothing(payload: dict[str, Any]) -> None:
    found = answers(payload, ZONE)
    assert found.keys() <= {"x", "y"}
    for value in found.values():
        assert value is None or (value and all(isinstance(one, str) for one in value))


def test_what_a_choice_means_stands_beside_it() -> None:
    choices = (Choice("1", "Reflectiereeks", help="Kort."), Choice("2", "Gidsreeks"))
    (asked,) = inputs(page(FormField("x", Kind.CHOICE, "?", choices=choices)), T)
    assert [option.get("description", {}).get("text") for option in asked["element"]["options"]] == ["Kort.", None]


def test_what_choices_mean_stands_below_the_question_when_it_is_long() -> None:
    choices = (Choice("1", "Reflectiereeks", help="Kort."), Choice("2", "Gidsreeks", help="Een verhaal. " * 9))
    asked, below = inputs(page(FormField("x", Kind.CHOICE, "?", choices=choices, value="2")), T)
    assert asked["element"]["initial_option"] == asked["element"]["options"][1]
    assert not any("description" in option for option in asked["element"]["options"])
    assert below["elements"][0]["text"] == f"*Reflectiereeks* Kort.\n*Gidsreeks* {choices[1].help.strip()}"


def test_only_as_many_options_are_found_as_slack_takes() -> None:
    found = options([*MANY, *MANY])
    assert len(found) == 100
    assert all(len(one["text"]["text"]) <= 75 and len(one["description"]["text"]) <= 75 for one in found)
