"""What people type is shown as typed, and does nothing."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.language.markup import Size, as_link, stamped
from handlers.slack.rendering.text import cut, escape, middle, mrkdwn, pieces, plain

WHEN = datetime(2026, 12, 8, 13, tzinfo=UTC)
UNIX = int(WHEN.timestamp())
SIGNS = st.sampled_from([*"*_~`<>&|!@#:.,()[] \n\r\ta1é中😀\u200b", "<!channel>", "<@U012AB3CD>", "<#C1>", "&lt;"])
HOSTILE = st.one_of(st.text(), st.lists(SIGNS).map("".join))
LIVE = re.compile(
    r"`|(?<![^\W_])[*_~]|[*_~](?![^\W_])|<|^\s*(?:>|&gt;)|:[^\s:\u2060]+:|&(?!amp;|lt;|gt;)|&lt;[!@#]", re.MULTILINE
)
"""Every way in which mrkdwn could take a text for more than its signs."""


def read(rendered: str) -> str:
    """What a person sees of mrkdwn in which nothing is live."""
    seen = rendered.replace("\u2060", "").translate(str.maketrans("\u2217\u02cd\u223c\u02cb", "*_~`"))
    return seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@settings(deadline=None)
@given(HOSTILE)
def test_what_is_typed_is_shown_as_typed_and_formats_nothing(typed: str) -> None:
    rendered = escape(typed)
    assert not LIVE.search(rendered)
    assert rendered == mrkdwn(typed)
    if not set(typed) & set("\u2060\u2217\u02cd\u223c\u02cb"):
        assert read(rendered) == "\n".join(re.split("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", typed))


@pytest.mark.parametrize(
    "typed",
    [
        "<!channel>",
        "<@U012AB3CD>",
        "*vet*",
        "_schuin_",
        "> citaat",
        "`code`",
        ":joy:",
        "<https://a.b|c>",
        "&lt;!here&gt;",
    ],
)
def test_markup_is_no_markup_when_a_person_typed_it(typed: str) -> None:
    assert not LIVE.search(escape(typed))
    assert read(escape(typed)) == typed


def test_a_mail_address_a_file_and_a_link_can_be_copied() -> None:
    for typed in ("jan_de_wit@minbzk.example", "plan_van_aanpak.docx", "https://a.example/b_c?d=e*f"):
        assert escape(typed) == typed


@pytest.mark.parametrize(
    ("size", "tokens"),
    [(Size.LONG, "{date_long}, {time}"), (Size.SHORT, "{date_short}, {time}"), (Size.TIME, "{time}")],
)
def test_a_moment_is_shown_in_the_readers_zone_with_the_words_to_fall_back_on(size: Size, tokens: str) -> None:
    text = f"Vóór {stamped(size, 'en', WHEN, 'di <8> | dec')}."
    assert mrkdwn(text) == f"Vóór <!date^{UNIX}^{tokens}|di &lt;8&gt;   dec>."
    assert escape(text) == "Vóór di &lt;8&gt; | dec."
    assert plain(text) == "Vóór di <8> | dec."


@settings(deadline=None)
@given(st.lists(st.one_of(HOSTILE, st.just(stamped(Size.LONG, "en", WHEN, "dinsdag 8 december"))), max_size=30))
def test_a_long_text_is_parted_without_losing_a_word_or_breaking_a_date(parts: list[str]) -> None:
    rendered = mrkdwn("".join(parts))
    found = list(pieces(rendered, 120))
    assert all(0 < len(piece) <= 120 for piece in found)
    # Between the dates: taken out, they would join what stood on either side of them.
    assert not [words for piece in found for words in re.split("<!date[^<>]*>", piece) if LIVE.search(words)]
    # A sign that stood inside a word is its look-alike where the word was parted.
    alike = str.maketrans("\u2217\u02cd\u223c", "*_~", "\u2060")
    kept, whole = ("".join("".join(text).translate(alike).split()) for text in (found, rendered))
    assert kept == whole


def test_a_long_text_is_parted_between_paragraphs_or_sentences() -> None:
    assert list(pieces("Eén zin. Nog een zin.\n\nEen alinea.", 30)) == ["Eén zin. Nog een zin.", "Een alinea."]
    assert list(pieces("Dit is een zin. En dit is er nog een.", 30)) == ["Dit is een zin.", "En dit is er nog een."]


@settings(deadline=None)
@given(HOSTILE, st.integers(10, 80))
def test_a_label_fits_on_one_line_and_is_never_empty(typed: str, limit: int) -> None:
    for made in (plain(typed, limit), middle(typed, limit)):
        assert 0 < len(made) <= limit
        assert "\n" not in made
    assert len(cut(escape(typed), 120)) <= 120


def test_names_that_differ_at_their_end_stay_apart_when_cut() -> None:
    one, other = (middle(f"{'Directoraat-generaal ' * 5}{number}", 75) for number in (1, 2))
    assert one != other


def test_slack_which_has_no_dutch_writes_no_date_into_a_dutch_sentence() -> None:
    text = f"Vóór {stamped(Size.LONG, 'nl', WHEN, 'dinsdag 8 december om 14:00')}."
    assert mrkdwn(text) == "Vóór dinsdag 8 december om 14:00."


def test_a_link_that_the_bot_means_can_be_opened_and_one_that_is_typed_stays_words() -> None:
    assert mrkdwn(f"Open {as_link('https://t.me/bot?start=_a_&b=1')}") == "Open <https://t.me/bot?start=_a_&amp;b=1>"
    assert "<" not in mrkdwn("Open https://t.me/bot?start=_a_")


@settings(deadline=None)
@given(HOSTILE)
def test_whatever_an_address_holds_it_is_one_link_or_none(typed: str) -> None:
    rendered = mrkdwn(as_link(f"https://{typed}"))
    assert rendered.count("<") <= 1
    assert rendered.count(">") <= 1 + rendered.count("&gt;")
    assert "|" not in rendered
    assert not LIVE.search(mrkdwn(as_link(f"javascript:{typed}")))
