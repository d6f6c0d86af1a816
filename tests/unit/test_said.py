"""Dates and times are understood as people type them, in Dutch and English, and nothing is guessed in silence."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from flows.engine.typed_dates.meanings import (
    Day,
    Hint,
    Impossible,
    Meaning,
    Moment,
    NotUnderstood,
    Outcome,
    Past,
    SeveralMeanings,
    TimeOfDay,
    Understood,
    Wanted,
    Why,
)
from flows.engine.typed_dates.understanding import understand

ZONE = ZoneInfo("Europe/Amsterdam")
MONDAY = "2026-11-23 09:05"
"""When the words are typed, unless told otherwise; by the clocks in Amsterdam."""


def at(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZONE).astimezone(UTC)


def heard(text: str, now: str = MONDAY, language: str = "nl", wanted: Wanted | None = None) -> Outcome:
    return understand(text, now=at(now), zone=ZONE, language=language, wanted=wanted)


def meaning(expected: str) -> Meaning:
    """A meaning as the tables write it: 2026-12-08 14:00, 2026-12-08 or 14:00."""
    if " " in expected:
        return Moment(at(expected))
    return Day(date.fromisoformat(expected)) if "-" in expected else TimeOfDay(time.fromisoformat(expected))


def several(*expected: str) -> SeveralMeanings:
    return SeveralMeanings(tuple(map(meaning, expected)))


DUTCH = {
    "di 8 dec 14:00": "2026-12-08 14:00",
    "di. 8 dec. 14:00": "2026-12-08 14:00",
    "Dinsdag 8 december om 14.00 uur": "2026-12-08 14:00",
    "dinsdag 8 december 2026 om 14:00": "2026-12-08 14:00",
    "dinsdag (8 december), 14u": "2026-12-08 14:00",
    "di 8/12 - 14u": "2026-12-08 14:00",
    "8-12-2026 - 14:00": "2026-12-08 14:00",
    "8 december - 14:00": "2026-12-08 14:00",
    "8-12-2026. 14 uur": "2026-12-08 14:00",
    "donderdagochtend 10": "2026-11-26 10:00",
    "om 10 uur op dinsdag 8 december": "2026-12-08 10:00",
    "8 december tien voor half drie": "2026-12-08 14:20",
    "8 dec '27 10u": "2027-12-08 10:00",
    "di 8 dec 1430u": "2026-12-08 14:30",
    "8-12 14u30": "2026-12-08 14:30",
    "8-12": "2026-12-08",
    "8/12": "2026-12-08",
    "3/4": "2027-04-03",
    "03-04": "2027-04-03",
    "8-12-2026": "2026-12-08",
    "8-12-26": "2026-12-08",
    "8.12.2026": "2026-12-08",
    "8.12 14.30": "2026-12-08 14:30",
    "2026-12-08 14:00": "2026-12-08 14:00",
    "2026-12-08T14:00": "2026-12-08 14:00",
    "tweeëntwintig december 10 uur": "2026-12-22 10:00",
    "achtentwintigste januari": "2027-01-28",
    "de 8e": "2026-12-08",
    "op de 31e": "2026-12-31",
    "woensdag de 9e om half elf": "2026-12-09 10:30",
    "morgen": "2026-11-24",
    "overmorgen 13:00": "2026-11-25 13:00",
    "morgenmiddag 2 uur": "2026-11-24 14:00",
    "morgenvroeg om negen uur": "2026-11-24 09:00",
    "vanavond 8 uur": "2026-11-23 20:00",
    "vanmiddag": "2026-11-23",
    "dag na morgen": "2026-11-25",
    "dinsdag": "2026-11-24",
    "dinsdagmiddag 3 uur": "2026-11-24 15:00",
    "dinsdag morgen 9 uur": "2026-11-24 09:00",
    "woensdag om 10": "2026-11-25 10:00",
    "dinsdag 10": "2026-11-24 10:00",
    "a.s. donderdag 10 uur": "2026-11-26 10:00",
    "dinsdag a.s. 10 uur": "2026-11-24 10:00",
    "deze vrijdag 15:00": "2026-11-27 15:00",
    "graag volgende week dinsdag om 10 uur": "2026-12-01 10:00",
    "dinsdag volgende week om 10 uur": "2026-12-01 10:00",
    "dinsdag in week 50 om 10 uur": "2026-12-08 10:00",
    "week 50 dinsdag": "2026-12-08",
    "over drie weken": "2026-12-14",
    "over 3 weken op donderdag om half drie": "2026-12-17 14:30",
    "dinsdag over een week": "2026-12-01",
    "over een maand": "2026-12-23",
    "over een jaar": "2027-11-23",
    "over 10 dagen om 11 uur": "2026-12-03 11:00",
    "eerste maandag van maart": "2027-03-01",
    "1e maandag in maart 2028": "2028-03-06",
    "laatste vrijdag van januari 9u": "2027-01-29 09:00",
    "eerste maandag van volgende maand om tien uur": "2026-12-07 10:00",
    "laatste vrijdag van deze maand": "2026-11-27",
    "half drie": "14:30",
    "half twaalf": "11:30",
    "half een": "12:30",
    "kwart voor tien": "09:45",
    "kwart over 3": "15:15",
    "vijf over half vier": "15:35",
    "vijf minuten voor tien": "09:55",
    "één uur": "13:00",
    "14 uur 30": "14:30",
    "02.30 uur": "02:30",
    "'s avonds 7 uur": "19:00",
    "half acht 's avonds": "19:30",
    "twaalf uur ’s middags": "12:00",  # noqa: RUF001  # phones write the curly apostrophe
    "02:30": "02:30",
    "dinsdg 8 decmber 14:00": "2026-12-08 14:00",
}
ENGLISH = {
    "8 Dec 14:00": "2026-12-08 14:00",
    "Tuesday 8 December 2026 at 14:00": "2026-12-08 14:00",
    "Tuesday, December 8th, 2026 at 2:30 p.m.": "2026-12-08 14:30",
    "8th of December 2pm": "2026-12-08 14:00",
    "Dec 8th 10": "2026-12-08 10:00",
    "the 8th, Tuesday 10:00": "2026-12-08 10:00",
    "May 9 at 10": "2027-05-09 10:00",
    "9 May 10": "2027-05-09 10:00",
    "December 8th at 2 in the afternoon": "2026-12-08 14:00",
    "Tuesday the 8th at 10": "2026-12-08 10:00",
    "twenty-first of January 10:00": "2027-01-21 10:00",
    "12-8-2027": "2027-08-12",
    "25/12": "2026-12-25",
    "12/25": "2026-12-25",
    "5/5": "2027-05-05",
    "2026-12-08 14:00": "2026-12-08 14:00",
    "tomorrow morning at 9": "2026-11-24 09:00",
    "10 o'clock tomorrow": "2026-11-24 10:00",
    "tomorrow nine thirty": "2026-11-24 09:30",
    "the day after tomorrow at noon": "2026-11-25 12:00",
    "this afternoon at 4": "2026-11-23 16:00",
    "tonight at 8": "2026-11-23 20:00",
    "this Thursday at 3": "2026-11-26 15:00",
    "Tuesday week at 10": "2026-12-01 10:00",
    "two weeks on Tuesday": "2026-12-08",
    "a week from Tuesday": "2026-12-01",
    "next week Tuesday 10am": "2026-12-01 10:00",
    "Tuesday next week at 10 a.m.": "2026-12-01 10:00",
    "Tuesday in week 50": "2026-12-08",
    "in three weeks": "2026-12-14",
    "in a month": "2026-12-23",
    "the first Monday of March": "2027-03-01",
    "last Friday of January 9am": "2027-01-29 09:00",
    "the second Tuesday of next month": "2026-12-08",
    "half past two": "14:30",
    "quarter to ten": "09:45",
    "a quarter past 3": "15:15",
    "twenty-five to two": "13:35",
    "noon": "12:00",
    "12 noon": "12:00",
    "the 11th at noon": "2026-12-11 12:00",
    "12pm": "12:00",
    "12 am": "00:00",
    "two thirty": "14:30",
    "6 in the evening": "18:00",
    "half past 6 in the evening": "18:30",
    "Wendesday 10am": "2026-11-25 10:00",
}


@pytest.mark.parametrize(("text", "expected"), DUTCH.items())
def test_dutch_is_understood_as_people_type_it(text: str, expected: str) -> None:
    assert heard(text) == Understood(meaning(expected))


@pytest.mark.parametrize(("text", "expected"), ENGLISH.items())
def test_english_is_understood_as_people_type_it(text: str, expected: str) -> None:
    assert heard(text, language="en") == Understood(meaning(expected))


MIXED = ["dinsdag 8 dec 2pm", "Tuesday 8 december om twee uur", "8 mei half past two", "next week dinsdag 10am"]


@pytest.mark.parametrize("text", [*MIXED, "half drie", "vijf voor half two", *DUTCH])
def test_words_of_both_languages_may_stand_together(text: str) -> None:
    meant = heard(text, language="en")
    assert isinstance(meant, Understood | SeveralMeanings)
    assert "/" in text or heard(text, language="nl") == meant


UNSURE = {
    "10": ("2026-12-10", "10:00"),
    "8.12": ("2026-12-08", "08:12"),
    "7 uur": ("07:00", "19:00"),
    "6:30": ("06:30", "18:30"),
    "morgen half zeven": ("2026-11-24 06:30", "2026-11-24 18:30"),
    "vrijdag 11": ("2026-11-27 11:00", "2026-12-11"),
    "maandag 14:00": ("2026-11-23 14:00", "2026-11-30 14:00"),
    "volgende dinsdag 10:00": ("2026-11-24 10:00", "2026-12-01 10:00"),
    "next Tuesday at 2pm": ("2026-11-24 14:00", "2026-12-01 14:00"),
    "komende week dinsdag": ("2026-11-24", "2026-12-01"),
    "vr 7 dec": ("2026-12-04", "2026-12-07"),
    "di 9 dec 10:00": ("2026-12-08 10:00", "2026-12-09 10:00"),
    "di 9 dec half zeven": ("2026-12-08 06:30", "2026-12-08 18:30", "2026-12-09 06:30", "2026-12-09 18:30"),
    "morgen woensdag": ("2026-11-24", "2026-11-25"),
}


@pytest.mark.parametrize(("text", "expected"), UNSURE.items())
def test_what_may_mean_several_things_gives_them_all_to_choose_from(text: str, expected: tuple[str, ...]) -> None:
    assert heard(text) == several(*expected)


def test_in_english_the_month_may_come_first_and_half_two_may_be_dutch() -> None:
    assert heard("3/4", language="en") == several("2027-03-04", "2027-04-03")
    assert heard("12/11 14:00", language="en") == several("2026-12-11 14:00", "2027-11-12 14:00")
    assert heard("half two", language="en") == several("13:30", "14:30")
    assert heard("half 2", language="en") == several("13:30", "14:30")
    assert heard("20/11", language="en") == Past(meaning("2026-11-20"))
    assert heard("half 2", language="nl") == Understood(meaning("13:30"))


def test_what_was_asked_decides_between_readings() -> None:
    assert heard("10", wanted=Wanted.DAY) == Understood(meaning("2026-12-10"))
    assert heard("10", wanted=Wanted.TIME) == Understood(meaning("10:00"))
    assert heard("8.12", wanted=Wanted.DAY) == Understood(meaning("2026-12-08"))
    assert heard("8.12", wanted=Wanted.TIME) == Understood(meaning("08:12"))
    assert heard("10", wanted=Wanted.MOMENT) == several("2026-12-10", "10:00")


def test_more_than_was_asked_is_kept_and_less_is_asked_again() -> None:
    assert heard("morgen 10 uur", wanted=Wanted.DAY) == Understood(meaning("2026-11-24 10:00"))
    assert heard("morgen 10 uur", wanted=Wanted.TIME) == Understood(meaning("2026-11-24 10:00"))
    assert heard("10 uur", wanted=Wanted.MOMENT) == Understood(meaning("10:00"))
    assert heard("14.30", wanted=Wanted.DAY) == NotUnderstood(Hint.NEEDS_DAY)
    assert heard("10 uur", wanted=Wanted.DAY) == NotUnderstood(Hint.NEEDS_DAY)
    assert heard("morgenmiddag", wanted=Wanted.TIME) == NotUnderstood(Hint.NEEDS_TIME)


PERIODS = """
    volgende week|volgende week 10 uur|next month|week 50|eerste maandag|eind volgende week|end of next month
    begin maart|midden december|mid-December|in het weekend|volgend weekend
    eind van deze maand|in de loop van volgende week|maart
    begin 2027|eind week 50|8-12 december
