"""A question as a message: what is asked, how to answer, and buttons that Telegram takes."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.forms.definition import Choice, Kind
from flows.engine.views.action import MAX_BYTES, MAX_ID, Action
from flows.engine.views.refusals import UnknownButton
from flows.engine.views.view import Button, FormField, FormPage, View
from handlers.telegram.rendering.answer_messages import as_answer, read
from handlers.telegram.rendering.message import RenderedMessage
from handlers.telegram.rendering.question_actions import Op, QuestionAction, is_step
from handlers.telegram.rendering.question_message import question
from handlers.telegram.rendering.question_state import PLAIN, Offer, QuestionState, asked
from tests.handlers.telegram.desk import T
from tests.telegram import keyboard, markup

BEFORE, AFTER = "\u2039", "\u203a"
NOW = datetime(2026, 11, 23, 9, 5)
MANY = tuple(Choice(str(number), f"Keuze {number} met een naam") for number in range(1, 31))


def field(name: str = "topic", kind: Kind = Kind.CHOICE, **about: object) -> FormField:
    return FormField(name, kind, f"Vraag over {name}?", **about)  # type: ignore[arg-type]


def said(*fields: FormField, look: QuestionState = PLAIN, text: str = "") -> RenderedMessage:
    page = FormPage(7, "request", "about", "Team en onderwerp", "Deel 1 van 5", "Volgende", fields)
    buttons = (Button("Terug", Action("form.back", 7, arg="about")), Button("Stop voor nu", Action("form.stop", 7)))
    return question(View(text, buttons=buttons, form=page), look, T, NOW)


def labels(made: RenderedMessage) -> list[str]:
    assert made.keyboard is not None
    return [key.text for row in made.keyboard.inline_keyboard for key in row]


def steps(made: RenderedMessage) -> list[QuestionAction]:
    assert made.keyboard is not None
    packed = (str(key.callback_data) for row in made.keyboard.inline_keyboard for key in row)
    return [QuestionAction.unpack(one) for one in packed if is_step(one)]


def test_what_is_not_right_is_asked_before_what_is_still_open() -> None:
    page = FormPage(7, "f", "p", "", "", "", (field("one"), field("two", error="Dit klopt niet.")))
    found = asked(page, PLAIN)
    assert found is not None
    assert found.name == "two"


def test_the_question_asked_by_name_goes_before_all_others() -> None:
    page = FormPage(7, "f", "p", "", "", "", (field("one"), field("two", answered=True)))
    found = asked(page, QuestionState("two"))
    assert found is not None
    assert found.name == "two"


def test_a_page_with_all_its_answers_shows_them_each_with_a_button_to_change_it() -> None:
    made = said(field("one", answered=True, shown="Zus"), field("two", answered=True, shown="Zo"))
    assert "Zus" in made.texts[0]
    assert labels(made)[:3] == ["✎ Vraag over one?", "✎ Vraag over two?", "Volgende"]


def test_a_long_list_shows_its_sheets_and_says_that_typing_searches() -> None:
    made = said(field(choices=MANY), look=QuestionState(sheet=1))
    assert labels(made)[0] == "Keuze 9 met een naam"
    assert labels(made)[8:11] == [BEFORE, "2 van 4", AFTER]
    assert T("asked.search") in made.texts[0]


@pytest.mark.parametrize("sheet", [-3, 99])
def test_a_sheet_there_is_not_shows_the_nearest(sheet: int) -> None:
    assert labels(said(field(choices=MANY), look=QuestionState(sheet=sheet)))


def test_a_number_of_a_few_is_pressed_and_one_of_many_typed() -> None:
    few = said(field(kind=Kind.NUMBER, low=3, high=12))
    assert labels(few)[:10] == [str(number) for number in range(3, 13)]
    many = said(field(kind=Kind.NUMBER, low=2, high=300))
    assert "Typ een getal van 2 tot en met 300." in many.texts[0]


def test_what_may_stay_empty_has_a_button_that_leaves_it_so() -> None:
    assert T("asked.skip") in labels(said(field(kind=Kind.TEXT, required=False)))
    assert T("asked.skip") not in labels(said(field(kind=Kind.TEXT)))


def test_one_meaning_is_asked_to_be_confirmed_and_of_several_each_has_a_button() -> None:
    moments = field(kind=Kind.MOMENT)
    one = (Offer("dinsdag 8 december 2026 om 14:00", Op.ANSWER, "2026-12-08T14:00"),)
    made = said(moments, look=QuestionState("topic", offers=one))
    assert labels(made)[:2] == [T("asked.yes"), T("asked.no")]
    assert "dinsdag 8 december 2026 om 14:00" in made.texts[0]
    several = (*one, Offer("dinsdag 15 december 2026 om 14:00", Op.ANSWER, "2026-12-15T14:00"))
    assert labels(said(moments, look=QuestionState("topic", offers=several)))[2] == T("asked.none_of_these")


def test_a_month_offers_no_day_that_is_over_and_an_hour_no_time_that_is() -> None:
    days = [step.arg for step in steps(said(field(kind=Kind.DATE))) if step.op is Op.ANSWER]
    assert days[0] == "2026-11-23"
    assert days[-1] == "2026-11-30"
    hours = [step.arg for step in steps(said(field(kind=Kind.MOMENT), look=QuestionState(day="2026-11-23")))]
    assert hours[0] == "2026-11-23T09:30"


def test_months_are_leafed_through_over_the_end_of_the_year_and_no_further_than_a_year() -> None:
    december = said(field(kind=Kind.DATE), look=QuestionState(month="2026-12-01"))
    assert [step.arg for step in steps(december) if step.op is Op.MONTH] == ["2026-11-01", "2027-01-01"]
    last = said(field(kind=Kind.DATE), look=QuestionState(month="2031-05-01"))
    assert "november 2027" in labels(last)
    assert [step.arg for step in steps(last) if step.op is Op.MONTH] == ["2027-10-01"]


def test_within_a_page_the_way_back_leads_to_the_question_before() -> None:
    first = said(field("one"), field("two"))
    assert [step.op for step in steps(first)].count(Op.BACK) == 1, "the flow's own button, to the page before"
    second = said(field("one", answered=True), field("two"))
    assert [step for step in steps(second) if step.op is Op.BACK] == [QuestionAction(7, "about", "two", Op.BACK)]


def test_a_choice_is_named_without_what_it_stands_under_where_nothing_else_is_named_so() -> None:
    choices = tuple(
        Choice(str(number), label)
        for number, label in enumerate(
            ("Werk", "Zorg", "Moed \u00b7 Werk", "Tijd \u00b7 Werk", "Tijd \u00b7 Zorg", "A \u00b7 B")
        )
    )
    assert labels(said(field(choices=choices)))[:6] == [
        "Werk",
        "Zorg",
        "Moed",
        "Tijd \u00b7 Werk",
        "Tijd \u00b7 Zorg",
        "A \u00b7 B",
    ]


def test_what_is_explained_of_a_choice_is_folded_up_and_left_out_of_its_button() -> None:
    choices = (Choice("1", "Filmlezing (150 minuten)", help="Je kijkt samen."), Choice("2", "Nog open"))
    made = said(field(choices=choices))
    assert labels(made)[:2] == ["Filmlezing", "Nog open"]
    folded = "<blockquote expandable>\u2022 <b>Filmlezing (150 minuten)</b>: Je kijkt samen.</blockquote>"
    assert folded in made.texts[0]


def test_the_ways_out_stand_apart_and_nothing_beside_the_one_that_clears_everything() -> None:
    page = FormPage(7, "request", "about", "Team", "Deel 1 van 5", "Volgende", (field("one"),))
    ways = (("Terug", "back"), ("Stop voor nu", "stop"), ("Begin opnieuw", "over"))
    view = View("", buttons=tuple(Button(label, Action(f"form.{verb}", 7)) for label, verb in ways), form=page)
    made = question(view, PLAIN, T, NOW)
    assert made.keyboard is not None
    rows = [[key.text for key in row] for row in made.keyboard.inline_keyboard]
    assert rows[-2:] == [["Terug", "Stop voor nu"], ["Begin opnieuw"]]


def test_a_day_chosen_before_on_the_page_is_shown_and_the_next_calendar_opens_there() -> None:
    first = field("one", Kind.MOMENT, value="2027-02-08T14:00", shown="maandag 8 februari 2027", answered=True)
    made = said(first, field("two", Kind.MOMENT))
    assert "\u2713 maandag 8 februari 2027" in made.texts[0]
    assert "februari 2027" in labels(made)


signs = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)


@given(signs, signs, signs, st.sampled_from(list(Kind)), st.lists(signs, max_size=12))
def test_whatever_people_typed_telegram_takes_the_message(
    label: str, shown: str, typed: str, kind: Kind, names: list[str]
) -> None:
    choices = tuple(Choice(str(number), name or "x", help=name) for number, name in enumerate(names))
    value: list[str] | None = [] if kind is Kind.CHOICES else None
    one = field(kind=kind, choices=choices, value=value, shown=shown, typed=typed, error=typed, answered=bool(shown))
    made = said(replace(one, label=label), look=QuestionState(note=typed, words=shown), text=label)
    for text in made.texts:
        assert markup.words(text, "HTML", None).text
    assert made.keyboard is not None
    keyboard.check(made.keyboard.to_dict())


@given(
    st.builds(
        QuestionAction, st.integers(0, MAX_ID), st.just("follow_up"), st.just("participants"), st.sampled_from(Op)
    )
)
def test_a_step_reads_as_it_was_written_and_fits_in_a_button(step: QuestionAction) -> None:
    assert len(step.pack().encode()) <= MAX_BYTES
    assert QuestionAction.unpack(step.pack()) == step


@given(st.text(max_size=80))
def test_anything_else_is_no_step(data: str) -> None:
    try:
        assert QuestionAction.unpack(data).pack() == data
    except UnknownButton:
        assert True, "and that is said"


def test_a_step_too_long_for_a_button_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="too long"):
        QuestionAction(1, "page", "field", Op.ANSWER, "x" * 60).pack()


def test_an_answers_button_is_told_from_a_letters_and_does_the_same() -> None:
    packed = Action("offer.accept", 12, 3).pack()
    assert read(as_answer(packed)) == (packed, True)
    assert read(packed) == (packed, False)
    longest = "x" * MAX_BYTES
    assert as_answer(longest) == longest
