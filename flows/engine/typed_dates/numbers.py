"""Whole numbers as people type them, in Dutch and in English: "12", "ongeveer 12 mensen", "een stuk of tien"."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

LONGEST: Final = 60
"""The most signs that are read: with more, it is a story and no number."""

_UNITS: Final = {
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
    "zeventien achttien negentien",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
}
_TENS: Final = {
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
}
_HUNDRED: Final = {"nl": "honderd", "en": "hundred"}
_TOGETHER: Final = "tweeen drieen vieren vijven zessen zevenen achten negenen tienen elven twaalven"
"""Met zijn tweeën, drieën, …, twaalven."""
_OTHERS: Final = dict.fromkeys(("dozijn", "eendozijn", "dozen", "adozen"), 12)

_ABOUT: Final = (
    "een stuk of|een man of|om en nabij|om en bij|ongeveer|circa|ca|plm|plusminus|plus minus|naar schatting|geschat"
    "|rond de|rond|zo'n|zon|pakweg|ik denk|denk ik|waarschijnlijk|in totaal|totaal|we zijn|wij zijn|met zijn|met z'n"
    "|met|elke|iedere|about|around|approximately|approx|roughly|some|probably|i think|in total|we are|there are|of us"
    "|every|and"
)
"""About so many, and other words that take nothing away from the number."""
_COUNTED: Final = (
    "personen|persoon|mensen|man|deelnemers|deelnemer|collega's|collegas|medewerkers|teamleden|weken|week|keer"
    "|bijeenkomsten|bijeenkomst|stuks|people|persons|person|participants|participant|colleagues|members|weeks|times"
    "|sessions|session|meetings"
)
_LEFT_OUT: Final = re.compile(rf"(?<![\w'])(?:{_ABOUT}|{_COUNTED})(?![\w'])")
_DIGITS: Final = re.compile(r"\d+|\d{1,3}(?:\.\d{3})+", re.ASCII)


def number(text: str) -> int | None:
    """The whole number that is typed, from 0 and of any size; None where it is none, or where it may be several."""
    if len(text) > LONGEST:
        return None
    left = _LEFT_OUT.sub(" ", _simple(text)).strip(" .!~\u00b1\u2248")
    if _DIGITS.fullmatch(left):
        return int(left.replace(".", ""))
    return _IN_WORDS.get(re.sub(r"(?<=[a-z])[ -]+(?=[a-z])", "", left))


def _simple(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.lower().replace("\u2019", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _until_hundred(tongue: str) -> Iterator[tuple[str, int]]:
    units, tens = _UNITS[tongue].split(), _TENS[tongue].split()
    yield from ((word, count) for count, word in enumerate(units))
    for ten, word in enumerate(tens, 2):
        yield word, 10 * ten
        for unit in range(1, 10):
            yield (f"{units[unit]}en{word}" if tongue == "nl" else f"{word}{units[unit]}"), 10 * ten + unit


def _until_thousand(tongue: str) -> Iterator[tuple[str, int]]:
    """All numbers below a thousand, each written as one word."""
    small = dict(_until_hundred(tongue))
    yield from small.items()
    for before, hundreds in [("", 1), ("a", 1), *((word, count) for word, count in small.items() if 1 <= count <= 9)]:
        hundred = f"{before}{_HUNDRED[tongue]}"
        yield hundred, 100 * hundreds
        for word, rest in small.items():
            yield from ((f"{hundred}{link}{word}", 100 * hundreds + rest) for link in ("", "en"))


_IN_WORDS: Final[Mapping[str, int]] = MappingProxyType(
    {
        **dict(chain(_until_thousand("nl"), _until_thousand("en"))),
        **{word: count for count, word in enumerate(_TOGETHER.split(), 2)},
        **_OTHERS,
    }
)
