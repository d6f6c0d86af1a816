"""Views as modals: pages of forms, summaries and answers, each with all that belongs to it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.forms.definition import Choice, Kind
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.views.action import Action
from flows.engine.views.view import Button, FormField, FormPage, Style, View
from handlers.slack.rendering.modal import loading, modal
from tests.handlers.slack.published import hold_modal, shown, values
from tests.handlers.slack.test_render_text import HOSTILE
from tests.slack.blocks import elements_of

TEXTS = Texts("nl", Rules().zone)
T = TEXTS.into("nl")
NAME = FormField("place", Kind.TEXT, "Waar?", "Straat en plaats", high=100)
PAGE = FormPage(7, "request", "place", "De plaats", "Deel 2 van 4", "Volgende", (NAME,))
WAYS = (
    Button("Terug", Action("form.back", 7, arg="place")),
    Button("Stop voor nu", Action("form.stop", 7)),
    Button("Begin opnieuw", Action("form.over", 7)),
)
SEND = Button("Verstuur de aanvraag", Action("form.send", 7), Style.PRIMARY)
CHANGES = tuple(Button(f"Wijzig: deel {n}", Action("form.change", 7, arg=f"p{n}")) for n in range(6))


def test_a_page_of_a_form_asks_its_questions_and_carries_its_draft() -> None:
    view = modal(View("Je was hier al.", "De plaats", form=PAGE, buttons=WAYS), T)
    hold_modal(view)
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (
        "De plaats", "Volgende", "Sluiten",
    )  # fmt: skip
    assert view["callback_id"] == "form"
    assert view["notify_on_close"] is True
    assert json.loads(view["private_metadata"]) == {"draft": 7, "page": "place"}
    assert [block["type"] for block in view["blocks"]] == ["context", "section", "input", "actions"]
    assert view["blocks"][0]["elements"][0]["text"] == "Deel 2 van 4"
    assert view["blocks"][2]["hint"]["text"] == "Straat en plaats"
    assert values(view["blocks"]) == [button.action.pack() for button in WAYS]


def test_a_summary_is_sent_with_the_button_of_the_modal() -> None:
    stop = Button("Stop voor nu", Action("form.stop", 7))
    view = modal(View("Klopt dit?", "Dialoog aanvragen", (("Waar", "Online"),), (SEND, *CHANGES, stop)), T)
    hold_modal(view)
    assert (view["callback_id"], view["submit"]["text"]) == ("summary", "Verstuur de aanvraag")
    assert json.loads(view["private_metadata"]) == {"draft": 7, "send": "form.send:7:0"}
    assert values(view["blocks"]) == [button.action.pack() for button in (*CHANGES, stop)]
    menu = next(one for block in view["blocks"] for one in elements_of(block) if one["type"] == "static_select")
    assert menu["placeholder"]["text"] == "Wijzig een antwoord"


def test_an_answer_can_only_be_read_pressed_and_closed() -> None:
    sure = View("Weet je het zeker?", "Trek de aanvraag in", buttons=(Button("Ja", Action("request.drop", 1)),))
    view = modal(sure, T)
    hold_modal(view)
    assert view["callback_id"] == "answer"
    assert "submit" not in view
    assert not view.get("notify_on_close")
    assert values(view["blocks"]) == ["request.drop:1:0"]


def test_a_long_title_stands_whole_below_the_short_one() -> None:
    view = modal(View("", "Dialoog: tegenspraak en neutraliteit"), T)
    assert view["title"]["text"] == "Dialoog"
    assert view["blocks"][0]["text"]["text"] == "Dialoog: tegenspraak en neutraliteit"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_modal_that_is_not_ready_yet_can_be_opened_at_once(language: str) -> None:
    view = loading(TEXTS.into(language))
    hold_modal(view)
    assert view["callback_id"] == "loading"
    assert "submit" not in view


def test_an_answer_without_a_word_can_still_be_shown() -> None:
    hold_modal(modal(View(""), T))


@settings(deadline=None)
@given(HOSTILE, HOSTILE, st.sampled_from(Kind))
def test_hostile_words_break_no_modal(words: str, label: str, kind: Kind) -> None:
    choices = tuple(Choice(str(n), words) for n in range(3))
    field = FormField("x", kind, label, words, choices=choices, low=1, high=9, shown=words, typed=words, error=label)
    page = FormPage(7, "request", "about", words, label, words, (field,))
    for view in (View(words, label, form=page), View(words, label, ((label, words),), (SEND, *CHANGES))):
        made = modal(view, T)
        hold_modal(made)
        assert all(one["verbatim"] for one in shown(made["blocks"]) if one["type"] == "mrkdwn")
