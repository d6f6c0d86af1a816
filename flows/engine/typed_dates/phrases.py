"""A text read as phrases: for a day, a weekday, a time and a part of the day, in any order, and each at most once.

The ways to cut a text with the fewest phrases count, because words that go together are meant together.
"""

from collections.abc import Iterator
from typing import Final

from flows.engine.typed_dates.day_phrases import DAY_PHRASES
from flows.engine.typed_dates.hour_phrases import HOUR_PHRASES
from flows.engine.typed_dates.reading import Reading, Span
from flows.engine.typed_dates.spans import STRETCH_PHRASES
from flows.engine.typed_dates.vocabulary import Token

MOST_WORDS: Final = 16
"""More words than a date and a time need; it also bounds the work of reading them."""

_PHRASES: Final = (*HOUR_PHRASES, *STRETCH_PHRASES, *DAY_PHRASES)


def readings(tokens: list[Token], language: str) -> list[Reading]:
    """The least far-fetched ways to read all these words; none when they do not go together."""
    kinds = "".join(token.kind for token in tokens)
    reached: list[list[Reading]] = [[Reading(phrases=0)], *([] for _ in tokens)]
    for start, before in enumerate(reached):
        for end, phrase in _from(start, tokens, kinds, language) if before else ():
            reached[end] += [both for reading in before if (both := reading.beside(phrase))]
    least = min((reading.strain for reading in reached[-1]), default=None)
    return [reading for reading in dict.fromkeys(reached[-1]) if reading.strain == least]


def _from(start: int, tokens: list[Token], kinds: str, language: str) -> Iterator[tuple[int, Reading]]:
    for end in range(start + 1, len(tokens) + 1):
        for phrase in _PHRASES:
            if phrase.pattern.fullmatch(kinds, start, end):
                for reading in phrase.read(Span(tokens[start:end], language)):
                    yield end, reading
