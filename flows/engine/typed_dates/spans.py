"""How people say from when until when: it begins at the first of the two, and how long it takes is asked elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from typing import Final

from flows.engine.typed_dates.hour_phrases import HOUR_PHRASES
from flows.engine.typed_dates.hours import clock
from flows.engine.typed_dates.reading import Reading, Span, phrase
from flows.engine.typed_dates.vocabulary import Kind, Token

_TO: Final = Token(Kind.RELATION, (-1,), "en")


def _from_until(span: Span) -> Iterator[Reading]:
    """Van 10 tot 12; 10:00-12:00; from half past two until four. "10 to 11" may also be ten minutes before eleven."""
    tokens = span.tokens[span.has(Kind.LINK) :]
    for place, token in enumerate(tokens):
        if token.kind is Kind.UNTIL or token == _TO:
            yield from _beginning(Span(tokens[:place], span.language), Span(tokens[place + 1 :], span.language))


def _hours_in_a_row(span: Span) -> Iterator[Reading]:
    """10 uur - 12 uur: no more than an hour may stand on either side."""
    first = [token.kind for token in span.tokens].index(Kind.HOUR) + 1
    yield from _beginning(Span(span.tokens[:first], span.language), Span(span.tokens[first:], span.language))


def _hours_like_a_date(span: Span) -> Iterator[Reading]:
    """10-12 uur; and 10-12 beside a day, though by itself that is a day."""
    begins, ends, year, slash = next(token.numbers for token in span.tokens if token.kind is Kind.DATE)
    if begins < ends <= 24 and not (year or slash):
        yield Reading(clock=clock(begins), phrases=1 if span.has(Kind.HOUR) else 2)


def _beginning(begins: Span, ends: Span) -> Iterator[Reading]:
    for first in _times(begins):
        for last in _times(ends):
            part = _part(first, last)
            if any(one < other for one in _meant(first, part) for other in _meant(last, last.part)):
                yield replace(first, part=part, loose=0)


def _meant(reading: Reading, part: int | None) -> tuple[time, ...]:
    return reading.clock.meant(part) if reading.clock else ()


def _part(first: Reading, last: Reading) -> int | None:
    """The part of the day it begins in. "2 to 4 pm" begins after noon too, "11 to 1 pm" does not."""
    if first.part is not None or not (first.clock and last.clock and first.clock.times and last.clock.times):
        return first.part
    return last.part if first.clock.times[0] < last.clock.times[0] else None


def _times(span: Span) -> Iterator[Reading]:
    kinds = "".join(token.kind for token in span.tokens)
    for known in HOUR_PHRASES:
        if known.pattern.fullmatch(kinds):
            yield from known.read(span)


_TIME: Final = (
    "(at | in | hour | number | clock | dotted | half | quarter | single | minutes | relation | over | part)+"
)

STRETCH_PHRASES: Final = (
    phrase(f"link? {_TIME} until {_TIME}", _from_until),
    phrase("link? (at? (number | clock | dotted)) relation (number | clock | dotted) hour? (in? part)?", _from_until),
    phrase("(number | clock | dotted) hour until? (number | clock | dotted) hour", _hours_in_a_row),
    phrase("link? date hour?", _hours_like_a_date),
)
