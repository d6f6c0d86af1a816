"""A month and the hours of a day as buttons: every day and time that is still to come can be pressed, and no other."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.telegram.rendering import date_picker
from handlers.telegram.rendering.date_picker import FIRST, HOURS_IN_ROW, LAST, MONTHS_AHEAD, Key
from handlers.telegram.rendering.question_actions import Op
from tests.handlers.telegram.desk import T

ZONE = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)

NOWS = st.datetimes(datetime(2024, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC)).map(
    lambda instant: instant.astimezone(ZONE)
)
WANTED = st.one_of(st.just(""), st.dates(date(2000, 1, 1), date(2060, 1, 1)).map(date.isoformat), st.text(max_size=12))


def _labels(wanted: str = "", chosen: str = "", now: datetime = NOON) -> list[list[str]]:
    return [[key.label for key in row] for row in date_picker.month(T, now, wanted, chosen)]


def _keys(rows: date_picker.Rows, op: Op) -> list[Key]:
    return [key for row in rows for key in row if key.op is op]


def test_a_month_reads_as_on_a_wall_from_this_week_on() -> None:
    assert _labels() == [
        ["·", "november 2026", "\u203a"],
        ["ma", "di", "wo", "do", "vr", "za", "zo"],
        ["23", "24", "25", "26", "27", "28", "29"],
        ["30", "·", "·", "·", "·", "·", "·"],
    ]


def test_what_was_chosen_before_is_marked_in_its_month_only() -> None:
    assert "\u2713" not in str(_labels(chosen="2026-12-08"))
    assert "\u27138" in _labels("2026-12-01", "2026-12-08")[3]


@pytest.mark.parametrize(
    ("now", "wanted", "shown"),
    [
        ("2026-11-23 12:00", "", "2026-11"),
        ("2026-11-23 12:00", "2027-02-28", "2027-02"),
        ("2026-11-23 12:00", "2026-10-31", "2026-11"),  # past
        ("2026-11-23 12:00", "2027-11-01", "2027-11"),  # the last that is leafed to
        ("2026-11-23 12:00", "2027-12-01", "2027-11"),  # further on is typed
        ("2026-11-23 12:00", "morgen", "2026-11"),  # made up
        ("2026-12-31 23:59", "2027-01-01", "2027-01"),  # over the year's end
        ("2028-02-29 08:00", "", "2028-02"),  # a day that the next year lacks
    ],
)
def test_the_month_shown_is_the_one_with_the_day_wanted_within_a_year(now: str, wanted: str, shown: str) -> None:
    local = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert f"{date_picker.first_month(local, wanted):%Y-%m}" == shown


@pytest.mark.parametrize(
    ("now", "first", "count"),
    [
        ("2026-12-08 07:59", "08:00", 24),
        ("2026-12-08 08:00", "08:30", 23),
        ("2026-12-08 13:31", "14:00", 12),
        ("2026-12-08 19:30", None, 0),
        ("2026-12-07 23:59", "08:00", 24),
        ("2026-03-29 01:59", None, 0),  # the day is past by then
    ],
)
def test_the_times_of_a_day_are_those_that_are_still_to_come(now: str, first: str | None, count: int) -> None:
    local = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    day = "2026-12-08" if local.month == 12 else "2026-03-28"
    keys = _keys(date_picker.hours(local, day), Op.ANSWER)
    assert ([key.label for key in keys[:1]], len(keys)) == ([first] if first else [], count)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_on_the_days_that_the_clock_changes_every_time_stands_there_once(day: str) -> None:
    keys = _keys(date_picker.hours(NOON - timedelta(days=300), day), Op.ANSWER)
    assert [key.arg for key in keys] == sorted({key.arg for key in keys})
    assert (keys[0].label, keys[-1].label, len(keys)) == (f"{FIRST:%H:%M}", f"{LAST:%H:%M}", 24)


@given(NOWS, WANTED)
def test_every_day_of_the_month_from_today_on_can_be_pressed_and_no_other(now: datetime, wanted: str) -> None:
    first = date_picker.first_month(now, wanted)
    rows = date_picker.month(T, now, wanted)
    days = [key.arg for key in _keys(rows, Op.DAY)]
    ahead = (first + timedelta(days=number) for number in range(31))
    assert days == [str(day) for day in ahead if day.month == first.month and day >= now.date()]
    assert {len(row) for row in rows[1:]} == {7}
    assert all(key.label.strip() for row in rows for key in row)


@given(NOWS)
def test_leafing_on_shows_each_month_of_a_year_once_and_leafing_back_leads_home(now: datetime) -> None:
    seen, wanted = [date_picker.first_month(now, "")], ""
    for _ in range(MONTHS_AHEAD + 2):
        on = [key for key in date_picker.month(T, now, wanted)[0] if key.label == "\u203a"]
        if not on:
            break
        wanted = on[0].arg
        seen.append(date_picker.first_month(now, wanted))
    assert seen == sorted(set(seen))
    assert len(seen) == MONTHS_AHEAD + 1
    for before in reversed(seen[:-1]):
        [back] = [key for key in date_picker.month(T, now, wanted)[0] if key.label == "\u2039"]
        wanted = back.arg
        assert date_picker.first_month(now, wanted) == before


@given(NOWS, st.integers(0, 400))
def test_a_time_that_is_pressed_is_ahead_and_on_its_day(now: datetime, ahead: int) -> None:
    day = (now + timedelta(days=ahead)).date().isoformat()
    rows = date_picker.hours(now, day)
    for key in _keys(rows, Op.ANSWER):
        at = datetime.fromisoformat(key.arg)
        assert at > now.replace(tzinfo=None)
        assert (str(at.date()), f"{at:%H:%M}", at.minute % 30) == (day, key.label, 0)
    assert all(len(row) <= HOURS_IN_ROW for row in rows)
