"""How people say a time of day."""

from collections.abc import Iterator
from typing import Final

from flows.engine.typed_dates.hours import Clock, clock
from flows.engine.typed_dates.reading import Reading, Span, phrase
from flows.engine.typed_dates.vocabulary import Kind


def _hour(span: Span) -> Iterator[Reading]:
    hour, *minutes = span.of(Kind.NUMBER)
    loose = not span.has(Kind.AT, Kind.HOUR, Kind.PART)
    if not (loose and span.is_article()):
        valid = [minute for minute in minutes or [0] if minute < 60]
        yield _timed(span, clock(hour, valid), loose=int(loose))


def _hour_minute_in_words(span: Span) -> Iterator[Reading]:
    """Two thirty: only in English, and never in figures."""
    minutes = [token for token in span.tokens if token.kind is Kind.NUMBER][1]
    if minutes.tongue == "en" and 10 <= minutes.numbers[0] < 60:
        yield _timed(span, clock(span.one(Kind.NUMBER), minutes.numbers))


def _hour_and_minute(span: Span) -> Iterator[Reading]:
    hour, minute, two_digits = next(token.numbers for token in span.tokens if token.kind is Kind.CLOCK)
    yield _timed(span, clock(hour, [minute] if minute < 60 else [], exact=bool(two_digits)))


def _hour_dot_minute(span: Span) -> Iterator[Reading]:
    hour, minute, first, second = next(token.numbers for token in span.tokens if token.kind is Kind.DOTTED)
    if hour < 24 and minute < 60 and second == 2:
        yield _timed(span, clock(hour, [minute], exact=first == 2))


def _half(span: Span) -> Iterator[Reading]:
    # Half two is 13:30 in Dutch and 14:30 in British English, and a Dutch person may mean the first in English.
    number = next(token for token in span.tokens if token.kind is Kind.NUMBER)
    english = (number.tongue or span.language) == "en"
    yield _timed(span, clock(number.numbers[0], (-30, 30) if english else (-30,)))


def _beside_the_hour(span: Span) -> Iterator[Reading]:
    """Kwart voor tien, vijf over half vier, half past two."""
    *minutes, hour = span.of(Kind.NUMBER)
    quarter, before_half = span.has(Kind.QUARTER), span.has(Kind.HALF) and bool(minutes)
    away = minutes[0] if minutes else 15 if quarter else 30
    sign = span.one(Kind.RELATION) or 1
    if away < 60:
        yield _timed(span, clock(hour, [sign * away - 30 * before_half]))


def _noon(span: Span) -> Iterator[Reading]:
    if span.of(Kind.NUMBER) in ([], [12]):
        yield _timed(span, clock(12, exact=True))


def _timed(span: Span, shown: Clock, loose: int = 0) -> Reading:
    return Reading(clock=shown, part=span.one(Kind.PART) if span.has(Kind.PART) else None, loose=loose)


HOUR_PHRASES: Final = (
    phrase("at? number hour? (in? part)?", _hour),
    phrase("at? number hour number", _hour),
    phrase("at? number number (in? part)?", _hour_minute_in_words),
    phrase("at? clock hour? (in? part)?", _hour_and_minute),
    phrase("at? dotted hour? (in? part)?", _hour_dot_minute),
    phrase("at? half number hour? (in? part)?", _half),
    phrase(
        "at? single? (quarter | number minutes?) (relation | over) half? number hour? (in? part)?", _beside_the_hour
    ),
    phrase("at? half relation number hour? (in? part)?", _beside_the_hour),
    phrase("at? number? noon", _noon),
)
