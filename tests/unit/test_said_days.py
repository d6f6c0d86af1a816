"""Days are known by their names, feasts are asked about, and from one time to another is when it begins."""

import pytest

from flows.engine.calendars.worktime import WorkWeek
from flows.engine.typed_dates.meanings import Day, Impossible, Meaning, Outcome, SeveralMeanings, Understood, Why
from tests.unit.test_said import heard, meaning, several

NAMED_DAYS = {
    "eerste kerstdag": "2026-12-25",
    "2e kerstdag 14:00": "2026-12-26 14:00",
    "Boxing Day": "2026-12-26",
    "Christmas Eve 10:00": "2026-12-24 10:00",
    "oudejaarsdag": "2026-12-31",
    "nieuwjaarsdag": "2027-01-01",
    "New Year’s Day": "2027-01-01",  # noqa: RUF001  # phones write the curly apostrophe
    "Goede Vrijdag": "2027-03-26",
    "tweede paasdag": "2027-03-29",
    "Easter Monday": "2027-03-29",
    "koningsdag": "2027-04-27",
    "King's Day 2031": "2031-04-26",
    "bevrijdingsdag om 11 uur": "2027-05-05 11:00",
    "hemelvaartsdag": "2027-05-06",
    "Ascension Day 2028": "2028-05-25",
    "eerste pinksterdag": "2027-05-16",
    "Whit Monday": "2027-05-17",
    "hemelvart": "2027-05-06",
}


@pytest.mark.parametrize(("text", "expected"), NAMED_DAYS.items())
def test_days_are_known_by_their_names(text: str, expected: str) -> None:
    assert heard(text, language="en") == Understood(meaning(expected))


def test_a_feast_of_two_days_is_asked_for_which() -> None:
    assert heard("kerst 10 uur") == several("2026-12-25 10:00", "2026-12-26 10:00")
    assert heard("pasen") == several("2027-03-28", "2027-03-29")
    assert heard("pinksteren") == several("2027-05-16", "2027-05-17")
    assert heard("derde kerstdag") == Impossible(Why.NO_SUCH_DAY)


@pytest.mark.parametrize("year", range(2006, 2046))
def test_feasts_fall_when_the_calendar_of_working_days_has_them(year: int) -> None:
    closed = WorkWeek(liberation_day="never")
    now = f"{year}-01-01 00:00"
    for text, name in {"Easter Monday": "Tweede paasdag", "hemelvaart": "Hemelvaartsdag"}.items():
        found = heard(text, now)
        assert isinstance(found, Understood)
        assert isinstance(found.meaning, Day)
        assert closed.holiday_name(found.meaning.day, "nl") == name


STRETCHES = {
    "7 dec 10:00-12:00": "2026-12-07 10:00",
    "8 december 14:00 - 16:00": "2026-12-08 14:00",
    "di 10.00–12.00 uur": "2026-11-24 10:00",  # noqa: RUF001  # phones write the dash
    "dinsdag van 10 tot 12": "2026-11-24 10:00",
    "dinsdag 10 uur - 12 uur": "2026-11-24 10:00",
    "8 dec 10-12": "2026-12-08 10:00",
    "10-12 uur": "10:00",
    "van half drie tot vier": "14:30",
    "van 8 tot 10 's avonds": "20:00",
    "Tuesday from 10 to 11": "2026-11-24 10:00",
    "tomorrow 2 until 4 pm": "2026-11-24 14:00",
    "from 11 to 1 pm": "11:00",
    "9 to 5": "09:00",
    "10-11:30": "10:00",
}


@pytest.mark.parametrize(("text", "expected"), STRETCHES.items())
def test_from_one_time_to_another_is_when_it_begins(text: str, expected: str) -> None:
    assert meaning(expected) in _meanings(heard(text))


def _meanings(outcome: Outcome) -> tuple[Meaning, ...]:
    assert isinstance(outcome, Understood | SeveralMeanings)
    return outcome.meanings if isinstance(outcome, SeveralMeanings) else (outcome.meaning,)


def test_ten_to_eleven_in_english_is_asked_about() -> None:
    assert heard("Tuesday 10 to 11", language="en") == several("2026-11-24 10:00", "2026-11-24 10:50")
    assert heard("5 to 3", language="en") == Understood(meaning("14:55"))
