"""Promises of a rhythm: the right days, the same time of day, and no blocked day passed over in silence."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.engine.calendars.recurrence import (
    EveryWeeks,
    MonthlyWeekday,
    Planned,
    Rhythm,
    Slot,
    dates,
    following,
    halfway,
    local_instant,
    parse,
    plan,
)
from flows.engine.calendars.worktime import WorkWeek

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = WorkWeek()
SECOND_TUESDAY = MonthlyWeekday(2, 1)
LAST_FRIDAY = MonthlyWeekday(-1, 4)
TUESDAY_TEN = datetime(2026, 3, 3, 10, tzinfo=AMSTERDAM)

rhythms = st.builds(EveryWeeks, st.integers(1, 52)) | st.builds(
    MonthlyWeekday, st.sampled_from([-1, 1, 2, 3, 4]), st.integers(0, 6)
)
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
around_changes = st.sampled_from([datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 12, 31)]).flatmap(
    lambda day: st.integers(-90 * 96, 4 * 96).map(lambda q: day.replace(tzinfo=UTC) + timedelta(minutes=15 * q))
)
starts = around_changes | st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
counts = st.integers(1, 12)


def free(_: date) -> str | None:
    return None


def office_shut(day: date) -> str | None:
    if day.weekday() > 4:
        return "weekend"
    return OFFICE.holiday_name(day, "nl")


def blocking(*blocked: date) -> Callable[[date], str | None]:
    return lambda day: "full diary" if day in blocked else None


def planned(
    rhythm: Rhythm,
    *,
    start: datetime = TUESDAY_TEN,
    count: int | None = None,
    until: date | None = None,
    blocked: Callable[[date], str | None] = free,
) -> list[Planned]:
    return plan(start, rhythm, count=count, until=until, zone=AMSTERDAM, blocked=blocked)


def test_every_three_weeks_falls_on_the_same_weekday() -> None:
    found = dates(date(2026, 12, 15), EveryWeeks(3), count=3, until=None)
    assert found == [date(2026, 12, 15), date(2027, 1, 5), date(2027, 1, 26)]


def test_the_second_tuesday_comes_once_a_month_and_over_the_year() -> None:
    found = dates(date(2026, 11, 10), SECOND_TUESDAY, count=4, until=None)
    assert found == [date(2026, 11, 10), date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9)]


def test_the_last_friday_is_the_fourth_or_the_fifth() -> None:
    found = dates(date(2026, 1, 30), LAST_FRIDAY, count=3, until=None)
    assert found == [date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 27)]


def test_a_first_session_off_the_rhythm_stays_and_the_rest_follow_from_the_next_month() -> None:
    found = dates(date(2026, 6, 3), SECOND_TUESDAY, count=3, until=None)
    assert found == [date(2026, 6, 3), date(2026, 7, 14), date(2026, 8, 11)]


def test_the_last_day_of_a_series_may_itself_be_a_session() -> None:
    assert len(dates(date(2026, 6, 1), EveryWeeks(1), count=None, until=date(2026, 6, 15))) == 3
    assert len(dates(date(2026, 6, 1), EveryWeeks(1), count=None, until=date(2026, 6, 14))) == 2


def test_of_a_number_and_a_last_day_the_sooner_one_ends_the_series() -> None:
    assert len(dates(date(2026, 6, 1), EveryWeeks(1), count=2, until=date(2026, 12, 1))) == 2
    assert len(dates(date(2026, 6, 1), EveryWeeks(1), count=9, until=date(2026, 6, 8))) == 2


def test_a_series_that_should_end_before_it_starts_has_no_sessions() -> None:
    assert dates(date(2026, 6, 1), EveryWeeks(1), count=3, until=date(2026, 5, 31)) == []
    assert planned(EveryWeeks(1), until=date(2026, 3, 2)) == []


def test_a_series_without_an_end_or_without_sessions_is_refused() -> None:
    with pytest.raises(ValueError, match="last day"):
        dates(date(2026, 6, 1), EveryWeeks(1), count=None, until=None)
    with pytest.raises(ValueError, match="at least one"):
        planned(EveryWeeks(1), count=0)


def test_extending_goes_on_where_the_rhythm_left_off() -> None:
    assert following(EveryWeeks(2), date(2026, 12, 22)) == date(2027, 1, 5)
    assert following(SECOND_TUESDAY, date(2026, 12, 8)) == date(2027, 1, 12)


@pytest.mark.parametrize(
    ("rhythm", "text"),
    [(EveryWeeks(3), "weeks:3"), (SECOND_TUESDAY, "month:2:1"), (LAST_FRIDAY, "month:-1:4")],
)
def test_a_rhythm_is_stored_as_a_short_readable_word(rhythm: Rhythm, text: str) -> None:
    assert str(rhythm) == text
    assert parse(text) == rhythm


@pytest.mark.parametrize(
    "text", ["weeks", "weeks:", "weeks:0", "weeks:53", "weeks:-1", "weeks:1.5", "weeks:03", "days:3"]
)
def test_what_is_no_number_of_weeks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rhythm"):
        parse(text)


@pytest.mark.parametrize("text", ["month:5:1", "month:0:1", "month:-2:1", "month:2:7", "month:2", "month:2:1:0"])
def test_what_is_no_day_of_the_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rhythm"):
        parse(text)


@pytest.mark.parametrize("text", ["", " weeks:3", "weeks:3\n", "weeks:\u0663"])
def test_a_rhythm_written_any_other_way_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rhythm"):
        parse(text)


def test_a_rhythm_out_of_range_cannot_be_made() -> None:
    for wrong in (lambda: EveryWeeks(0), lambda: MonthlyWeekday(5, 1), lambda: MonthlyWeekday(1, 7)):
        with pytest.raises(ValueError, match="not"):
            wrong()


def test_ten_o_clock_stays_ten_o_clock_when_summer_time_begins_and_ends() -> None:
    spring = planned(EveryWeeks(4), count=2)
    assert [one.starts_at.hour for one in spring] == [9, 8]
    autumn = planned(EveryWeeks(4), count=2, start=datetime(2026, 10, 6, 10, tzinfo=AMSTERDAM))
    assert [one.starts_at.hour for one in autumn] == [8, 9]
    assert all(one.starts_at.tzinfo is UTC for one in spring + autumn)


def test_a_start_that_the_spring_night_skips_moves_on_to_three_and_only_that_night() -> None:
    start = datetime(2026, 3, 22, 2, 30, tzinfo=AMSTERDAM)
    clocks = [one.starts_at.astimezone(AMSTERDAM).time() for one in planned(EveryWeeks(1), count=3, start=start)]
    assert clocks == [time(2, 30), time(3), time(2, 30)]


def test_a_first_session_in_the_second_of_two_equal_hours_starts_when_it_said() -> None:
    start = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert planned(EveryWeeks(1), count=1, start=start)[0].starts_at == start


def test_the_day_is_the_local_day_even_when_utc_is_a_day_behind() -> None:
    start = datetime(2026, 6, 7, 22, 30, tzinfo=UTC)
    assert planned(EveryWeeks(1), count=1, start=start)[0].day == date(2026, 6, 8)


def test_a_session_on_kings_day_moves_to_the_day_after_and_says_why() -> None:
    start = datetime(2026, 4, 13, 14, tzinfo=AMSTERDAM)
    first, second = planned(EveryWeeks(2), count=2, start=start, blocked=office_shut)
    assert first.reason is None
    assert (second.wished, second.day, second.reason) == (date(2026, 4, 27), date(2026, 4, 28), "Koningsdag")
    assert second.starts_at == datetime(2026, 4, 28, 14, tzinfo=AMSTERDAM)


def test_a_session_on_good_friday_moves_over_easter_to_tuesday() -> None:
    start = datetime(2026, 3, 20, 9, tzinfo=AMSTERDAM)
    assert planned(EveryWeeks(2), count=2, start=start, blocked=office_shut)[1].day == date(2026, 4, 7)


def test_a_moved_session_does_not_move_the_ones_after_it() -> None:
    start = datetime(2026, 4, 13, 14, tzinfo=AMSTERDAM)
    assert planned(EveryWeeks(2), count=3, start=start, blocked=office_shut)[2].day == date(2026, 5, 11)


def test_a_moved_session_never_reaches_the_next_one_but_comes_earlier_instead() -> None:
    week = [date(2026, 3, 10) + timedelta(days=n) for n in range(7)]
    session = planned(EveryWeeks(1), count=3, blocked=blocking(*week))[1]
    assert (session.wished, session.day) == (date(2026, 3, 10), date(2026, 3, 9))


def test_a_moved_session_does_not_fall_after_the_last_day_of_the_series() -> None:
    last = date(2026, 3, 17)
    assert planned(EveryWeeks(2), until=last, blocked=blocking(last))[-1].day == date(2026, 3, 16)


def test_a_move_stays_within_fourteen_days() -> None:
    blocked = [date(2026, 4, 28) + timedelta(days=n) for n in range(15)]
    assert planned(EveryWeeks(8), count=2, blocked=blocking(*blocked))[1].day == date(2026, 4, 27)
    assert planned(EveryWeeks(8), count=2, blocked=blocking(*blocked[:-1]))[1].day == date(2026, 5, 12)


def test_without_any_free_day_the_wished_day_stays_and_is_marked() -> None:
    sessions = planned(EveryWeeks(1), count=3, blocked=lambda day: "full diary")
    assert [(one.day == one.wished, one.reason) for one in sessions] == [(True, "full diary")] * 3


def test_a_blocked_first_session_is_never_moved_to_an_earlier_day() -> None:
    first = TUESDAY_TEN.date()
    assert planned(EveryWeeks(1), count=2, blocked=blocking(first))[0].day == date(2026, 3, 4)
    week = [first + timedelta(days=n) for n in range(7)]
    assert planned(EveryWeeks(1), count=2, blocked=blocking(*week))[0].day == first


def test_an_earlier_day_never_reaches_the_session_before() -> None:
    # The first session moved to Monday the 9th, and everything but that day is blocked after it.
    sessions = planned(EveryWeeks(1), count=2, blocked=lambda day: None if day == date(2026, 3, 9) else "full")
    assert [one.day for one in sessions] == [date(2026, 3, 9), date(2026, 3, 10)]


def test_a_plan_from_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        planned(EveryWeeks(1), count=1, start=datetime(2026, 3, 3, 10))


def test_a_slot_is_a_plain_value() -> None:
    day = date(2026, 3, 3)
    assert Slot(day, day, None) == Slot(wished=day, day=day, reason=None)


def test_the_word_between_two_sessions_comes_at_ten_on_the_middle_working_day() -> None:
    a, b = datetime(2026, 6, 2, 14, tzinfo=AMSTERDAM), datetime(2026, 6, 16, 14, tzinfo=AMSTERDAM)
    assert halfway(a, b, OFFICE) == datetime(2026, 6, 9, 10, tzinfo=AMSTERDAM)


def test_the_word_between_two_sessions_avoids_the_weekend() -> None:
    a, b = datetime(2026, 6, 3, 10, tzinfo=AMSTERDAM), datetime(2026, 6, 9, 10, tzinfo=AMSTERDAM)
    assert halfway(a, b, OFFICE) == datetime(2026, 6, 5, 10, tzinfo=AMSTERDAM)


def test_the_word_between_two_sessions_waits_for_a_late_opening() -> None:
    afternoons = WorkWeek(opens=time(13), closes=time(17))
    a, b = datetime(2026, 6, 2, 14, tzinfo=AMSTERDAM), datetime(2026, 6, 16, 14, tzinfo=AMSTERDAM)
    assert halfway(a, b, afternoons) == datetime(2026, 6, 9, 13, tzinfo=AMSTERDAM)


def test_without_a_working_day_between_the_word_comes_in_the_true_middle() -> None:
    a, b = datetime(2026, 3, 27, 10, tzinfo=AMSTERDAM), datetime(2026, 3, 30, 10, tzinfo=AMSTERDAM)
    assert halfway(a, b, OFFICE) == datetime(2026, 3, 28, 21, 30, tzinfo=AMSTERDAM)


def test_halfway_needs_two_moments_in_order() -> None:
    with pytest.raises(ValueError, match="earlier"):
        halfway(TUESDAY_TEN, TUESDAY_TEN, OFFICE)
    with pytest.raises(ValueError, match="time zone"):
        halfway(TUESDAY_TEN, datetime(2026, 4, 1), OFFICE)


@given(rhythms)
def test_a_stored_rhythm_is_read_back_as_it_was(rhythm: Rhythm) -> None:
    assert parse(str(rhythm)) == rhythm


@given(st.text(alphabet="weksmonth:-0123456789") | st.text())
def test_any_text_is_a_rhythm_written_one_way_or_is_refused(text: str) -> None:
    try:
        assert str(parse(text)) == text
    except ValueError as refused:
        assert "not a rhythm" in str(refused) or "weeks" in str(refused)  # noqa: PT017


@given(days, st.sampled_from([-1, 1, 2, 3, 4]), st.integers(0, 6))
def test_a_monthly_day_is_the_right_weekday_at_the_right_place_in_the_next_month(
    day: date, nth: int, weekday: int
) -> None:
    found = following(MonthlyWeekday(nth, weekday), day)
    assert found.weekday() == weekday
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == 1
    if nth == -1:
        assert (found + timedelta(weeks=1)).month != found.month
    else:
        assert (found.day - 1) // 7 + 1 == nth


@given(days, rhythms, counts, days)
def test_a_series_has_the_number_asked_unless_the_last_day_cuts_it_short(
    first: date, rhythm: Rhythm, count: int, until: date
) -> None:
    endless = dates(first, rhythm, count=count, until=None)
    assert len(endless) == count
    assert dates(first, rhythm, count=count, until=until) == [day for day in endless if day <= until]


@given(starts, rhythms, counts)
@example(datetime(2026, 3, 22, 1, 30, tzinfo=UTC), EveryWeeks(1), 3)
@example(datetime(2026, 10, 18, 0, 30, tzinfo=UTC), EveryWeeks(1), 3)
def test_every_session_starts_at_the_same_time_of_day(start: datetime, rhythm: Rhythm, count: int) -> None:
    sessions = planned(rhythm, start=start, count=count)
    wall = start.astimezone(AMSTERDAM).time()
    assert len(sessions) == count
    assert sessions[0].starts_at == start
    for one in sessions:
        clock = one.starts_at.astimezone(AMSTERDAM)
        assert clock.date() == one.day == one.wished
        assert clock.time() == wall or (clock.time() == time(3) and wall.hour == 2 and one.day.month == 3)


@given(starts, rhythms, counts, st.sets(st.integers(0, 120)))
def test_with_any_days_blocked_sessions_keep_their_order_and_their_place(
    start: datetime, rhythm: Rhythm, count: int, offsets: set[int]
) -> None:
    first = start.astimezone(AMSTERDAM).date()
    blocked = blocking(*(first + timedelta(days=n) for n in offsets))
    sessions = planned(rhythm, start=start, count=count, blocked=blocked)
    wished = dates(first, rhythm, count=count, until=None)
    assert [one.wished for one in sessions] == wished
    assert all(a.starts_at < b.starts_at and a.day < b.day for a, b in pairwise(sessions))
    for one in sessions:
        assert one.reason == blocked(one.wished)
        assert abs(one.day - one.wished) <= timedelta(days=14)
        assert one.day < following(rhythm, one.wished)
        assert one.day == one.wished or (one.reason and blocked(one.day) is None)


@given(starts, rhythms, days)
def test_no_session_falls_after_the_last_day(start: datetime, rhythm: Rhythm, until: date) -> None:
    sessions = planned(rhythm, start=start, until=until, count=40, blocked=office_shut)
    assert all(one.day <= until for one in sessions)


@given(starts, st.integers(1, 60 * 24))
def test_halfway_lies_between_the_sessions_and_in_working_time_when_a_day_allows(start: datetime, hours: int) -> None:
    end = start + timedelta(hours=hours)
    found = halfway(start, end, OFFICE)
    clock = found.astimezone(AMSTERDAM)
    assert start < found < end
    if found != start + (end - start) / 2:
        assert OFFICE.is_working_day(clock.date())
        assert clock == local_instant(clock.date(), time(10), AMSTERDAM)
