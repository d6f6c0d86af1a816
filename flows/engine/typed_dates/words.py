"""From typed text to the words of dates and times in it."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from flows.engine.typed_dates.vocabulary import VOCABULARY, Kind, Token

LONG_ENOUGH: Final = 6
"""From this many letters on, a word with one typing mistake is still that word and no other."""

_LONG_WORDS: Final = [word for word in VOCABULARY if len(word) >= LONG_ENOUGH]
_TWO_WORDS: Final = re.compile(r"\b(twenty|thirty|forty|fifty)[ -](?=[a-z])")
_NAMED_DAYS: Final = re.compile(
    r"\b(?:goede vrijdag|good friday|christmas (?:day|eve)|boxing day|new year'?s (?:day|eve)|king'?s day"
    r"|liberation day|ascension day|(?:easter|whit) (?:sunday|monday))\b"
)
"""Days whose name is more than one word, which are read as one."""
_APOSTROPHES: Final = str.maketrans("\u2019\u2018\u02bc`\u2013\u2014\u2212", "''''---")
_SKIPPED: Final = re.compile(
    r"(?<=[a-z.])\s*-\s*|\s*-\s*(?=[a-z'])|(?:(?<=[-/]\d\d)|(?<=\d{4}))\s+-\s+(?=\d+\s*[:.u])|[\s,;()]+|\.(?=\s|$)"
)
"""What may stand between words. A dash between numbers does not: there it means a date, or until."""
_WORD: Final = re.compile(r"'?[a-z]+(?:['.][a-z]+)*'?\.?")

Groups = tuple[str, ...]


class UnknownWord(Exception):
    """A word that has nothing to do with dates and times, or that is misspelled beyond recognition."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word


def words(text: str) -> list[Token]:
    """The words of a date or time in ``text``, in order, without what only fills; UnknownWord meets any other word."""
    return [token for token in _tokens(_simple(text)) if token.kind is not Kind.FILLER]


def _simple(text: str) -> str:
    """The text in small letters, without accents, and with one sort of dash and apostrophe."""
    letters = unicodedata.normalize("NFD", text.lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    one_by_one = _TWO_WORDS.sub(r"\1", bare.translate(_APOSTROPHES))
    return _NAMED_DAYS.sub(lambda name: re.sub("[ ']", "", name[0]), one_by_one)


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        if skipped := _SKIPPED.match(text, place):
            place = skipped.end()
            continue
        place, tokens = _next(text, place)
        yield from tokens


def _next(text: str, place: int) -> tuple[int, tuple[Token, ...]]:
    for shape, make in _SHAPES:
        if found := shape.match(text, place):
            return found.end(), (make(found.groups("0")),)
    found = _WORD.match(text, place)
    if found is None:
        raise UnknownWord(text[place:].split(maxsplit=1)[0])
    return found.end(), _known(found[0])


def _known(typed: str) -> tuple[Token, ...]:
    word = re.sub(r"['.]", "", typed)
    return VOCABULARY.get(word) or _nearly(word) or _unknown(typed)


def _nearly(word: str) -> tuple[Token, ...]:
    """What a long word with one letter wrong, missing, doubled or swapped must mean; nothing if it could mean two."""
    if len(word) < LONG_ENOUGH:
        return ()
    alike = process.extract(word, _LONG_WORDS, scorer=OSA.distance, score_cutoff=1, limit=None)
    meant = {VOCABULARY[known] for known, _distance, _index in alike}
    return meant.pop() if len(meant) == 1 else ()


def _unknown(typed: str) -> tuple[Token, ...]:
    raise UnknownWord(typed)


def _numbers(kind: Kind) -> Callable[[Groups], Token]:
    return lambda groups: Token(kind, tuple(map(int, groups)))


def _year(typed: str) -> int:
    return int(typed) if len(typed) != 2 else 2000 + int(typed)


def _date(groups: Groups) -> Token:
    day, sign, month, year = groups
    return Token(Kind.DATE, (int(day), int(month), _year(year), int(sign == "/")))


def _clock(groups: Groups) -> Token:
    hour, minute = groups
    return Token(Kind.CLOCK, (int(hour), int(minute), int(len(hour) == 2)))


def _dotted(groups: Groups) -> Token:
    first, second = groups
    return Token(Kind.DOTTED, (int(first), int(second), len(first), len(second)))


_SHAPES: Final[tuple[tuple[re.Pattern[str], Callable[[Groups], Token]], ...]] = tuple(
    (re.compile(shape, re.ASCII), make)
    for shape, make in (
        (r"-\s*(?=\d)", _numbers(Kind.UNTIL)),
        (r"([12]\d{3})-(\d{1,2})-(\d{1,2})(?:t(?=\d)|(?![\d-]))", _numbers(Kind.ISO)),
        (r"(\d{1,2})\s*([-/])\s*(\d{1,2})(?:\s*\2\s*([12]\d{3}|\d\d))?(?![-/:.]?\d)", _date),
        (r"(\d{1,2})(\.)(\d{1,2})\.([12]\d{3}|\d\d)(?!\d)", _date),
        (r"(\d{1,2})\.(\d{1,2})(?!\d|\.\d)", _dotted),
        (r"(\d{1,2})[:uh](\d\d)(?!\d|:)", _clock),
        (r"(\d\d)(\d\d)(?=\s*(?:u|uur|h|hrs)\b)", _clock),
        (r"(\d{1,2})(?:e|ste|de|st|nd|rd|th)\b", _numbers(Kind.ORDINAL)),
        (r"'(\d\d)(?!\d)", lambda groups: Token(Kind.YEAR, (_year(groups[0]),))),
        (r"([12]\d{3})(?!\d)", _numbers(Kind.YEAR)),
        (r"(\d{1,2})(?!\d)", _numbers(Kind.NUMBER)),
    )
)
"""What digits look like, the longest first."""
