"""Telegram's HTML as the stand-in reads it."""

import pytest

from tests.telegram.markup import Words, words
from tests.telegram.refusal import Refused


def read(text: str) -> Words:
    return words(text, "HTML", None)


@pytest.mark.parametrize(
    ("source", "shown", "marks"),
    [
        ("plain", "plain", []),
        ("<b>a</b> <strong>b</strong>", "a b", [("bold", 0, 1), ("bold", 2, 1)]),
        ("<i>a<u>b</u></i>", "ab", [("italic", 0, 2), ("underline", 1, 1)]),
        ("<B>a</b>", "a", [("bold", 0, 1)]),
        ("😀<s>a</s>", "😀a", [("strikethrough", 2, 1)]),
        ("a &lt;b&gt; &amp;amp; &quot;c&quot; &#233; &#xE9;", 'a <b> &amp; "c" é é', []),
        ("a & b &nbsp; &copy;", "a & b &nbsp; &copy;", []),
        ("a > b", "a > b", []),
        (" <b> a </b> ", "a", [("bold", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ('<pre><code class="language-python">a</code></pre>', "a", [("code", 0, 1), ("pre", 0, 1)]),
        ("<b></b>a", "a", []),
        ("<b>a</>", "a", [("bold", 0, 1)]),
    ],
)
def test_marks_are_read_as_telegram_reads_them(source: str, shown: str, marks: list[tuple[str, int, int]]) -> None:
    found = read(source)
    assert found.text == shown
    assert sorted((one["type"], one["offset"], one["length"]) for one in found.entities) == sorted(marks)


def test_links_lead_somewhere_or_are_just_words() -> None:
    found = read("<a href=\"https://example.org/?a=1&amp;b=2\">one</a> <a href='tg://user?id=5'>two</a> <a>three</a>")
    assert found.text == "one two three"
    assert [one["url"] for one in found.entities] == ["https://example.org/?a=1&b=2", "tg://user?id=5"]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("a <b>b", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é <p>b</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <br/>", 'Unsupported start tag "br" at byte offset 2'),
        ("a <3", "Unclosed start tag at byte offset 2"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a<i>b</b></i>", 'Unmatched end tag at byte offset 8, expected "</i>", found "</b>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_broken_marks_are_refused_in_telegrams_words(source: str, fault: str) -> None:
    with pytest.raises(Refused) as problem:
        read(source)
    assert problem.value.as_json() == {
        "ok": False,
        "error_code": 400,
        "description": f"Bad Request: can't parse entities: {fault}",
    }


def test_other_modes_are_not_for_this_bot_and_no_mode_reads_nothing() -> None:
    with pytest.raises(Refused, match="unsupported parse_mode"):
        words("*a*", "MarkdownV2", None)
    assert words("<b>a</b>", None, None).text == "<b>a</b>"
    moved = words("  ab  ", None, [{"type": "bold", "offset": 2, "length": 9}])
    assert moved.entities == [{"type": "bold", "offset": 0, "length": 2}]
