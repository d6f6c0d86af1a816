"""Weekly hours are read as people write them, and anything else is refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.programme.csv_files.bad_lines import BadCell
from storage.programme.csv_files.cells import items
from storage.programme.csv_files.hours import Stretch, parse_hours, write_hours

_stretches = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(lambda each: each[1] < each[2]),
    max_size=12,
).map(lambda drawn: _apart([Stretch(*each) for each in drawn]))


def _apart(stretches: list[Stretch]) -> list[Stretch]:
    kept: list[Stretch] = []
    for each in sorted(stretches):
        if not kept or kept[-1].weekday != each.weekday or kept[-1].closes <= each.opens:
            kept.append(each)
    return kept


@given(_stretches, st.sampled_from(["; ", " | ", ";"]))
def test_hours_written_are_read_back_the_same(stretches: list[Stretch], separator: str) -> None:
    assert list(parse_hours(items(write_hours(stretches, separator)))) == stretches


@given(st.lists(st.text(alphabet=string.ascii_lowercase + "0123456789:.- ", max_size=20), max_size=4))
def test_hours_are_read_or_refused_whatever_is_typed(parts: list[str]) -> None:
    try:
        stretches = parse_hours(tuple(parts))
    except BadCell:
        return
    assert all(0 <= each.weekday <= 6 and 0 <= each.opens < each.closes <= 1440 for each in stretches)


@given(st.integers(0, 6), st.integers(0, 1300), st.integers(2, 60), st.integers(1, 59))
def test_hours_that_share_a_minute_are_refused_and_hours_that_touch_are_not(
    weekday: int, opens: int, length: int, shared: int
) -> None:
    first = Stretch(weekday, opens, opens + length)
    overlapping = Stretch(weekday, max(opens, first.closes - shared), first.closes + 10)
    touching = Stretch(weekday, first.closes, first.closes + 10)
    with pytest.raises(BadCell, match="hours_overlap"):
        parse_hours((str(first), str(overlapping)))
    assert parse_hours((str(touching), str(first))) == (first, touching)


@pytest.mark.parametrize(
    "text", ["ma 9:00-17:00", "maandag 9.00 - 17.00", "Mon 9-17", "MA. 9u-17u", "monday 09:00\u201317:00"]
)
def test_days_and_times_are_understood_as_people_write_them(text: str) -> None:
    assert parse_hours((text,)) == (Stretch(0, 540, 1020),)
