"""Whatever is typed is answered, fast; and whatever is understood means the same when the bot writes it back."""

import random
import re
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from flows.engine.language.markup import unmarked
from flows.engine.language.texts import Texts
from flows.engine.typed_dates.meanings import Moment, Outcome, Past, SeveralMeanings, Understood, Wanted, written
from flows.engine.typed_dates.phrases import MOST_WORDS
from flows.engine.typed_dates.understanding import understand
from flows.engine.typed_dates.vocabulary import VOCABULARY

ZONE = ZoneInfo("Europe/Amsterdam")
TEXTS = Texts("nl", ZONE)
NOW = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
WITHOUT_YEAR = timedelta(days=300)
"""How far ahead a day is written without its year: the form asks for moments within one."""
SECONDS = 0.05
"""Processor time for any text at all; a few milliseconds on an idle machine."""

languages = st.sampled_from(["nl", "en"])
wishes = st.sampled_from([None, *Wanted])
years = st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))
changes = st.sampled_from(["2026-10-25", "2027-03-28", "2026-12-31", "2028-02-29"]).flatmap(
    lambda day: st.integers(-200, 200).map(
        lambda n: datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=15 * n)
    )
)
moments = years | changes
numbers = st.sampled_from(
    ["8", "10", "31", "8e", "14:00", "02:30", "9:30", "14.30", "8.12", "8-12", "3/4", "29-2-2028", "2027", "2027-03-28"]
)
known = st.sampled_from(sorted(VOCABULARY)) | numbers
soup = st.lists(known, max_size=MOST_WORDS + 1).map(" ".join)
few = st.lists(known, min_size=1, max_size=4).map(" ".join)
DAYS = """
    di|Tuesday|next Monday|morgen|overmorgen|vandaag|31 dec|1 jan|3/4|de 31e|zondag 28 maart|zo 25 oktober|di 9 dec
    last Sunday of March|laatste zondag van oktober|over 4 weken|in 3 months|volgende week zo|week 53 maandag
    Saturday week|over 2 weken op zaterdag|a week on Fri|29 februari 2028
"""
HOURS = """
    |10 uur|half drie|2:30|02:30|at 7|kwart voor een|noon|12am|half 12|five past six|'s nachts 2 uur|half two|23:59
    00:00|03:00|7 in the evening|om 14 uur 30|nine thirty|'s middags
"""
phrases = st.builds("{} {}".format, *(st.sampled_from(re.split("[|\n]", rows)) for rows in (DAYS, HOURS)))


@given(st.text(max_size=150) | soup | st.tuples(soup, st.text(max_size=5)).map("".join), moments, languages, wishes)
@example("\ue000", NOW, "nl", None)
@example("9" * 120, NOW, "nl", None)
@example("99-99-2999", NOW, "en", None)
@example("over 99 jaar", NOW, "nl", None)
@example("maandag 1-1-1000", NOW, "nl", None)
@settings(deadline=None, max_examples=500)
def test_whatever_is_typed_gets_an_answer(text: str, now: datetime, language: str, wanted: Wanted | None) -> None:
    outcome = understand(text, now=now, zone=ZONE, language=language, wanted=wanted)
    assert isinstance(outcome, Outcome)
    if isinstance(outcome, SeveralMeanings):
        assert 2 <= len(set(outcome.meanings)) <= 4


@given(phrases | few, moments, languages)
@settings(deadline=None, max_examples=300)
def test_whatever_is_understood_means_the_same_when_written_out_and_read_again(
    text: str, now: datetime, language: str
) -> None:
    outcome = understand(text, now=now, zone=ZONE, language=language)
    single = (outcome.meaning,) if isinstance(outcome, Understood) else ()
    for meaning in outcome.meanings if isinstance(outcome, SeveralMeanings) else single:
        again = unmarked(written(meaning, TEXTS.into(language)))
        assert understand(again, now=now, zone=ZONE, language=language) == Understood(meaning)


@given(moments, st.timedeltas(timedelta(minutes=2), WITHOUT_YEAR), languages)
@settings(deadline=None)
def test_every_moment_ahead_is_understood_as_the_bot_writes_it(now: datetime, ahead: timedelta, language: str) -> None:
    moment = (now + ahead).replace(second=0, microsecond=0)
    first = moment.astimezone(ZONE).replace(fold=0).astimezone(UTC)
    assume(first == moment)  # The second of two times that clocks show the same is written as the first.
    t = TEXTS.into(language)
    for words in (t.moment(moment), t.short(moment)):
        outcome = understand(unmarked(words), now=now, zone=ZONE, language=language)
        assert isinstance(outcome, Understood)
        assert isinstance(outcome.meaning, Moment)
        assert outcome.meaning.at == moment


@given(phrases, moments, languages)
@settings(deadline=None)
def test_nothing_that_is_over_is_offered(text: str, now: datetime, language: str) -> None:
    outcome = understand(text, now=now, zone=ZONE, language=language)
    meanings = outcome.meanings if isinstance(outcome, SeveralMeanings) else [getattr(outcome, "meaning", None)]
    for meaning in meanings:
        if isinstance(meaning, Moment):
            assert (meaning.at <= now) is isinstance(outcome, Past)


NASTY = [
    "8.12 " * MOST_WORDS,
    "een " * MOST_WORDS,
    "10 10 " * 8,
    "half " * MOST_WORDS,
    "om 10 " * 8,
    "- " * 60,
    "8-" * 60,
    " " * 120,
    "'" * 120,
    "a" * 119 + "-",
    "maandaga " * 13,
    "qwertyu " * 15,
    "a.a." * 30,
    "8.12 di 8 dec over 3 weken om half 10 's ochtends di week 50 8.12",
]


@pytest.mark.parametrize("text", NASTY)
def test_no_text_takes_long_to_read(text: str) -> None:
    assert min(_seconds(text) for _ in range(3)) < SECONDS


def test_no_row_of_words_takes_long_to_read() -> None:
    every, chance = sorted(VOCABULARY), random.Random(2026)
    rows = [" ".join(chance.choices(every, k=MOST_WORDS))[:120] for _ in range(200)]
    assert sorted(map(_seconds, rows))[-3] < SECONDS


def _seconds(text: str) -> float:
    begun = process_time()
    understand(text, now=NOW, zone=ZONE)
    return process_time() - begun
