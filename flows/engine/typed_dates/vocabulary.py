"""The words of dates and times in Dutch and English, with their short forms and slips people often make.

Both languages stand in one table, because people mix them. Where a word would mean two things, its token says in
which language it was said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import Final

from flows.engine.typed_dates.holidays import CHRISTMAS, EASTER, KINGS_DAY


class Kind(StrEnum):
    """What sort of word it is. Each has its own letter, so that a phrase can be found as a pattern of letters."""

    WEEKDAY = "W"
    MONTH = "M"
    NUMBER = "N"
    ORDINAL = "O"
    YEAR = "Y"
    DATE = "D"
    """Day, month and year (0 when not said), and whether a slash stands between them."""
    ISO = "I"
    DOTTED = "X"
    """8.12 or 14.30: a date or a time. Two numbers, and how many digits each has."""
    CLOCK = "C"
    """Hour, minute, and whether the hour has two digits and so stands on the clock of 24 hours."""
    AT = "A"
    HOUR = "U"
    PART = "P"
    """A part of the day, as its place in ``flows.engine.typed_dates.hours.PARTS``."""
    NEAR = "T"
    """Yesterday, today, tomorrow: how many days on."""
    NEXT = "V"
    COMING = "K"
    """0 for this one, 1 for the one to come."""
    UNIT = "E"
    MINUTES = "B"
    OVER = "S"
    """Dutch "over": in so many weeks, or past the hour."""
    IN = "J"
    LINK = "L"
    SINGLE = "a"
    HALF = "F"
    QUARTER = "Q"
    RELATION = "R"
    """-1 for before the hour, 1 for past it."""
    NOON = "Z"
    FEAST = "G"
    """What it is counted from, how many days away from that, and how many days it has."""
    EDGE = "H"
    """A part of a week, a month or a year that is not one day."""
    UNTIL = "t"
    FILLER = "."


@dataclass(frozen=True)
class Token:
    """A word understood. ``tongue`` is the language of a word where that matters, else empty."""

    kind: Kind
    numbers: tuple[int, ...] = ()
    tongue: str = ""


DAYS, WEEKS, MONTHS, YEARS = range(4)
"""The numbers of ``Kind.UNIT``."""

_WEEKDAYS: Final = (
    "maandag ma monday mon",
    "dinsdag di dins tuesday tue tues",
    "woensdag wo woe woens wednesday wed weds",
    "donderdag do don thursday thu thur thurs",
    "vrijdag vr vrij friday fri",
    "zaterdag za zat saturday sat",
    "zondag zo zon sunday sun",
)
_MONTHS: Final = (
    "januari jan january",
    "februari feb febr february",
    "maart mrt march mar",
    "april apr",
    "mei may",
    "juni jun june",
    "juli jul july",
    "augustus aug august",
    "september sept sep",
    "oktober okt october oct",
    "november nov",
    "december dec",
)
_UNTIL_TWENTY: Final = {
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
    "zeventien achttien negentien",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
}
_TENS: Final = {"nl": "twintig dertig veertig vijftig", "en": "twenty thirty forty fifty"}
_ORDINALS: Final = {
    "nl": "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende "
    "vijftiende zestiende zeventiende achttiende negentiende",
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth",
}
_PARTS: Final = (
    "ochtend ochtends morgens vroeg morning",
    "middag middags namiddag namiddags afternoon",
    "avond avonds evening",
    "nacht nachts night",
    "am",
    "pm",
)
_DUTCH_PARTS: Final = (("ochtend", "morgen", "vroeg"), ("middag", "namiddag"), ("avond",), ("nacht",))
_NUMBERED: Final[Mapping[Kind, Sequence[str]]] = {
    Kind.WEEKDAY: _WEEKDAYS,
    Kind.PART: _PARTS,
    Kind.NEAR: ("vandaag today", "tomorrow", "overmorgen"),
    Kind.COMING: ("deze dit this", "komende komend aankomende aanstaande as eerstvolgende coming upcoming"),
    Kind.UNIT: ("dag dagen day days", "week weken weeks wk", "maand maanden month months", "jaar jaren year years"),
}
_PLAIN: Final[Mapping[Kind, str]] = {
    Kind.AT: "om at vanaf",
    Kind.HOUR: "uur u h hr hrs oclock",
    Kind.NEXT: "volgende volgend next",
    Kind.MINUTES: "minuut minuten minute minutes min",
    Kind.OVER: "over",
    Kind.IN: "in",
    Kind.LINK: "van of from",
    Kind.SINGLE: "a an",
    Kind.HALF: "half",
    Kind.QUARTER: "kwart quarter",
    Kind.NOON: "noon midday",
    Kind.EDGE: "eind einde begin midden halverwege loop weekend weekeinde end beginning start middle mid course",
    Kind.UNTIL: "tot until",
    Kind.FILLER: "op on de the het s graag liefst please svp alstublieft alsjeblieft time",
}
_OTHERS: Final[Mapping[str, tuple[Token, ...]]] = {
    "morgen": (Token(Kind.NEAR, (1,), "nl"),),
    "tonight": (Token(Kind.NEAR, (0,)), Token(Kind.PART, (2,))),
    "laatste": (Token(Kind.ORDINAL, (-1,)),),
    "last": (Token(Kind.ORDINAL, (-1,)),),
    **dict.fromkeys(("gisteren", "yesterday"), (Token(Kind.NEAR, (-1,)),)),
    "eergisteren": (Token(Kind.NEAR, (-2,)),),
    **dict.fromkeys(("to", "till"), (Token(Kind.RELATION, (-1,), "en"),)),
    **dict.fromkeys(("voor", "before"), (Token(Kind.RELATION, (-1,)),)),
    **dict.fromkeys(("na", "past", "after"), (Token(Kind.RELATION, (1,)),)),
}

_FEASTS: Final[Mapping[str, tuple[int, int, int]]] = {
    "kerst kerstmis kerstdag kerstdagen": (CHRISTMAS, 0, 2),
    "christmas xmas christmasday": (CHRISTMAS, 0, 1),
    "boxingday": (CHRISTMAS, 1, 1),
    "goedevrijdag goodfriday": (EASTER, -2, 1),
    "pasen paasdag paasdagen easter": (EASTER, 0, 2),
    "paaszondag eastersunday": (EASTER, 0, 1),
    "paasmaandag eastermonday": (EASTER, 1, 1),
    "hemelvaart hemelvaartsdag ascension ascensionday": (EASTER, 39, 1),
    "pinksteren pinksterdag pinksterdagen pentecost whitsun": (EASTER, 49, 2),
    "pinksterzondag whitsunday": (EASTER, 49, 1),
    "pinkstermaandag whitmonday": (EASTER, 50, 1),
    "koningsdag kingsday": (KINGS_DAY, 0, 1),
}
_SAME_EACH_YEAR: Final = {
    "nieuwjaar nieuwjaarsdag newyearsday": (1, 1),
    "bevrijdingsdag liberationday": (5, 5),
    "sinterklaas pakjesavond": (5, 12),
    "kerstavond christmaseve": (24, 12),
    "oudjaar oudejaarsdag oudjaarsdag oudejaarsavond newyearseve": (31, 12),
}
"""Days that are but another name of a date: day and month."""

Entry = tuple[str, tuple[Token, ...]]


def _one(words: str, kind: Kind, *numbers: int, tongue: str = "") -> Iterator[Entry]:
    return ((word, (Token(kind, numbers, tongue),)) for word in words.split())


def _numbers(tongue: str) -> Iterator[Entry]:
    units, tens = _UNTIL_TWENTY[tongue].split(), _TENS[tongue].split()
    for number, word in enumerate(units):
        yield from _one(word, Kind.NUMBER, number, tongue=tongue)
    for ten, word in enumerate(tens, 2):
        yield from _one(word, Kind.NUMBER, 10 * ten, tongue=tongue)
        for unit in range(1, 10):
            joined = f"{units[unit]}en{word}" if tongue == "nl" else f"{word}{units[unit]}"
            yield from _one(joined, Kind.NUMBER, 10 * ten + unit, tongue=tongue)


def _ordinals(tongue: str) -> Iterator[Entry]:
    words = _ORDINALS[tongue].split()
    for number, word in enumerate(words, 1):
        yield from _one(word, Kind.ORDINAL, number)
    if tongue == "en":
        yield from chain(_one("twentieth", Kind.ORDINAL, 20), _one("thirtieth", Kind.ORDINAL, 30))
        high = {20 + unit: f"twenty{words[unit - 1]}" for unit in range(1, 10)} | {31: "thirtyfirst"}
    else:
        high = {token.numbers[0]: f"{word}ste" for word, (token,) in _numbers("nl") if 20 <= token.numbers[0] <= 31}
    for number, word in high.items():
        yield from _one(word, Kind.ORDINAL, number)


def _parts_of_days() -> Iterator[Entry]:
    """Dutch words that tell a day and a part of it: vanmiddag, morgenochtend, dinsdagavond."""
    days = {"van": Token(Kind.NEAR, (0,)), "morgen": Token(Kind.NEAR, (1,)), "overmorgen": Token(Kind.NEAR, (2,))}
    days |= {"gister": Token(Kind.NEAR, (-1,))}
    days |= {words.split()[0]: Token(Kind.WEEKDAY, (number,)) for number, words in enumerate(_WEEKDAYS)}
    for word, day in days.items():
        for number, parts in enumerate(_DUTCH_PARTS):
            for part in parts:
                yield f"{word}{part}", (day, Token(Kind.PART, (number,)))


def _named_days() -> Iterator[Entry]:
    for words, counted in _FEASTS.items():
        yield from _one(words, Kind.FEAST, *counted)
    for words, (day, month) in _SAME_EACH_YEAR.items():
        for word in words.split():
            yield word, (Token(Kind.ORDINAL, (day,)), Token(Kind.MONTH, (month,)))


def _entries() -> Iterator[Entry]:
    for kind, rows in _NUMBERED.items():
        for number, words in enumerate(rows):
            yield from _one(words, kind, number)
    for number, words in enumerate(_MONTHS, 1):
        yield from _one(words, Kind.MONTH, number)
    for kind, words in _PLAIN.items():
        yield from _one(words, kind)
    for tongue in ("nl", "en"):
        yield from chain(_numbers(tongue), _ordinals(tongue))
    yield from chain(_parts_of_days(), _named_days(), _OTHERS.items())


VOCABULARY: Final[Mapping[str, tuple[Token, ...]]] = MappingProxyType(dict(_entries()))
"""Every known word, in small letters without accents, dots or apostrophes, and the tokens it stands for."""
