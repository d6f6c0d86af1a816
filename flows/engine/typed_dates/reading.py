"""One way to read a text, and the words of one phrase in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from flows.engine.typed_dates.days import Weekday, When
from flows.engine.typed_dates.hours import Clock
from flows.engine.typed_dates.vocabulary import Kind, Token


@dataclass(frozen=True)
class Reading:
    """What is said about each thing. ``loose`` counts numbers that could be anything: at most one is taken so."""

    when: When | None = None
    weekday: Weekday | None = None
    clock: Clock | None = None
    part: int | None = None
    loose: int = 0
    phrases: int = 1

    def beside(self, other: "Reading") -> "Reading | None":
        """Both in one, or None where both tell the same thing."""
        told = {name: getattr(other, name) for name in _THINGS if getattr(other, name) is not None}
        if self.loose + other.loose > 1 or any(getattr(self, name) is not None for name in told):
            return None
        return replace(self, **told, loose=self.loose + other.loose, phrases=self.phrases + other.phrases)

    @property
    def strain(self) -> tuple[int, bool]:
        """How far-fetched it is: phrases that could be one, or a part of the day that no time goes with."""
        return self.phrases, self.part is not None and self.clock is None


_THINGS: Final = ("when", "weekday", "clock", "part")


@dataclass(frozen=True)
class Span:
    """The words of one phrase, and the language of whoever typed them."""

    tokens: list[Token]
    language: str

    def of(self, kind: Kind) -> list[int]:
        """The first number of every word of this kind."""
        return [token.numbers[0] for token in self.tokens if token.kind is kind]

    def one(self, *kinds: Kind) -> int:
        """The first number of the first such word, or 0."""
        return next((token.numbers[0] for token in self.tokens if token.kind in kinds), 0)

    def has(self, *kinds: Kind) -> bool:
        return any(token.kind in kinds for token in self.tokens)

    def is_article(self) -> bool:
        """Whether it is only the Dutch "een", which is seldom a number when it stands alone."""
        return self.tokens == [Token(Kind.NUMBER, (1,), "nl")]


@dataclass(frozen=True)
class Phrase:
    """Words that go together: a ``pattern`` of the letters of their kinds, and what they may say."""

    pattern: re.Pattern[str]
    read: Callable[[Span], Iterator[Reading]]


def phrase(kinds: str, read: Callable[[Span], Iterator[Reading]]) -> Phrase:
    """A phrase of these kinds, told by their names as in a regular expression: "at? number hour"."""
    letters = re.sub("[a-z]+", lambda name: Kind[name[0].upper()].value, kinds)
    return Phrase(re.compile(letters.replace(" ", "")), read)
