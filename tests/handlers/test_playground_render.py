"""A view as the page gets it."""

import json
from typing import Any

import pytest

from flows.engine.forms.definition import Choice, Kind
from flows.engine.views.action import Action
from flows.engine.views.view import Attachment, Button, FormField, FormPage, Style, View
from handlers.playground.render import belongs_to_form, draft_of, first_words, rendered, still_asks

VALUES: dict[Kind, Any] = {
    Kind.CHOICE: "a", Kind.CHOICES: ["a", "b"], Kind.TEXT: "<b>", Kind.LONG_TEXT: "één\n\ntwee", Kind.NUMBER: 12,
    Kind.DATE: "2026-12-08", Kind.MOMENT: "2026-12-08T14:00",
}  # fmt: skip
BACK, SEND = Button("Terug", Action("form.back", 7)), Button("Verstuur", Action("form.send", 7), Style.PRIMARY)
MENU = Button("Menu", Action("menu"))


def page(*fields: FormField) -> FormPage:
    return FormPage(7, "request", "about", "Titel", "Deel 1 van 2", "Volgende", fields)


@pytest.mark.parametrize("kind", Kind)
def test_a_question_of_every_kind_arrives_with_its_answer(kind: Kind) -> None:
    choices = (Choice("a", "A & A", terms="not for the page", help="Eerste"), Choice("b", "B"))
    asked = FormField("x", kind, "Vraag?", "Hulp", choices=choices, low=1, high=5, value=VALUES[kind], error="Fout")
    sent = json.loads(json.dumps(rendered(View("", form=page(asked)))))["form"]["fields"][0]
    assert (sent["kind"], sent["value"]) == (kind.value, VALUES[kind])
    assert (sent["label"], sent["help"], sent["error"], sent["low"], sent["high"]) == ("Vraag?", "Hulp", "Fout", 1, 5)
    first, second = sent["choices"]
    assert first == {"value": "a", "label": "A & A", "hint": "Eerste"}
    assert second == {"value": "b", "label": "B", "hint": ""}


def test_a_message_arrives_whole() -> None:
    view = View("Eén\nregel.\n\n\nTwee.", "Titel", (("Waar", "Utrecht"),), (SEND,), Attachment("a.ics", "x/y", b"123"))
    assert rendered(view) == {
        "title": "Titel",
        "text": ["Eén\nregel.", "Twee."],
        "facts": [["Waar", "Utrecht"]],
        "buttons": [{"label": "Verstuur", "action": "form.send:7:0", "style": "primary"}],
        "file": {"name": "a.ics", "size": 3},
        "form": None,
    }


@pytest.mark.parametrize(
    ("view", "belongs", "asks", "draft"),
    [
        (View("", form=page(), buttons=(BACK,)), True, True, 7),
        (View("Klopt dit?", buttons=(SEND, BACK)), True, True, 7),
        (View("Bewaard", buttons=(BACK,)), True, False, 7),
        (View("Menu", buttons=(BACK, MENU)), False, False, None),
        (View("Niets te doen"), False, False, None),
    ],
    ids=["page", "summary", "left for now", "menu", "bare"],
)
def test_steps_of_a_form_are_told_from_other_messages(
    view: View, *, belongs: bool, asks: bool, draft: int | None
) -> None:
    body = rendered(view)
    assert (belongs_to_form(body), still_asks(body), draft_of(body)) == (belongs, asks, draft)


def test_a_list_shows_the_first_words_on_one_line() -> None:
    assert first_words(rendered(View("Eén\nregel.\n\nTwee.", "Titel"))) == "Titel · Eén regel. Twee."
    long = first_words(rendered(View("woord " * 40)))
    assert len(long) <= 90
    assert long.endswith("woord…")
