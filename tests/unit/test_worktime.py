"""Promises of working time: deadlines skip nights, weekends and holidays, and survive summer time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.engine.calendars.worktime import LiberationDay, WorkWeek, local_instant

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = WorkWeek()
# Open on Sundays and in the small hours, so that its hours lie across both changes of the clock.
NIGHT_SHIFT = WorkWeek(days=frozenset(range(7)), opens=time(1), closes=time(23))
HOUR = timedelta(hours=1)
NOTHING = timedelta()

weeks = st.sampled_from([OFFICE, NIGHT_SHIFT, WorkWeek(zone=ZoneInfo("America/New_York"))])
spans = st.integers(0, 40 * 8 * 60).map(lambda minutes: timedelta(minutes=minutes))
around_changes = st.sampled_from(
    [datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 12, 31), datetime(2028, 2, 29)]
).flatmap(lambda day: st.integers(-6 * 1440, 6 * 1440).map(lambda m: day.replace(tzinfo=UTC) + timedelta(minutes=m)))
any_day = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
moments = around_changes | any_day


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=AMSTERDAM)  # type: ignore[misc, arg-type]


def test_four_working_hours_from_ten_end_at_two() -> None:
    assert OFFICE.add(local(2026, 6, 8, 10), 4 * HOUR) == local(2026, 6, 8, 14)


def test_an_offer_made_on_friday_evening_counts_from_monday_morning() -> None:
    assert OFFICE.add(local(2026, 6, 5, 20), 2 * HOUR) == local(2026, 6, 8, 11)


def test_hours_left_over_on_friday_go_on_on_monday() -> None:
    assert OFFICE.add(local(2026, 6, 5, 16), 2 * HOUR) == local(2026, 6, 8, 10)


def test_a_full_day_ends_at_closing_and_not_at_the_next_opening() -> None:
    assert OFFICE.add(local(2026, 6, 5, 9), 8 * HOUR) == local(2026, 6, 5, 17)


def test_what_comes_out_is_utc() -> None:
    ends = OFFICE.add(local(2026, 6, 8, 10), HOUR)
    assert (ends.tzinfo, ends.hour) == (UTC, 9)


def test_easter_is_skipped_from_good_friday_to_monday() -> None:
    assert OFFICE.add(local(2026, 4, 2, 16), 2 * HOUR) == local(2026, 4, 7, 10)


def test_years_end_skips_christmas_the_weekend_and_new_years_day() -> None:
    assert OFFICE.add(local(2026, 12, 24, 16), 2 * HOUR) == local(2026, 12, 28, 10)
    assert OFFICE.add(local(2026, 12, 31, 16), 2 * HOUR) == local(2027, 1, 4, 10)


@pytest.mark.parametrize(("friday", "monday"), [((2026, 3, 27), (2026, 3, 30)), ((2026, 10, 23), (2026, 10, 26))])
def test_opening_hours_keep_to_the_wall_clock_over_a_weekend_of_summer_time(
    friday: tuple[int, int, int], monday: tuple[int, int, int]
) -> None:
    assert OFFICE.add(local(*friday, 16), 2 * HOUR) == local(*monday, 10)
    assert OFFICE.subtract(local(*monday, 10), 2 * HOUR) == local(*friday, 16)


def test_an_office_open_through_the_spring_night_is_open_an_hour_less() -> None:
    assert NIGHT_SHIFT.between(local(2026, 3, 29, 0), local(2026, 3, 30, 0)) == 21 * HOUR
    assert NIGHT_SHIFT.add(local(2026, 3, 29, 1), 2 * HOUR) == local(2026, 3, 29, 4)


def test_an_office_open_through_the_autumn_night_is_open_an_hour_more() -> None:
    assert NIGHT_SHIFT.between(local(2026, 10, 25, 0), local(2026, 10, 26, 0)) == 23 * HOUR
    assert NIGHT_SHIFT.add(local(2026, 10, 25, 1), 3 * HOUR) == local(2026, 10, 25, 3)


def test_the_repeated_hour_passes_twice_whatever_the_wall_clock_says() -> None:
    first, second = local(2026, 10, 25, 2, 50), local(2026, 10, 25, 2, 10).replace(fold=1)
    assert NIGHT_SHIFT.between(first, second) == timedelta(minutes=20)
    assert NIGHT_SHIFT.next_opening(second).tzinfo is UTC


def test_a_reminder_two_working_hours_before_monday_morning_goes_out_on_friday() -> None:
    assert OFFICE.subtract(local(2026, 6, 8, 10), 2 * HOUR) == local(2026, 6, 5, 16)


def test_a_full_day_back_from_closing_is_that_days_opening() -> None:
    assert OFFICE.subtract(local(2026, 6, 8, 17), 8 * HOUR) == local(2026, 6, 8, 9)


def test_no_span_at_all_waits_for_opening_and_goes_back_to_closing() -> None:
    saturday = local(2026, 6, 6, 12)
    assert OFFICE.add(saturday, NOTHING) == local(2026, 6, 8, 9)
    assert OFFICE.subtract(saturday, NOTHING) == local(2026, 6, 5, 17)


def test_the_next_opening_is_now_while_the_office_is_open() -> None:
    assert OFFICE.next_opening(local(2026, 6, 8, 16, 59)) == local(2026, 6, 8, 16, 59)


@pytest.mark.parametrize("moment", [(2026, 6, 5, 17), (2026, 6, 7, 3), (2026, 6, 8, 8, 59)])
def test_the_next_opening_after_closing_is_in_the_morning(moment: tuple[int, ...]) -> None:
    assert OFFICE.next_opening(local(*moment)) == local(2026, 6, 8, 9)


def test_an_acute_question_of_monday_is_answered_before_tuesday_closes() -> None:
    assert OFFICE.end_of_working_day_after(local(2026, 6, 8, 11), 1) == local(2026, 6, 9, 17)


def test_an_acute_question_of_friday_evening_is_answered_before_tuesday_closes() -> None:
    assert OFFICE.end_of_working_day_after(local(2026, 6, 5, 20), 1) == local(2026, 6, 9, 17)


def test_within_the_same_day_means_before_it_closes() -> None:
    assert OFFICE.end_of_working_day_after(local(2026, 6, 8, 11), 0) == local(2026, 6, 8, 17)


def test_working_days_step_over_ascension_day() -> None:
    assert OFFICE.end_of_working_day_after(local(2026, 5, 13, 11), 1) == local(2026, 5, 15, 17)


def test_a_weekend_holds_no_working_time() -> None:
    assert OFFICE.between(local(2026, 6, 5, 17), local(2026, 6, 8, 9)) == NOTHING
    assert OFFICE.between(local(2026, 6, 5, 16), local(2026, 6, 8, 10)) == 2 * HOUR


def test_working_time_backwards_is_negative() -> None:
    assert OFFICE.between(local(2026, 6, 8, 10), local(2026, 6, 5, 16)) == -2 * HOUR


@pytest.mark.parametrize(
    ("rule", "year", "closed"),
    [
        ("never", 2025, False),
        ("lustrum", 2025, True),
        ("lustrum", 2026, False),
        ("lustrum", 2030, True),
        ("always", 2026, True),
    ],
)
def test_the_fifth_of_may_is_closed_as_the_employer_has_it(rule: LiberationDay, year: int, *, closed: bool) -> None:
    week = WorkWeek(liberation_day=rule)
    assert week.is_working_day(date(year, 5, 5)) is not closed
    assert week.holiday_name(date(year, 5, 5), "nl") == ("Bevrijdingsdag" if closed else None)


@pytest.mark.parametrize("year", [2005, 2016])
@pytest.mark.parametrize("rule", ["never", "lustrum", "always"])
def test_ascension_day_on_the_fifth_of_may_is_closed_whatever_the_setting(rule: LiberationDay, year: int) -> None:
    week = WorkWeek(liberation_day=rule)
    assert not week.is_working_day(date(year, 5, 5))
    assert "Hemelvaartsdag" in (week.holiday_name(date(year, 5, 5), "nl") or "")


@pytest.mark.parametrize(
    ("day", "dutch", "english"),
    [
        (date(2026, 4, 3), "Goede vrijdag", "Good Friday"),
        (date(2026, 4, 27), "Koningsdag", "King's Day"),
        (date(2026, 5, 14), "Hemelvaartsdag", "Ascension Day"),
        (date(2026, 12, 25), "Eerste kerstdag", "Christmas Day"),
    ],
)
def test_a_holiday_is_told_by_name_in_both_languages(day: date, dutch: str, english: str) -> None:
    assert OFFICE.holiday_name(day, "nl") == dutch
    assert OFFICE.holiday_name(day, "en") == OFFICE.holiday_name(day, "en_US") == english


def test_kings_day_comes_a_day_early_when_it_would_be_a_sunday() -> None:
    week = WorkWeek(days=frozenset(range(7)))
    assert not week.is_working_day(date(2025, 4, 26))
    assert week.is_working_day(date(2025, 4, 27))


def test_an_ordinary_day_has_no_holiday_name() -> None:
    assert OFFICE.holiday_name(date(2026, 6, 8), "nl") is None


def test_a_day_the_office_closes_by_itself_is_no_working_day_and_no_holiday() -> None:
    bridge = date(2026, 5, 15)
    week = WorkWeek(extra_closed=frozenset({bridge}))
    assert not week.is_working_day(bridge)
    assert week.holiday_name(bridge, "nl") is None


def test_a_week_without_fridays_skips_them() -> None:
    week = WorkWeek(days=frozenset({0, 1, 2, 3}))
    assert week.add(local(2026, 6, 4, 16), 2 * HOUR) == local(2026, 6, 8, 10)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 6, 8, 10)
    for ask in (
        lambda: OFFICE.add(naive, HOUR),
        lambda: OFFICE.subtract(naive, HOUR),
        lambda: OFFICE.between(naive, naive),
        lambda: OFFICE.next_opening(naive),
        lambda: OFFICE.end_of_working_day_after(naive, 1),
    ):
        with pytest.raises(ValueError, match="time zone"):
            ask()


def test_what_points_the_wrong_way_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add(local(2026, 6, 8, 10), -HOUR)
    with pytest.raises(ValueError, match="negative"):
        OFFICE.subtract(local(2026, 6, 8, 10), -HOUR)
    with pytest.raises(ValueError, match="negative"):
        OFFICE.end_of_working_day_after(local(2026, 6, 8, 10), -1)


def test_a_week_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="days"):
        WorkWeek(days=frozenset())
    with pytest.raises(ValueError, match="days"):
        WorkWeek(days=frozenset({7}))
    with pytest.raises(ValueError, match="opens before"):
        WorkWeek(opens=time(17), closes=time(9))
    with pytest.raises(ValueError, match="5 May"):
        WorkWeek(liberation_day="sometimes")  # type: ignore[arg-type]


def test_a_language_without_holiday_names_is_refused() -> None:
    with pytest.raises(ValueError, match="'xx'"):
        OFFICE.holiday_name(date(2026, 12, 25), "xx")


def test_a_skipped_time_becomes_the_first_moment_after_the_skip() -> None:
    for wall in (time(2), time(2, 30), time(2, 59, 59, 999999)):
        assert local_instant(date(2026, 3, 29), wall, AMSTERDAM) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_repeated_time_means_the_first_unless_the_second_is_asked_for() -> None:
    assert local_instant(date(2026, 10, 25), time(2, 30), AMSTERDAM) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = local_instant(date(2026, 10, 25), time(2, 30, fold=1), AMSTERDAM)
    assert second == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_skip_of_half_an_hour_or_of_a_whole_day_is_understood() -> None:
    lord_howe = local_instant(date(2026, 10, 4), time(2, 10), ZoneInfo("Australia/Lord_Howe"))
    assert lord_howe == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    apia = local_instant(date(2011, 12, 30), time(12), ZoneInfo("Pacific/Apia"))
    assert apia == datetime(2011, 12, 30, 10, tzinfo=UTC)


@given(moments)
def test_every_moment_is_found_again_by_its_wall_clock(moment: datetime) -> None:
    there = moment.astimezone(AMSTERDAM)
    assert local_instant(there.date(), there.time(), AMSTERDAM) == moment


@given(weeks, moments, spans)
@example(OFFICE, datetime(2026, 3, 27, 15, tzinfo=UTC), 2 * HOUR)
@example(NIGHT_SHIFT, datetime(2026, 10, 24, 23, tzinfo=UTC), 30 * HOUR)
def test_exactly_the_working_time_added_lies_between_start_and_end(
    week: WorkWeek, start: datetime, span: timedelta
) -> None:
    assert week.between(start, week.add(start, span)) == span
    assert week.between(week.subtract(start, span), start) == span


@given(weeks, moments, spans.filter(bool))
def test_subtracting_what_was_added_comes_back_to_where_the_office_was_open(
    week: WorkWeek, moment: datetime, span: timedelta
) -> None:
    start = week.next_opening(moment)
    assert week.subtract(week.add(start, span), span) == start


@given(weeks, moments, spans, spans.filter(bool))
def test_waiting_in_two_stretches_is_waiting_once(
    week: WorkWeek, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert week.add(week.add(start, first), second) == week.add(start, first + second)


@given(weeks, moments, spans)
def test_a_deadline_falls_in_opening_hours_of_a_working_day(week: WorkWeek, start: datetime, span: timedelta) -> None:
    ends = week.add(start, span).astimezone(week.zone)
    assert week.is_working_day(ends.date())
    assert week.opens <= ends.time() <= week.closes


@given(weeks, around_changes, st.integers(0, 12 * 24))
def test_working_time_is_what_counting_every_five_minutes_gives(week: WorkWeek, start: datetime, steps: int) -> None:
    step = timedelta(minutes=5)
    start = start.replace(minute=0)
    clocks = [(start + n * step).astimezone(week.zone) for n in range(steps)]
    opened = [c for c in clocks if week.is_working_day(c.date()) and week.opens <= c.time() < week.closes]
    assert week.between(start, start + steps * step) == len(opened) * step


@given(moments, st.integers(0, 30))
def test_the_end_of_a_working_day_is_at_closing_with_as_many_days_passed(start: datetime, days: int) -> None:
    ends = OFFICE.end_of_working_day_after(start, days)
    assert ends.astimezone(AMSTERDAM).time() == time(17)
    passed = OFFICE.between(start, ends)
    assert days * 8 * HOUR < passed <= (days + 1) * 8 * HOUR
