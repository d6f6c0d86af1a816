"""Views as messages: whole, within what Slack takes, and with nothing lost that can be pressed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.views.action import Action
from flows.engine.views.view import Attachment, Button, FormPage, Style, View
from handlers.slack.rendering.message import message, over
from tests.handlers.slack.published import hold_message, shown, values
from tests.handlers.slack.test_render_text import HOSTILE, LIVE, WHEN
from tests.slack.blocks import elements_of

TEXTS = Texts("nl", Rules().zone)
T = TEXTS.into("nl")
YES = Button("Accepteer", Action("offer.accept", 3, 1, "0"), Style.PRIMARY)
NO = Button("Zeg nee", Action("offer.decline", 3, 1))
OFFER = View(
    f"Antwoord vóór {T.moment(WHEN)}.\n\nDaarna vragen we een ander.",
    "Dialoog: tegenspraak & neutraliteit",
    (("Waar", "Turfmarkt 147"), ("Duur", "120 minuten"), ("Toelichting", "Een lang verhaal. " * 20)),
    (YES, NO),
    Attachment("dialoog.ics", "text/calendar", b"x"),
)
MOMENT = "dinsdag 8 december 2026 om 14:00"


def many(number: int, verb: str = "session.show", label: str = "Bekijk") -> tuple[Button, ...]:
    return tuple(Button(f"{label} {n}", Action(verb, n)) for n in range(number))


def test_a_message_shows_the_whole_view() -> None:
    made = message(OFFER, "letter", T)
    hold_message(made)
    header, text, short, long, file, actions = made.blocks
    assert header["text"]["text"] == "Dialoog: tegenspraak & neutraliteit"
    assert text["text"]["text"] == f"Antwoord vóór {MOMENT}.\n\nDaarna vragen we een ander."
    assert [field["text"] for field in short["fields"]] == ["*Waar*\nTurfmarkt 147", "*Duur*\n120 minuten"]
    assert long["text"]["text"].startswith("*Toelichting*\nEen lang verhaal.")
    assert file["elements"][0]["text"] == "Bijlage: dialoog.ics"
    assert [(one["text"]["text"], one["value"], one.get("style")) for one in actions["elements"]] == [
        ("Accepteer", "offer.accept:3:1:0", "primary"),
        ("Zeg nee", "offer.decline:3:1", None),
    ]


def test_its_text_says_the_same_without_blocks() -> None:
    text = message(replace(OFFER, facts=OFFER.facts[:2]), "letter", T).text
    assert text == (
        "Dialoog: tegenspraak &amp; neutraliteit\n\n"
        "Antwoord vóór dinsdag 8 december 2026 om 14:00.\n\nDaarna vragen we een ander.\n\n"
        "Waar: Turfmarkt 147\nDuur: 120 minuten\n\nBijlage: dialoog.ics\n\nKnoppen: Accepteer, Zeg nee"
    )


def test_a_press_tells_from_which_kind_of_message_it_came() -> None:
    for origin in ("letter", "answer"):
        assert {block["block_id"].split(":")[0] for block in message(OFFER, origin, T).blocks} == {origin}


def test_a_message_that_is_over_has_nothing_to_press() -> None:
    made = over(message(OFFER, "letter", T))
    hold_message(made)
    assert values(made.blocks) == []
    assert "Knoppen" not in made.text
    assert made.text.endswith("Bijlage: dialoog.ics")
    hold_message(over(message(View("", buttons=(YES,)), "answer", T)))


@pytest.mark.parametrize(("number", "menus"), [(5, 0), (6, 1), (100, 1), (101, 2), (250, 3)])
def test_few_buttons_stand_side_by_side_and_many_are_a_menu(number: int, menus: int) -> None:
    made = message(View("Kies", buttons=(*many(number), NO)), "answer", T)
    hold_message(made)
    kinds = [one["type"] for block in made.blocks for one in elements_of(block)]
    assert kinds.count("static_select") == menus
    assert values(made.blocks) == [button.action.pack() for button in (*many(number), NO)]


def test_buttons_of_many_sorts_all_stay() -> None:
    buttons = tuple(button for n in range(26, 0, -1) for button in many(4, f"verb.{chr(96 + n)}"))
    made = message(View("Kies", buttons=buttons), "answer", T)
    hold_message(made)
    assert values(made.blocks) == [button.action.pack() for button in buttons]


def test_a_form_cannot_be_answered_in_a_message_but_opened_from_it() -> None:
    page = FormPage(7, "request", "about", "Waarover?", "Deel 1 van 4", "Volgende", ())
    ways = (Button("Terug", Action("form.back", 7, arg="about")), Button("Stop voor nu", Action("form.stop", 7)))
    made = message(View(T("form.mend"), "Waarover?", buttons=ways, form=page), "answer", T)
    hold_message(made)
    assert values(made.blocks) == ["form.resume:7:0", "form.stop:7:0"]
    assert T("form.mend") not in made.text


def test_a_title_too_long_for_a_header_is_still_read_whole() -> None:
    title = " ".join(["neutraliteit"] * 20)
    assert message(View("", title), "letter", T).blocks[0]["text"]["text"] == f"*{title}*"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("long", ["woord " * 4000, "x" * 20000, "& <b> *c* " * 2000, "Zin. \n\n" * 2000])
def test_whatever_is_too_long_is_cut_and_says_so(language: str, long: str) -> None:
    t = TEXTS.into(language)
    stretched = View(long, long, tuple((long, long) for _ in range(9)), (*many(300, label=long[:500]), YES))
    made = message(stretched, "letter", t)
    hold_message(made)
    assert any(text["text"] == t("slack.cut") for text in shown(made.blocks))
    assert made.text.rsplit("\n\n")[-1].startswith("Knoppen" if language == "nl" else "Buttons")
    assert len(values(made.blocks)) == 301


@settings(deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, st.integers(0, 7))
def test_hostile_words_break_no_message_and_mention_nobody(title: str, text: str, label: str, number: int) -> None:
    facts = ((label, text), (title, label), ("Waar", title))
    made = message(View(text, title, facts, many(number, label=label)), "answer", T)
    hold_message(made)
    for one in shown(made.blocks):
        if one["type"] == "mrkdwn":
            assert one["verbatim"] is True
            assert not LIVE.search(_unbolded(one["text"]))
    assert not LIVE.search(made.text)


def _unbolded(text: str) -> str:
    """Without the stars of the labels, which are the bot's own: at both ends of a line."""
    lines = text.split("\n")
    return "\n".join(line[1:-1] if len(line) > 2 and line[0] == line[-1] == "*" else line for line in lines)


def test_what_is_for_one_person_alone_is_in_the_message_and_on_no_locked_screen() -> None:
    secret = "Er speelt iets in het team."
    made = message(View("Jij leidt de dialoog.", facts=((T("fact.context"), secret), ("Waar", "Online"))), "letter", T)
    assert secret in str(made.blocks)
    assert secret not in made.text
    assert "Waar: Online" in made.text
