"""What people type is shown as typed and does nothing; long texts are parted without harm."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.language.markup import Size, stamped
from handlers.telegram.rendering.text import html, is_visible, line, split, units
from tests.telegram.markup import words

SIGNS = st.sampled_from([*"*_~`<>&;|!@#/:.,()[] \n\r\ta1é中😀\u200b", "<b>", "</b>", "&lt;", "&amp;", "<a href='x'>"])
HOSTILE = st.one_of(st.text(), st.lists(SIGNS).map("".join))
WHEN = datetime(2026, 12, 8, 13, tzinfo=UTC)


@settings(deadline=None)
@given(HOSTILE)
def test_what_is_typed_is_shown_as_typed_and_formats_nothing(typed: str) -> None:
    seen = words(html(typed), "HTML", None)
    assert seen.entities == []
    assert seen.text == "\n".join(re.split("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", typed)).strip()


def test_a_moment_stands_in_its_words() -> None:
    assert html(f"Vóór {stamped(Size.LONG, 'nl', WHEN, 'dinsdag 8 december & later')}.") == (
        "Vóór dinsdag 8 december &amp; later."
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ja", "Ja"),
        (" Accepteer\n dinsdag ", "Accepteer dinsdag"),
        ("", "…"),
        ("\u200b", "…"),
        ("Een hele lange zin die niet past", "Een hele lange zin…"),
        ("x" * 30, "x" * 19 + "…"),
    ],
)
def test_a_line_is_never_empty_and_never_too_long(text: str, shown: str) -> None:
    assert line(text, 20) == shown


@pytest.mark.parametrize(("text", "seen"), [("a", True), (" \n", False), ("\u200b\u2060", False), ("", False)])
def test_what_cannot_be_seen_is_told_apart(text: str, *, seen: bool) -> None:
    assert is_visible(text) is seen


def test_a_text_that_fits_stays_whole() -> None:
    assert split("<b>Titel</b>\n\nEen zin.") == ["<b>Titel</b>\n\nEen zin."]
    assert split("x" * 4096) == ["x" * 4096]
    assert split("") == []


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("een twee drie vier. vijf\n\nzes zeven acht", ["een twee drie vier. vijf", "zes zeven acht"]),
        ("een twee drie vier\nvijf zes zeven acht", ["een twee drie vier", "vijf zes zeven acht"]),
        ("Een twee drie. Vier vijf zes zeven acht", ["Een twee drie.", "Vier vijf zes zeven acht"]),
        ("een twee drie vier vijf zes", ["een twee drie vier vijf", "zes"]),
        ("x" * 30, ["x" * 25, "x" * 5]),
        ("😀" * 15, ["😀" * 12, "😀" * 3]),
        ("vijf zes zeven acht xxx &amp; negen", ["vijf zes zeven acht xxx", "&amp; negen"]),
        ("x" * 23 + "&amp;" + "y", ["x" * 23, "&amp;y"]),
        ("<b>een twee drie vier vijf zes</b>", ["<b>een twee drie vier</b>", "<b>vijf zes</b>"]),
        ("<b>Wat:</b> een twee <i>drie vier</i>", ["<b>Wat:</b> een twee", "<i>drie vier</i>"]),
    ],
)
def test_a_text_is_parted_where_a_reader_would(text: str, pieces: list[str]) -> None:
    assert split(text, 25) == pieces


MARKED = st.tuples(st.sampled_from(["", "b", "i", "tg-spoiler"]), HOSTILE)


@settings(deadline=None)
@given(st.lists(MARKED, max_size=6), st.integers(50, 200))
def test_however_it_is_parted_no_word_is_lost_and_no_tag_cut(parts: list[tuple[str, str]], limit: int) -> None:
    whole = "\n".join(f"<{tag}>{html(text)}</{tag}>" if tag else html(text) for tag, text in parts)
    found = split(whole * 3, limit)
    assert all(units(piece) <= limit for piece in found)
    shown = "".join(words(piece, "HTML", None).text for piece in found)
    assert "".join(shown.split()) == "".join(words(whole * 3, "HTML", None).text.split())
