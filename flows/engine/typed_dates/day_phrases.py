"""How people say a day, a weekday or a part of the day."""

from collections.abc import Iterator
from typing import Final

from flows.engine.typed_dates.days import (
    Ahead,
    InWeek,
    NthWeekday,
    OnDate,
    Vague,
    Weekday,
    WeekNumber,
    WeeksAfter,
    WeeksAhead,
    When,
    Which,
)
from flows.engine.typed_dates.holidays import Feast
from flows.engine.typed_dates.reading import Reading, Span, phrase
from flows.engine.typed_dates.vocabulary import DAYS, MONTHS, WEEKS, YEARS, Kind


def _part(span: Span) -> Iterator[Reading]:
    """Read "in the morning" and "this afternoon"."""
    today = Ahead() if span.has(Kind.COMING) else None
    if today is None or span.one(Kind.COMING) == 0:
        yield Reading(when=today, part=span.one(Kind.PART))


def _weekday(span: Span) -> Iterator[Reading]:
    which = Which.NEXT if span.has(Kind.NEXT) else Which.ANY
    if span.has(Kind.COMING):
        which = Which.COMING if span.one(Kind.COMING) else Which.THIS
    yield Reading(weekday=Weekday(span.one(Kind.WEEKDAY), which))


def _weekday_morning(span: Span) -> Iterator[Reading]:
    # "Morgen" after a weekday is its morning.
    if any(token.tongue == "nl" for token in span.tokens if token.kind is Kind.NEAR):
        yield Reading(weekday=Weekday(span.one(Kind.WEEKDAY)), part=0)


def _near(span: Span) -> Iterator[Reading]:
    near, away = span.one(Kind.NEAR), span.one(Kind.RELATION)
    # The day after tomorrow, the day before yesterday: it leads on, away from today.
    if not span.has(Kind.UNIT) or (span.one(Kind.UNIT) == DAYS and near == away):
        yield Reading(when=Ahead(days=near + away))


def _ahead(span: Span) -> Iterator[Reading]:
    number = 1 if span.has(Kind.SINGLE) else span.one(Kind.NUMBER)
    whens: dict[int, When] = {
        DAYS: Ahead(days=number),
        WEEKS: WeeksAhead(number),
        MONTHS: Ahead(months=number),
        YEARS: Ahead(months=12 * number),
    }
    yield Reading(when=whens[span.one(Kind.UNIT)])


def _weeks_after_weekday(span: Span) -> Iterator[Reading]:
    """Tuesday week; two weeks on Tuesday; dinsdag over een week."""
    number = span.one(Kind.NUMBER) if span.has(Kind.NUMBER) else 1
    # A number that follows "Tuesday week" is the number of the week.
    loose = int(not span.has(Kind.NUMBER, Kind.SINGLE))
    if span.one(Kind.UNIT) == WEEKS and (number == 1 or not span.has(Kind.OVER)):
        yield Reading(when=WeeksAfter(span.one(Kind.WEEKDAY), number), loose=loose)


def _that_unit(span: Span) -> Iterator[Reading]:
    """Next week, this month."""
    if span.one(Kind.UNIT) != WEEKS:
        yield Reading(when=Vague())
    elif span.has(Kind.NEXT) or span.one(Kind.COMING) == 1:
        yield Reading(when=InWeek(1))
    if span.one(Kind.UNIT) == WEEKS and span.has(Kind.COMING):
        yield Reading(when=InWeek(0))


def _part_of_unit(_span: Span) -> Iterator[Reading]:
    """Read "at the end of next week", "early in March" and "in March"."""
    yield Reading(when=Vague())


def _part_of_part(span: Span) -> Iterator[Reading]:
    """Read "at the end of the afternoon"."""
    yield Reading(part=span.one(Kind.PART))


def _feast(span: Span) -> Iterator[Reading]:
    origin, away, days = next(token.numbers for token in span.tokens if token.kind is Kind.FEAST)
    nth, year = span.one(Kind.ORDINAL), span.one(Kind.YEAR)
    if not span.has(Kind.ORDINAL) or nth > 0:
        yield Reading(when=Feast(origin, away, days, nth, year))