"""


@pytest.mark.parametrize("text", [text.strip() for text in re.split("[|\n]", PERIODS) if text.strip()])
def test_a_week_a_month_or_a_part_of_one_is_no_day(text: str) -> None:
    assert heard(text) == NotUnderstood(Hint.NEEDS_DAY)


NOT_UNDERSTOOD = {
    "": NotUnderstood(Hint.EMPTY),
    " , op de ": NotUnderstood(Hint.EMPTY),
    "niet op dinsdag": NotUnderstood(Hint.UNKNOWN_WORD, "niet"),
    "zo snel mogelijk": NotUnderstood(Hint.UNKNOWN_WORD, "snel"),
    "mart 3": NotUnderstood(Hint.UNKNOWN_WORD, "mart"),
    "mondag": NotUnderstood(Hint.UNKNOWN_WORD, "mondag"),  # monday, or zondag
    "dinsdag of woensdag": NotUnderstood(Hint.NOT_TOGETHER),
    "14:00 16:00": NotUnderstood(Hint.NOT_TOGETHER),
    "8, 10": NotUnderstood(Hint.NOT_TOGETHER),
    "16:00-14:00": NotUnderstood(Hint.NOT_TOGETHER),
    "dinsdag tot 12 uur": NotUnderstood(Hint.NOT_TOGETHER),
    "na kerst": NotUnderstood(Hint.NOT_TOGETHER),
    "10 uur of 11 uur": NotUnderstood(Hint.NOT_TOGETHER),
    "een dinsdag": NotUnderstood(Hint.NOT_TOGETHER),
    "two five": NotUnderstood(Hint.NOT_TOGETHER),
    "8.5 uur": NotUnderstood(Hint.NOT_TOGETHER),
    "75 voor 10": NotUnderstood(Hint.NOT_TOGETHER),
    "day before tomorrow": NotUnderstood(Hint.NOT_TOGETHER),
    "aanstaande avond 8 uur": NotUnderstood(Hint.NOT_TOGETHER),
    "voor 10 uur": NotUnderstood(Hint.NOT_TOGETHER),
    "dinsdag voor 10 uur": NotUnderstood(Hint.NOT_TOGETHER),
    "last Tuesday": NotUnderstood(Hint.NEEDS_DAY),
    "dinsdag " * 16: NotUnderstood(Hint.TOO_LONG),
    "op " * 60: NotUnderstood(Hint.TOO_LONG),
    "di " * 17: NotUnderstood(Hint.TOO_LONG),
    "Monday 3/4 half 7": NotUnderstood(Hint.TOO_OPEN),
}


@pytest.mark.parametrize(("text", "expected"), NOT_UNDERSTOOD.items())
def test_what_is_not_understood_says_what_was_in_the_way(text: str, expected: Outcome) -> None:
    assert heard(text, language="en") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "20 november": "2026-11-20",
        "8 dec 2025 14:00": "2025-12-08 14:00",
        "vandaag 8 uur": "2026-11-23 08:00",
        "vandaag 09:05": "2026-11-23 09:05",
        "eerste maandag van november": "2026-11-02",
        "ma 16 nov 10:00": "2026-11-16 10:00",
        "gisteren": "2026-11-22",
        "yesterday at 10": "2026-11-22 10:00",
        "eergisteren": "2026-11-21",
        "the day before yesterday": "2026-11-21",
        "gisterochtend 10 uur": "2026-11-22 10:00",
        "koningsdag 2025": "2025-04-26",
        # A date with the wrong weekday is told as the date it is.
        "vrijdag 13 maart 2025 10:00": "2025-03-13 10:00",
    }.items(),
)
def test_what_is_over_is_said_to_be_over(text: str, expected: str) -> None:
    assert heard(text) == Past(meaning(expected))


@pytest.mark.parametrize(
    ("text", "why"),
    {
        "30 februari": Why.NO_SUCH_DAY,
        "29 februari 2027 10:00": Why.NO_SUCH_DAY,
        "op de 32e": Why.NO_SUCH_DAY,
        "31-4": Why.NO_SUCH_DAY,
        "8/13": Why.NO_SUCH_DAY,
        "8-0": Why.NO_SUCH_DAY,
        "0-8-2027": Why.NO_SUCH_DAY,
        "8-13-2026": Why.NO_SUCH_DAY,
        "2026-13-40": Why.NO_SUCH_DAY,
        "5e maandag van december": Why.NO_SUCH_DAY,
        "maandag in week 53 2027": Why.NO_SUCH_DAY,
        "25:00": Why.NO_SUCH_TIME,
        "morgen 14:75": Why.NO_SUCH_TIME,
        "14 uur 75": Why.NO_SUCH_TIME,
        "om 31 uur": Why.NO_SUCH_TIME,
        "15:00 's ochtends": Why.NO_SUCH_TIME,
        "28 maart 2027 02:30": Why.SKIPPED,
    }.items(),
)
def test_what_does_not_exist_is_said_not_to_exist(text: str, why: Why) -> None:
    assert heard(text) == Impossible(why)


AROUND = [
    # Just before and just after midnight.
    ("2026-11-23 23:59", "morgen 9:00", "2026-11-24 09:00"),
    ("2026-11-24 00:00", "morgen 9:00", "2026-11-25 09:00"),
    ("2026-11-24 00:01", "vandaag 9:00", "2026-11-24 09:00"),
    ("2026-11-23 23:59", "00:01 morgen", "2026-11-24 00:01"),
    ("2026-11-23 23:30", "over een week", "2026-11-30"),
    # On the day itself, and late in the week.
    ("2026-11-24 15:00", "dinsdag 14:00", "2026-12-01 14:00"),
    ("2026-11-24 15:00", "dinsdag over een week", "2026-12-01"),
    ("2026-11-25 09:00", "volgende dinsdag", "2026-12-01"),
    ("2026-11-25 09:00", "dinsdag morgen 9 uur", "2026-12-01 09:00"),
    ("2026-11-27 09:00", "dinsdag over een week", "2026-12-08"),
    ("2026-11-29 22:00", "volgende week dinsdag", "2026-12-01"),
    ("2026-11-27 09:00", "week 48 zondag", "2026-11-29"),
    # The year's end.
    ("2026-12-31 12:00", "morgen", "2027-01-01"),
    ("2026-12-31 12:00", "volgende week dinsdag 10u", "2027-01-05 10:00"),
    ("2026-12-31 12:00", "maandag week 1", "2027-01-04"),
    ("2026-12-31 12:00", "maandag week 1 om 10", "2027-01-04 10:00"),
    ("2026-12-31 12:00", "zondag week 53", "2027-01-03"),
    ("2026-12-31 12:00", "over twee maanden", "2027-02-28"),
    ("2026-12-31 23:59", "1 januari 10:00", "2027-01-01 10:00"),
    ("2027-01-01 00:00", "31 januari", "2027-01-31"),
    ("2027-01-01 10:00", "laatste vrijdag van januari", "2027-01-29"),
    ("2026-12-15 10:00", "eerste maandag van volgende maand", "2027-01-04"),
    ("2027-11-20 10:00", "29 februari", "2028-02-29"),
    # Summer time begins on 28 March 2027 and ends on 31 October.
    ("2027-03-27 10:00", "morgen 03:00", "2027-03-28 03:00"),
    ("2027-03-27 10:00", "morgen 01:59", "2027-03-28 01:59"),
    ("2027-03-27 10:00", "over een dag om 10 uur", "2027-03-28 10:00"),
    ("2027-03-28 10:00", "over 3 weken 10 uur", "2027-04-18 10:00"),
    ("2027-10-30 10:00", "morgen 10 uur", "2027-10-31 10:00"),
    ("2027-10-30 10:00", "morgen 03:00", "2027-10-31 03:00"),
    ("2027-10-31 00:30", "vandaag 14u", "2027-10-31 14:00"),
]


@pytest.mark.parametrize(("now", "text", "expected"), AROUND)
def test_words_mean_what_they_mean_at_that_moment(now: str, text: str, expected: str) -> None:
    assert heard(text, now) == Understood(meaning(expected))


def test_a_date_just_gone_at_new_year_is_not_taken_for_the_next() -> None:
    assert heard("28 december", "2027-01-02 09:00") == Past(meaning("2026-12-28"))
    assert heard("maandag week 53", "2026-12-31 12:00") == Past(meaning("2026-12-28"))
    assert heard("28 december", "2027-03-02 09:00") == Understood(meaning("2027-12-28"))


def test_weeks_after_a_weekday_said_late_in_the_week_may_be_counted_in_two_ways() -> None:
    assert heard("over 3 weken op donderdag", "2026-11-27 09:00") == several("2026-12-17", "2026-12-24")
    assert heard("donderdag over 3 weken", "2026-11-27 09:00") == several("2026-12-17", "2026-12-24")


def test_a_weekday_with_a_date_chooses_the_year() -> None:
    assert heard("wo 20 okt", "2026-11-23 09:00") == Understood(meaning("2027-10-20"))
    assert heard("do 8 okt", "2026-11-23 09:00") == Past(meaning("2026-10-08"))


def test_a_time_that_clocks_show_twice_is_the_first_and_is_said_to_come_twice() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert heard("morgen 02:30", "2027-10-30 10:00") == Understood(Moment(first, repeated=True))


def test_words_are_meant_in_the_zone_of_who_types_them() -> None:
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    new_york = understand("tomorrow 10am", now=now, zone=ZoneInfo("America/New_York"), language="en")
    assert new_york == Understood(Moment(datetime(2026, 11, 24, 15, 0, tzinfo=UTC)))
    assert understand("morgen 10:00", now=now) == Understood(Moment(datetime(2026, 11, 25, 9, 0, tzinfo=UTC)))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        understand("morgen", now=datetime(2026, 11, 23, 9, 5))
