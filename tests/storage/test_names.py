"""A name is kept as people see it: its spaces, joiners and accents, and nothing that nobody sees."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.people.names import cleaned

SPACES = [
    " ",
    "\u00a0",
    "\u202f",
    "\u2003",
    "\u3000",
    "\t",
    "\n",
    "\r\n",
    "\v",
    "\u2028",
    "\u2029",
    "\x85",
    "\u2800",
    " \u00a0 ",
]
UNSEEN = ["\u200b", "\xad", "\ufeff", "\u202e", "\u2066", "\u2069", "\u200f", "\u2060", "\x00", "\x1b", "\u034f",
          "\ufe0f", "\u3164", "\ue000", "\ud83d", "\U000e0041"]  # fmt: skip


@pytest.mark.parametrize("space", SPACES, ids=ascii)
def test_whatever_white_space_there_is_becomes_one_space_and_never_nothing(space: str) -> None:
    assert cleaned(f"{space}Jan{space}de{space}{space}Vries{space}") == "Jan de Vries"


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_what_nobody_sees_makes_no_other_name(sign: str) -> None:
    assert cleaned(f"{sign}Jan{sign}neke {sign} Bos{sign}") == "Janneke Bos"


@pytest.mark.parametrize(
    "name",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, where a non-joiner stands between two letters
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3 Lanka",
        "Fien \U0001f469\u200d\U0001f4bb",
        "Ge\u0301\u0323",
        "Łukasz Żółć",
        "O'Neil-d\u2019Été",
        "n\u0303\u0320a",
    ],
    ids=ascii,
)
def test_joiners_and_accents_stay(name: str) -> None:
    assert cleaned(name) == unicodedata.normalize("NFC", name)


def test_an_accent_is_the_same_however_it_was_made() -> None:
    assert cleaned("Rene\u0301e") == cleaned("Renée") == "Renée"


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\u200d\u200c", "\u00a0\u2800\u3164", "\u0301", "\u202e \u0301\u200d"], ids=ascii
)
def test_where_nothing_is_to_be_seen_there_is_no_name(text: str) -> None:
    assert cleaned(text) == ""


@given(st.text())
def test_a_cleaned_name_is_clean(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


@given(st.text())
def test_a_name_stands_on_one_line_and_can_be_stored(text: str) -> None:
    name = cleaned(text)
    assert name == " ".join(name.split())
    assert "\x00" not in name
    name.encode()


@given(
    st.lists(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1), min_size=1, max_size=5),
    st.sampled_from(SPACES),
)
def test_words_never_run_into_each_other(words: list[str], space: str) -> None:
    seen = [word for word in map(cleaned, words) if word]
    assert cleaned(space.join(words)) == " ".join(seen)
