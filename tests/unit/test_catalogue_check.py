"""The check of texts against code finds what it is there to find."""

from pathlib import Path

import pytest

from tests.catalogue import Uses, Words, check, faults, in_code, load

CODE = """
def answer(t, offer, turn):
    log.info("An offer", extra={"action": "offer.logged"})
    button = Button(t("offer.accept"), Action("offer.press", 1))
    return t("offer.title", n=1) + turn.t(f"offer.is.{offer.state}") + read("topics.csv")

STATES = ("open", "taken")
"""


def texts(**changes: str) -> Words:
    right = {"offer.accept": "Yes", "offer.title": "{n} offers", "offer.is.open": "Open", "offer.is.taken": "Gone"}
    return {key: (text,) for key, text in (right | changes).items()}


@pytest.fixture
def uses(tmp_path: Path) -> Uses:
    (tmp_path / "offers.py").write_text(CODE)
    return in_code([tmp_path])


def test_nothing_is_said_when_all_is_well(uses: Uses) -> None:
    assert faults(uses, {"nl": texts(), "en": texts()}, ["offer.is.open"]) == []


def test_a_key_without_a_text_is_found(uses: Uses) -> None:
    without = {key: text for key, text in texts().items() if key != "offer.accept"}
    assert faults(uses, {"nl": without, "en": texts()}, []) == ["offer.accept (offers.py:4) has no text in nl"]


def test_a_choice_without_a_text_is_found(uses: Uses) -> None:
    words = {"nl": texts(), "en": texts()}
    assert faults(uses, words, ["offer.is.lost"]) == ["offer.is.lost (chosen by people) has no text in nl and en"]


def test_a_text_that_no_code_asks_for_is_found(uses: Uses) -> None:
    more = texts(**{"offer.is.forgotten": "Forgotten", "offer.press": "Press"})
    found = faults(uses, {"nl": more, "en": more}, [])
    assert found == ["offer.is.forgotten is used nowhere", "offer.press is used nowhere"]


def test_a_put_together_key_without_any_text_is_found(uses: Uses) -> None:
    bare = {key: text for key, text in texts().items() if ".is." not in key}
    assert faults(uses, {"nl": bare, "en": bare}, []) == ["offer.is.... (offers.py:5) fits no text at all"]


def test_a_text_in_one_language_only_is_found(uses: Uses) -> None:
    without = {key: text for key, text in texts().items() if key != "offer.is.taken"}
    assert faults(uses, {"nl": texts(), "en": without}, []) == ["offer.is.taken has no text in en"]


def test_other_gaps_and_gaps_that_nobody_fills_are_found(uses: Uses) -> None:
    other = texts(**{"offer.title": "{count} offers"})
    assert faults(uses, {"nl": texts(), "en": other}, []) == [
        "offer.title has other gaps in each language: nl ['n'], en ['count']",
    ]
    assert faults(uses, {"nl": other, "en": other}, []) == ["offer.title (offers.py:5) is not given ['count']"]


def test_an_empty_text_is_found(uses: Uses) -> None:
    empty = texts(**{"offer.accept": " "})
    assert faults(uses, {"nl": texts(), "en": empty}, []) == ["offer.accept is empty in en"]


def test_a_key_that_stands_twice_and_a_fuzzy_text_are_found(tmp_path: Path) -> None:
    for language in ("nl", "en"):
        (tmp_path / language).mkdir()
    (tmp_path / "nl" / "a.po").write_text('msgid "a.b"\nmsgstr "x"\n\n#, fuzzy\nmsgid "a.c"\nmsgstr "y"\n')
    (tmp_path / "nl" / "b.po").write_text('msgid "a.b"\nmsgstr "z"\n')
    words, wrong = load(tmp_path)
    assert sorted(words["nl"]) == ["a.b", "a.c"]
    assert wrong == ["nl/a.po: a.c is marked fuzzy", "nl/b.po: a.b stands twice"]


def test_every_text_of_the_bot_exists_in_both_languages_and_is_used() -> None:
    assert check() == []