def _week_number(span: Span) -> Iterator[Reading]:
    if span.one(Kind.UNIT) == WEEKS:
        yield Reading(when=WeekNumber(span.one(Kind.NUMBER), span.one(Kind.YEAR)))


def _date_in_words(span: Span) -> Iterator[Reading]:
    day = span.one(Kind.NUMBER, Kind.ORDINAL)
    # A number before its month is a day; after it, as in "9 May 10", it may be an hour.
    after = span.tokens[0].kind is Kind.MONTH and span.has(Kind.NUMBER)
    if day > 0:
        yield Reading(when=OnDate(day, span.one(Kind.MONTH), span.one(Kind.YEAR)), loose=int(after))


def _day_of_month(span: Span) -> Iterator[Reading]:
    day = span.one(Kind.NUMBER, Kind.ORDINAL)
    if day > 0 and not span.is_article():
        yield Reading(when=OnDate(day), loose=int(span.has(Kind.NUMBER)))


def _date_in_numbers(span: Span) -> Iterator[Reading]:
    day, month, year, slash = span.tokens[0].numbers
    year = year or span.one(Kind.YEAR)
    orders = {(day, month)}
    # Day first is the custom here in any language; Americans write the month first, and always with slashes.
    if slash and span.language == "en":
        orders = {order for order in ((day, month), (month, day)) if order[1] <= 12} or orders
    for first, second in orders:
        yield Reading(when=OnDate(first, second, year, turned=len(orders) > 1))


def _date_with_dot(span: Span) -> Iterator[Reading]:
    day, month, *_ = span.tokens[0].numbers
    if 1 <= day <= 31 and 1 <= month <= 12:
        yield Reading(when=OnDate(day, month, span.one(Kind.YEAR)))


def _iso_date(span: Span) -> Iterator[Reading]:
    year, month, day = span.tokens[0].numbers
    yield Reading(when=OnDate(day, month, year))


def _nth_weekday(span: Span) -> Iterator[Reading]:
    nth, weekday = span.one(Kind.ORDINAL), span.one(Kind.WEEKDAY)
    if not (nth == -1 or 1 <= nth <= 5):
        return
    if span.has(Kind.MONTH):
        yield Reading(when=NthWeekday(nth, weekday, span.one(Kind.MONTH), span.one(Kind.YEAR)))
    elif span.one(Kind.UNIT) == MONTHS:
        ahead = int(span.has(Kind.NEXT) or span.one(Kind.COMING) == 1)
        yield Reading(when=NthWeekday(nth, weekday, ahead=ahead))
    elif not span.has(Kind.UNIT):
        yield Reading(when=Vague())


DAY_PHRASES: Final = (
    phrase("in? part", _part),
    phrase("coming part", _part),
    phrase("(next | coming)? weekday", _weekday),
    phrase("weekday coming", _weekday),
    phrase("weekday near", _weekday_morning),
    phrase("near | unit relation near", _near),
    phrase("(over | in) (number | single) unit", _ahead),
    phrase("weekday unit", _weeks_after_weekday),
    phrase("weekday over (number | single) unit", _weeks_after_weekday),
    phrase("(number | single) unit link? weekday", _weeks_after_weekday),
    phrase("link? (next | coming) unit", _that_unit),
    phrase("in? (next | coming)? edge link? in? (next | coming)? (unit number? | month)? year?", _part_of_unit),
    phrase("in? month year?", _part_of_unit),
    phrase("in? edge link? part", _part_of_part),
    phrase("ordinal? feast year?", _feast),
    phrase("in? unit number year?", _week_number),
    phrase("(number | ordinal) link? month year?", _date_in_words),
    phrase("month (number | ordinal) year?", _date_in_words),
    phrase("number | ordinal", _day_of_month),
    phrase("date year?", _date_in_numbers),
    phrase("dotted year?", _date_with_dot),
    phrase("iso", _iso_date),
    phrase("ordinal weekday", _nth_weekday),
    phrase("ordinal weekday (link | in)? month year?", _nth_weekday),
    phrase("ordinal weekday (link | in)? (next | coming) unit", _nth_weekday),
)
