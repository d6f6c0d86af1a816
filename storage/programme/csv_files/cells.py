"""The cells of a file: what a text in one must look like, and what it means.

Every parser takes the text without the spaces around it and raises BadCell when it cannot be used.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeVar

from storage.models import Level
from storage.people import emails, names
from storage.programme.csv_files.bad_lines import BadCell
from storage.programme.csv_files.hours import Stretch, parse_hours

Word = TypeVar("Word", bound=StrEnum)

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_LIST_SIGNS = re.compile(r"[;|\n]")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
# What a Dutch spreadsheet makes of an ISO day when it saves the file again.
_DUTCH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_ADDRESS = re.compile(r"([a-z]+)\s*:\s*(\S+)")
_YES = frozenset({"ja", "yes", "true", "waar"})
_NO = frozenset({"nee", "no", "false", "onwaar"})
# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MADE_SAFE = re.compile(r"''*[=+\-@\t\r]")
DUTCH_LEVELS = {"in opleiding": Level.IN_TRAINING, "opgeleid": Level.TRAINED, "ervaren": Level.EXPERIENCED}


def make_safe(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula."""
    return "'" + text if _FORMULA.match(text) else text


def unmake_safe(text: str) -> str:
    """The text as it was before ``make_safe``."""
    return text[1:] if _MADE_SAFE.match(text) else text


def words(text: str) -> str:
    """Any text, on one line and without signs of which nothing is seen."""
    seen = names.cleaned(text)
    if not seen:
        raise BadCell("import.empty")
    return seen


@cache
def code(text: str) -> str:
    """A code: letters, digits, dot, dash, slash and underscore."""
    if not _CODE.fullmatch(text):
        raise BadCell("import.bad_code", text=text)
    return text


def email(text: str) -> str:
    """An e-mail address, in the one way to write it."""
    try:
        return emails.normalised(text)
    except emails.MixedAlphabets:
        raise BadCell("import.mixed_email", text=text) from None
    except emails.NotAnAddress:
        raise BadCell("import.bad_email", text=text) from None


@lru_cache(maxsize=100_000)
def items(text: str) -> tuple[str, ...]:
    """The items of a list separated by ``;`` or ``|``, each once."""
    return tuple(dict.fromkeys(item for item in map(names.cleaned, _LIST_SIGNS.split(text)) if item))


@lru_cache(maxsize=100_000)
def codes(text: str) -> tuple[str, ...]:
    """A list of codes."""
    return tuple(code(item) for item in items(text))


@lru_cache(maxsize=1_000)
def languages(text: str) -> tuple[str, ...]:
    """A list of ISO 639-1 codes."""
    found = tuple(item.lower() for item in items(text))
    for item in found:
        if not re.fullmatch("[a-z]{2}", item):
            raise BadCell("import.bad_language", text=item)
    return tuple(dict.fromkeys(found))


def spoken(text: str) -> str:
    """A language the bot itself speaks."""
    return one_of({"nl": "nl", "en": "en"}, "nl, en")(text)


@lru_cache(maxsize=100_000)
def hours(text: str) -> tuple[Stretch, ...]:
    """Weekly hours, see ``storage.programme.csv_files.hours``."""
    return parse_hours(items(text))


def yes_no(text: str) -> bool:
    """Yes or no, in Dutch or English."""
    if text.lower() not in _YES | _NO:
        raise BadCell("import.bad_yes_no", text=text)
    return text.lower() in _YES


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """A parser for whole numbers from ``lowest`` to ``highest``."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text) or not lowest <= int(text) <= highest:
            raise BadCell("import.bad_number", text=text, lowest=lowest, highest=highest)
        return int(text)

    return parse


Meaning = TypeVar("Meaning")


def one_of(meanings: Mapping[str, Meaning], shown: str) -> Callable[[str], Meaning]:
    """A parser for a fixed choice of words in small or capital letters; ``shown`` are those to name when it fails."""

    def parse(text: str) -> Meaning:
        try:
            return meanings[text.lower()]
        except KeyError:
            raise BadCell("import.bad_word", text=text, words=shown) from None

    return parse


def word_of(kinds: type[Word], extra: Mapping[str, Word] | None = None) -> Callable[[str], Word]:
    """A parser for the words of an enum, and for ``extra`` words that mean the same."""
    return one_of({kind.value: kind for kind in kinds} | dict(extra or {}), ", ".join(kinds))


@lru_cache(maxsize=100_000)
def day(text: str) -> date:
    """A day as 2026-12-31, or as 31-12-2026."""
    iso, dutch = _ISO_DAY.fullmatch(text), _DUTCH_DAY.fullmatch(text)
    numbers = iso.groups() if iso else dutch.groups()[::-1] if dutch else ()
    try:
        return date(*(int(number) for number in numbers))
    except (TypeError, ValueError):
        raise BadCell("import.bad_day", text=text) from None


def periods(text: str) -> tuple[tuple[date, date], ...]:
    """A list of first and last days, "2026-12-20/2027-01-03", or of single days."""
    return tuple(dict.fromkeys(_period(item) for item in items(text)))


def _period(text: str) -> tuple[date, date]:
    first, slash, last = text.partition("/")
    days = day(first.strip()), day(last.strip() if slash else first.strip())
    if days[1] < days[0]:
        raise BadCell("import.period_order", text=text)
    return days


def addresses(text: str) -> tuple[tuple[str, str], ...]:
    """A list of channel and address there, "slack:U012AB3CD"."""
    return tuple(_address(item) for item in items(text))


def _address(text: str) -> tuple[str, str]:
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise BadCell("import.bad_address", text=text)
    return found[1], found[2]
