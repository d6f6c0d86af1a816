"""Who can lead a session: each rule excludes whom it says and nobody else, whatever the calendar does."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from flows.matching.algorithm import Window
from flows.matching.algorithm.rules import RULES, Search, failing
from storage.models import Level, Origin, SeatRole
from tests.unit.people_to_match import (
    BZK,
    DISSENT,
    FINANCE,
    GOVERNMENT,
    NEIGHBOUR,
    PROFESSIONAL,
    RVIG,
    SAFETY,
    SUB_UNIT,
    SZW,
    SZW_UNIT,
    UNIT,
    WORK,
    at,
    between,
    busy,
    found,
    need,
    on,
    somebody,
    starts,
)  # fmt: skip

Case = tuple[str, Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]

ONLINE = {"online": True, "place": ""}
TABLE: list[Case] = [
    # rule, what is asked, who fails it, and the same person with what makes them pass
    ("active", {}, {"active": False}, {"active": True}),
    ("origin", {"origin": Origin.OWN}, {"path": (GOVERNMENT, FINANCE)}, {"path": (GOVERNMENT, BZK)}),
    ("origin", {"origin": Origin.OWN, "pools": frozenset((SZW,))}, {"path": (GOVERNMENT, FINANCE)},
     {"path": (GOVERNMENT, SZW, SZW_UNIT)}),
    ("origin", {"origin": Origin.OUTSIDE}, {"path": (GOVERNMENT, BZK, 77)}, {"path": (GOVERNMENT, FINANCE)}),
    ("origin", {"origin": Origin.OUTSIDE, "pools": frozenset((SZW,))}, {"path": (GOVERNMENT, SZW)},
     {"path": (GOVERNMENT, FINANCE)}),
    ("form", {}, {"forms": frozenset((2, 3))}, {"forms": frozenset((1, 2))}),
    ("language", {"language": "en"}, {"languages": frozenset(("nl",))}, {"languages": frozenset(("nl", "en"))}),
    ("topic", {}, {"topics": frozenset((DISSENT,))}, {"topics": frozenset((WORK,))}),
    ("topic", {"topics": ((SAFETY, WORK), (DISSENT, PROFESSIONAL))}, {"topics": frozenset((99,))},
     {"topics": frozenset((PROFESSIONAL,))}),
    ("topic", {"topics": ((30, SAFETY, WORK),)}, {"topics": frozenset((WORK,))}, {"topics": frozenset((SAFETY,))}),
    ("place", ONLINE, {"online": False}, {"online": True}),
    ("place", {}, {"places": frozenset()}, {"places": frozenset(("Groningen",))}),
    ("place", {}, {"places": frozenset()}, {"places": frozenset(), "online": False}),
    ("level", {}, {"level": Level.IN_TRAINING}, {"level": Level.EXPERIENCED}),
    ("level", {"seats": frozenset()}, {}, {}),
    ("free", {}, {"hours": {3: ((540, 1020),)}}, {"hours": {2: ((600, 720),)}}),
    ("free", {}, {"hours": {2: ((601, 1020),)}}, {"hours": {2: ((540, 660), (660, 720))}}),
    ("free", {}, {"away": ((date(2026, 11, 10), date(2026, 11, 18)),)},
     {"away": ((date(2026, 11, 10), date(2026, 11, 17)), (date(2026, 11, 19), date(2026, 12, 1)))}),
    ("free", {}, {"busy": busy("2026-11-18 11:30", "2026-11-18 13:00", "Utrecht")},
     {"busy": busy("2026-11-18 12:00", "2026-11-18 13:00", " utrecht ")}),
    ("free", {}, {"busy": busy("2026-11-18 12:30", "2026-11-18 14:00", "Zwolle")},
     {"busy": busy("2026-11-18 13:00", "2026-11-18 14:00", "Zwolle")}),
    ("free", {}, {"busy": busy("2026-11-18 08:30", "2026-11-18 09:30", online=True)},
     {"busy": busy("2026-11-18 08:00", "2026-11-18 09:00", online=True)}),
    ("free", ONLINE, {"busy": busy("2026-11-18 12:30", "2026-11-18 14:00", "Zwolle")},
     {"busy": busy("2026-11-18 12:00", "2026-11-18 14:00", online=True)}),
    ("free", {"windows": (on("2026-11-02 08:30"),)}, {"hours": {0: ((0, 1440),)}}, {}),
    ("requester", {"requester_id": 1}, {}, {}),
    ("unit", {}, {"path": (GOVERNMENT, BZK, RVIG, UNIT)}, {"path": (GOVERNMENT, BZK, RVIG)}),
    ("unit", {}, {"path": (GOVERNMENT, BZK, RVIG, UNIT, SUB_UNIT)}, {"path": ()}),
    ("unit", {"path": (GOVERNMENT, BZK, RVIG), "is_unit": False}, {"path": (GOVERNMENT, BZK, RVIG)},
     {"path": (GOVERNMENT, BZK, RVIG, NEIGHBOUR)}),
    ("unit", {"path": (GOVERNMENT, BZK, RVIG), "is_unit": False}, {"path": (GOVERNMENT, BZK, RVIG, UNIT)},
     {"path": (GOVERNMENT, BZK, RVIG, NEIGHBOUR)}),
    ("already", {"already": frozenset((1, 2))}, {}, {}),
    ("capacity", {}, {"capacity": 2, "load": {(2026, 11): 2}}, {"capacity": 2, "load": {(2026, 11): 1}}),
    ("capacity", {}, {"capacity": 1, "load": {(2026, 11): 1}}, {"capacity": 1, "load": {(2026, 12): 1}}),
    ("capacity", {}, {"capacity": 0}, {"capacity": 1}),
    ("spared", {}, {"joined_on": date(2026, 10, 1), "open_offers": 1}, {"open_offers": 0}),
    ("spared", {}, {"joined_on": date(2026, 9, 4), "open_offers": 1},
     {"joined_on": date(2026, 9, 3), "open_offers": 2}),
    ("spared", {}, {"back_on": date(2026, 10, 26), "open_offers": 1}, {"back_on": date(2026, 10, 1), "open_offers": 1}),
    ("reachable", {}, {"reachable": False}, {"reachable": True}),
    ("vouched", {"unvouched": frozenset((1, 2))}, {}, {}),
]  # fmt: skip
INSTEAD: Mapping[str, Mapping[str, Any]] = {
    "level": {"seats": frozenset((SeatRole.LEAD,))},
    "already": {"already": frozenset((2,))},
    "vouched": {"unvouched": frozenset((2,))},
    "requester": {"requester_id": 900},
    "free": {"windows": (on("2026-11-02 09:00"),)},
}
"""Where it is the asking that shuts everybody out, what to ask instead."""


@pytest.mark.parametrize(
    ("rule", "asked", "fails", "passes"), TABLE, ids=[f"{n}-{case[0]}" for n, case in enumerate(TABLE)]
)
def test_a_rule_turns_down_whom_it_should_and_nobody_else(
    rule: str, asked: Mapping[str, Any], fails: Mapping[str, Any], passes: Mapping[str, Any]
) -> None:
    turned_down = found(need(**asked), somebody(**fails))
    assert turned_down.chosen == ()
    assert [other.failing for other in turned_down.others] == [(rule,)]
    assert turned_down.emptied_by == rule
    eased = {} if passes else INSTEAD[rule]
    accepted = found(need(**{**asked, **eased}), somebody(**{**fails, **passes}))
    assert [choice.facilitator_id for choice in accepted.chosen] == [1]


def test_every_rule_has_a_row_in_the_table_of_this_test() -> None:
    assert {case[0] for case in TABLE} == {name for name, _ in RULES}


def test_advise_me_asks_for_no_form() -> None:
    assert found(need(form_id=None), somebody(forms=frozenset())).eligible == 1


def test_somebody_in_training_comes_only_where_a_second_seat_is_free() -> None:
    learner = somebody(level=Level.IN_TRAINING)
    assert found(need(seats=frozenset((SeatRole.LEAD, SeatRole.SECOND))), learner).eligible == 1
    assert found(need(seats=frozenset((SeatRole.SECOND,))), learner).eligible == 1
    assert found(need(seats=frozenset((SeatRole.LEAD,))), learner).eligible == 0


def test_all_that_stands_in_the_way_is_named_not_only_the_first() -> None:
    unfit = somebody(active=False, forms=frozenset(), load={(2026, 11): 2}, hours={})
    assert failing(Search(need()), unfit) == ("active", "form", "free", "capacity")


def test_opening_hours_are_kept_on_the_clock_on_the_wall_across_summer_time() -> None:
    mornings = somebody(hours=dict.fromkeys(range(5), ((9 * 60, 11 * 60),)), capacity=9)
    around = (on("2026-10-23 09:00"), on("2026-10-26 09:00"))
    asked = need(windows=around, now=at("2026-10-01 09:00"))
    assert starts(asked, mornings) == ["2026-10-23 09:00", "2026-10-26 09:00"]
    assert around[1].starts_at - around[0].starts_at == timedelta(days=3, hours=1)


def test_the_night_the_clock_jumps_does_not_lengthen_an_opening_hour() -> None:
    night = somebody(hours={6: ((60, 4 * 60),)})
    spring, autumn = between("2026-03-29 00:00", "2026-03-29 06:00"), between("2026-10-25 00:00", "2026-10-25 06:00")
    assert starts(need(windows=(spring,), minutes=150, now=at("2026-03-01 09:00")), night) == []
    assert starts(need(windows=(spring,), minutes=120, now=at("2026-03-01 09:00")), night) == ["2026-03-29 01:00"]
    assert starts(need(windows=(autumn,), minutes=240, now=at("2026-10-01 09:00")), night) == ["2026-10-25 01:00"]


def test_a_window_gives_the_earliest_tidy_start_on_six_different_days() -> None:
    asked = need(windows=(between("2026-11-16 09:40", "2026-11-30 17:00"),))
    half_days = somebody(hours=dict.fromkeys(range(5), ((9 * 60 + 10, 12 * 60),)))
    assert starts(asked, half_days) == [
        "2026-11-16 10:00", "2026-11-17 09:30", "2026-11-18 09:30", "2026-11-19 09:30", "2026-11-20 09:30",
        "2026-11-23 09:30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("from_", "until", "start"),
    [
        ("10:10", "12:45", "10:30"),
        ("10:10", "12:20", "10:15"),
        ("10:10", "12:12", "10:10"),
        ("10:11", "12:15", "10:15"),
    ],
)
def test_a_start_is_as_tidy_as_the_window_allows(from_: str, until: str, start: str) -> None:
    asked = need(windows=(between(f"2026-11-18 {from_}", f"2026-11-18 {until}"),))
    assert starts(asked, somebody()) == [f"2026-11-18 {start}"]


def test_a_window_is_searched_around_what_is_planned_already_with_time_to_travel() -> None:
    asked = need(windows=(between("2026-11-18 09:00", "2026-11-18 17:00"),))
    morning, noon = (
        busy("2026-11-18 09:30", "2026-11-18 10:30", "Zwolle"),
        busy("2026-11-18 13:00", "2026-11-18 14:00", "Zwolle"),
    )
    assert starts(asked, somebody(busy=(*noon, *morning))) == ["2026-11-18 15:00"]
    assert starts(asked, somebody(busy=morning)) == ["2026-11-18 11:30"]
    assert starts(asked, somebody(busy=noon)) == ["2026-11-18 09:00"]


def test_a_window_that_has_begun_offers_only_what_is_still_to_come() -> None:
    asked = need(windows=(between("2026-11-18 09:00", "2026-11-18 17:00"),), now=at("2026-11-18 10:20"))
    assert starts(asked, somebody()) == ["2026-11-18 10:30"]


def test_a_moment_in_a_full_month_is_not_offered_and_one_in_the_next_is() -> None:
    asked = need(windows=(on("2026-11-30 10:00"), on("2026-12-01 10:00")))
    assert starts(asked, somebody(load={(2026, 11): 2})) == ["2026-12-01 10:00"]


def test_the_month_of_a_session_is_the_local_one() -> None:
    late = {6: ((0, 1440),), 0: ((0, 1440),)}
    asked = need(windows=(Window(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)),), minutes=60)
    candidate = somebody(hours={1: ((0, 1440),)} | late, load={(2026, 12): 2})
    assert [other.failing for other in found(asked, candidate).others] == [("capacity",)]


def test_somebody_who_is_free_only_in_a_full_month_is_held_back_by_capacity() -> None:
    asked = need(windows=(on("2026-11-18 10:00"), on("2026-12-03 10:00")))
    wednesdays = somebody(hours={2: ((540, 1020),)}, load={(2026, 11): 2})
    assert failing(Search(asked), wednesdays) == ("capacity",)


def test_no_session_runs_past_midnight_or_past_the_window() -> None:
    always = somebody(hours=dict.fromkeys(range(7), ((0, 1440),)))
    assert starts(need(windows=(on("2026-11-18 23:00"),)), always) == []
    assert starts(need(windows=(on("2026-11-18 22:00"),)), always) == ["2026-11-18 22:00"]
    assert starts(need(windows=(between("2026-11-18 10:00", "2026-11-18 11:59"),)), always) == []


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Window(datetime(2026, 11, 18, 10, 0))
