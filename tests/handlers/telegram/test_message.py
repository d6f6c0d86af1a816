"""Views as messages: whole, within what Telegram takes, readable on a telephone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.views.action import Action
from flows.engine.views.view import Attachment, Button, FormPage, Style, View
from handlers.telegram.rendering.message import message
from tests.handlers.telegram.desk import TEXTS, T
from tests.handlers.telegram.published import carried, hold, labels, read
from tests.handlers.telegram.test_text import HOSTILE, WHEN

YES = Button("Accepteer", Action("offer.accept", 3, 1, "0"), Style.PRIMARY)
NO = Button("Zeg nee", Action("offer.decline", 3, 1), Style.DANGER)
OFFER = View(
    f"Antwoord vóór {T.moment(WHEN)}.\n\nDaarna vragen we een ander.",
    "Dialoog: tegenspraak & neutraliteit",
    (("Waar", "Turfmarkt 147"), ("Duur", "120 minuten"), ("", "Zonder naam")),
    (YES, NO),
    Attachment("dialoog.ics", "text/calendar", b"x"),
)


def many(number: int, label: str = "Bekijk") -> tuple[Button, ...]:
    return tuple(Button(f"{label} {n}", Action("session.show", n)) for n in range(number))


def test_a_message_shows_the_whole_view() -> None:
    said = message(OFFER, T)
    assert hold(said) == (
        "Dialoog: tegenspraak & neutraliteit\n\n"
        "Antwoord vóór dinsdag 8 december 2026 om 14:00.\n\nDaarna vragen we een ander.\n\n"
        "Waar: Turfmarkt 147\nDuur: 120 minuten\nZonder naam"
    )
    (text,) = said.texts
    assert [one["type"] for one in read(text).entities] == ["bold", "bold", "bold"]
    assert labels(said) == [["Accepteer", "Zeg nee"]]
    assert carried(said) == ["offer.accept:3:1:0", "offer.decline:3:1"]


def test_buttons_show_which_is_the_obvious_one_and_which_takes_away() -> None:
    said = message(replace(OFFER, buttons=(YES, *many(1), NO)), T)
    assert said.keyboard is not None
    assert [one.style for row in said.keyboard.inline_keyboard for one in row] == ["primary", None, "danger"]


def test_what_is_for_one_person_alone_is_not_read_on_a_locked_screen() -> None:
    said = message(View("Jij leidt.", facts=((T("fact.context"), "Er speelt iets."), ("Waar", "Online"))), T)
    entities = read(said.texts[0]).entities
    assert hold(said) == f"Jij leidt.\n\n{T('fact.context')}: Er speelt iets.\nWaar: Online"
    (hidden,) = (one for one in entities if one["type"] == "spoiler")
    assert hidden["length"] == len("Er speelt iets.")


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (["Ja", "Nee"], [["Ja", "Nee"]]),
        (["Ja", "Nee", "Misschien", "Later"], [["Ja", "Nee", "Misschien"], ["Later"]]),
        (["Accepteer dinsdag", "Nee"], [["Accepteer dinsdag"], ["Nee"]]),
        (["Nee", "Accepteer dinsdag 8 december om 14:00"], [["Nee"], ["Accepteer dinsdag 8 december om 14:00"]]),
        (["Terug", "Stop voor nu"], [["Terug", "Stop voor nu"]]),
        (["", "\u200b"], [["…", "…"]]),
    ],
)
def test_short_buttons_stand_side_by_side_and_long_ones_below_each_other(
    words: list[str], rows: list[list[str]]
) -> None:
    said = message(View("Kies", buttons=tuple(Button(word, Action("menu")) for word in words)), T)
    hold(said)
    assert labels(said) == rows


@pytest.mark.parametrize("label", ["Bekijk", "Bekijk de bijeenkomst met een heel lange naam, die veel plaats inneemt"])
def test_of_too_many_buttons_the_last_ones_stay(label: str) -> None:
    said = message(View("Kies", buttons=(*many(200, label), YES, NO)), T)
    hold(said)
    assert carried(said)[:3] == ["session.show:0:0", "session.show:1:0", "session.show:2:0"]
    assert carried(said)[-2:] == [YES.action.pack(), NO.action.pack()]
    assert len(carried(said)) > 60


def test_a_message_without_buttons_has_no_keyboard() -> None:
    assert message(View("Hallo"), T).keyboard is None


@pytest.mark.parametrize("view", [View(""), View(" \n", "\u200b"), View("", buttons=(YES,))])
def test_a_message_without_words_still_shows_something(view: View) -> None:
    assert hold(message(view, T)) == "…"


def test_a_form_is_gone_on_with_from_a_message() -> None:
    page = FormPage(7, "request", "about", "Waarover?", "Deel 1 van 4", "Volgende", ())
    ways = (Button("Terug", Action("form.back", 7, arg="about")), Button("Stop voor nu", Action("form.stop", 7)))
    said = message(View("Waar gaat het over?", "Waarover?", buttons=ways, form=page), T)
    hold(said)
    assert carried(said) == ["form.resume:7:0", "form.stop:7:0"]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("long", ["woord " * 4000, "x" * 20000, "& <b> *c* " * 2000, "Zin. \n\n" * 2000, "😀" * 9000])
def test_whatever_is_too_long_goes_on_in_the_next_message(language: str, long: str) -> None:
    stretched = View(long, long, (*((long, long) for _ in range(3)), (T("fact.context"), long)), (YES,))
    said = message(stretched, TEXTS.into(language))
    shown = hold(said)
    assert len(said.texts) > 1
    assert sum(shown.count(sign) for sign in set(long) - set(" \n")) >= 8 * len("".join(long.split()))
    assert carried(said) == [YES.action.pack()]


@settings(deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, st.integers(0, 7))
def test_hostile_words_break_no_message(title: str, text: str, label: str, number: int) -> None:
    facts = ((label, text), (title, label), (T("fact.context"), title))
    said = message(View(text, title, facts, many(number, label=label)), T)
    hold(said)
    kinds = {one["type"] for html in said.texts for one in read(html).entities}
    assert kinds <= {"bold", "spoiler"}
    assert len(carried(said)) == number
