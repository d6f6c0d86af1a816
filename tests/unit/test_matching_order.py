"""Who is asked first, and what is told about everybody else."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.language.texts import Texts
from flows.matching.algorithm import Need, Other, Result, explain, from_json, match, to_json, why, why_not
from flows.matching.algorithm.choosing import KEPT
from flows.matching.algorithm.ranking import WEIGHTS
from flows.matching.algorithm.rules import RULES, Search, failing
from storage.dialogues.candidates import Busy, Candidate, Candidates
from storage.models import Level, Origin, SeatRole
from tests.unit.people_to_match import (
    BZK,
    DISSENT,
    FINANCE,
    GOVERNMENT,
    NEIGHBOUR,
    NOW,
    PROFESSIONAL,
    RVIG,
    SAFETY,
    SZW,
    UNIT,
    WORK,
    ZONE,
    at,
    busy,
    found,
    need,
    on,
    somebody,
)  # fmt: skip

TEXTS = Texts("nl", ZONE)


def order(asked: Need, *people: Candidate) -> list[int]:
    return [choice.facilitator_id for choice in found(asked, *people).chosen]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"topics": frozenset((SAFETY,))}, {"topics": frozenset((WORK,))}),
        ({"path": (GOVERNMENT, BZK, RVIG)}, {"path": (GOVERNMENT, BZK, 77)}),
        ({"path": (GOVERNMENT, BZK, 77)}, {"path": (GOVERNMENT, FINANCE)}),
        ({"path": (GOVERNMENT, SZW)}, {"path": (GOVERNMENT, FINANCE)}),
        ({"places": frozenset(("UTRECHT", "Zwolle"))}, {"places": frozenset(("Zwolle",))}),
        ({"load": {}}, {"load": {(2026, 11): 1}}),
        ({"capacity": 4, "load": {(2026, 11): 1}}, {"capacity": 2, "load": {(2026, 11): 1}}),
        ({"open_offers": 0}, {"open_offers": 1}),
        ({"joined_on": date(2026, 9, 3)}, {"joined_on": date(2026, 9, 4)}),
        ({"back_on": date(2026, 10, 3)}, {"back_on": date(2026, 10, 4)}),
        ({}, {"away": ((date(2026, 10, 26), date(2026, 11, 2)),)}),
        ({"last_asked_at": at("2026-10-01 09:00")}, {"last_asked_at": at("2026-10-02 09:00")}),
        ({"last_asked_at": None}, {"last_asked_at": at("2020-10-02 09:00")}),
    ],
    ids=["topic", "agency", "ministry", "pool", "town", "load", "share of capacity", "offers", "newcomer", "returner",
         "on leave now", "longest since asked", "never asked"],
)  # fmt: skip
def test_of_two_the_better_goes_first_whatever_their_ids(better: dict[str, Any], worse: dict[str, Any]) -> None:
    asked = need(pools=frozenset((SZW,)))
    assert order(asked, somebody(1, **better), somebody(2, **worse)) == [1, 2]
    assert order(asked, somebody(1, **worse), somebody(2, **better)) == [2, 1]


def test_among_equals_a_lot_decides_and_not_the_lowest_id() -> None:
    crowd = [somebody(n) for n in range(1, 11)]
    orders = {tuple(order(need(requester_id=900 + n), *crowd)) for n in range(10)}
    assert len({first[0] for first in orders}) > 1
    assert order(need(), *crowd) == order(need(), *crowd)


def test_where_somebody_is_at_home_is_no_matter_online() -> None:
    asked = need(online=True, place="")
    people = somebody(1, places=frozenset()), somebody(2, last_asked_at=None, places=frozenset(("Zwolle",)))
    assert order(asked, *people) == [2, 1]


def test_only_the_best_are_kept_and_all_are_counted() -> None:
    result = found(need(), *(somebody(n) for n in range(1, 101)))
    assert (len(result.chosen), result.eligible, result.total) == (KEPT, 100, 100)


PATHS = [
    (GOVERNMENT, BZK, RVIG, UNIT),
    (GOVERNMENT, BZK, RVIG, NEIGHBOUR),
    (GOVERNMENT, BZK),
    (GOVERNMENT, SZW),
    (GOVERNMENT, FINANCE),
    (),
]
NEEDS = st.builds(
    need,
    origin=st.sampled_from(Origin),
    form_id=st.sampled_from((1, 2, None)),
    language=st.sampled_from(("nl", "en")),
    topics=st.sampled_from((((SAFETY, WORK),), ((SAFETY, WORK), (DISSENT, PROFESSIONAL)), ())),
    online=st.booleans(),
    seats=st.sampled_from((frozenset((SeatRole.LEAD,)), frozenset(SeatRole))),
    already=st.sets(st.integers(1, 12), max_size=3).map(frozenset),
    unvouched=st.sets(st.integers(1, 12), max_size=3).map(frozenset),
    pools=st.sampled_from((frozenset(), frozenset((SZW,)))),
    windows=st.sampled_from(
        ((on("2026-11-18 10:00"),), (on("2026-11-18 10:00"), on("2026-11-19 14:00"), on("2026-12-01 09:00")))
    ),
)


@st.composite
def crowds(draw: st.DrawFn) -> list[Candidate]:
    dice = draw(st.randoms(use_true_random=False))
    return [_anybody(n, dice) for n in range(1, draw(st.integers(1, 12)) + 1)]


def _anybody(n: int, dice: random.Random) -> Candidate:
    def mostly(usual: Any, *odd: Any) -> Any:
        return usual if dice.random() < 0.75 else dice.choice(odd)

    start = at("2026-11-18 11:00")
    return somebody(
        n,
        path=dice.choice(PATHS), level=mostly(Level.TRAINED, Level.IN_TRAINING), capacity=dice.choice((0, 1, 2, 3)),
        active=mostly(True, False), online=mostly(True, False), joined_on=mostly(date(2024, 1, 1), date(2026, 10, 20)),
        back_on=mostly(None, date(2026, 10, 20)), forms=mostly(frozenset((1, 2)), frozenset((2,)), frozenset()),
        topics=mostly(frozenset((SAFETY,)), frozenset((WORK,)), frozenset((DISSENT,)), frozenset()),
        languages=mostly(frozenset(("nl", "en")), frozenset(("nl",))),
        places=mostly(frozenset(("Utrecht",)), frozenset()),
        hours=mostly(dict.fromkeys(range(5), ((540, 1020),)), {2: ((540, 1020),)}, {}),
        busy=mostly((), (Busy(start, start + timedelta(hours=1), True, ""),)), open_offers=mostly(0, 1, 2),
        load=mostly({}, {(2026, 11): 1}, {(2026, 11): 2, (2026, 12): 1}),
        last_asked_at=mostly(None, NOW - timedelta(days=dice.randrange(9))),
    )  # fmt: skip


@given(NEEDS, crowds(), st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order_in_which_people_come(
    asked: Need, crowd: list[Candidate], dice: random.Random
) -> None:
    shuffled = dice.sample(crowd, len(crowd))
    assert found(asked, *shuffled) == found(asked, *crowd)


@given(NEEDS, crowds())
def test_chosen_are_exactly_those_who_pass_every_rule_and_everybody_else_is_counted_once(
    asked: Need, crowd: list[Candidate]
) -> None:
    result = found(asked, *crowd)
    search = Search(asked)
    assert {choice.facilitator_id for choice in result.chosen} == {
        one.facilitator_id for one in crowd if all(passes(search, one) for _, passes in RULES)
    }
    assert result.eligible + sum(result.counts().values()) == result.total == len(crowd)
    for choice in result.chosen:
        assert 1 <= len(choice.moments) <= 6
        assert set(choice.moments) <= {window.starts_at for window in asked.windows}


@given(NEEDS, crowds())
def test_nobody_goes_before_their_twin_with_a_smaller_share_of_load(asked: Need, crowd: list[Candidate]) -> None:
    asked = replace(asked, already=frozenset(), unvouched=frozenset())
    for one in crowd:
        for fuller in (
            one._replace(facilitator_id=99, open_offers=one.open_offers + 1),
            one._replace(facilitator_id=99, load={**one.load, (2026, 11): one.load.get((2026, 11), 0) + 1}),
        ):
            ranked = order(asked, fuller, one)
            assert ranked in ([one.facilitator_id, 99], [one.facilitator_id], [])


@given(NEEDS, crowds())
def test_advice_is_true_that_many_could_if_only_that_rule_did_not_count(asked: Need, crowd: list[Candidate]) -> None:
    result = found(asked, *crowd)
    search = Search(asked)
    rules = {"origin_own": "origin", "origin_outside": "origin", "to_site": "place", "to_online": "place"}
    for advice in result.advice:
        dropped = rules.get(advice.change, advice.change)
        without = [passes for name, passes in RULES if name != dropped]
        assert advice.people == sum(all(passes(search, one) for passes in without) for one in crowd) > 0
    assert not (result.advice and result.chosen)
    assert [advice.people for advice in result.advice] == sorted((a.people for a in result.advice), reverse=True)


@given(NEEDS, crowds())
def test_a_result_survives_being_stored(asked: Need, crowd: list[Candidate]) -> None:
    result = found(asked, *crowd)
    assert from_json(json.loads(json.dumps(to_json(result)))) == result


@given(NEEDS, crowds(), st.sampled_from(("nl", "en")))
def test_every_result_can_be_said_in_words(asked: Need, crowd: list[Candidate], language: str) -> None:
    result = found(asked, *crowd)
    t = TEXTS.into(language)
    told = explain(result, t, lambda person: f"Person {person}")
    assert all(f"Person {choice.facilitator_id}: {why(choice, t)}" in told for choice in result.chosen[:5])
    lines = told.splitlines()
    assert all(
        any(f"Person {other.facilitator_id}" in line and line.endswith(f": {why_not(other, t)}") for line in lines)
        for other in _unasked(result)[:5]
    )


def _unasked(result: Result) -> list[Other]:
    """Those that are still worth a thought: who was asked already is named elsewhere, with the answer."""
    return [other for other in result.others if "already" not in other.failing]


def test_when_nobody_can_the_words_say_which_rule_emptied_the_list_and_what_would_help() -> None:
    crowd = [somebody(1, forms=frozenset()), *(somebody(n, hours={}) for n in (2, 3, 4))]
    result = found(need(), *crowd)
    assert result.emptied_by == "free"
    told = explain(result, TEXTS.into("en"), str)
    assert "None of the 4 facilitators can lead this session as it is asked now." in told
    assert "Nobody left is free at one of these moments." in told
    assert told.index("another moment: 3 facilitators") < told.index("another form: 1 facilitator")
    assert "ander moment: 3 gespreksleiders" in explain(result, TEXTS.into("nl"), str)


def test_who_is_held_back_by_the_same_stands_in_one_line() -> None:
    told = explain(found(need(), *(somebody(n, hours={}) for n in (2, 3, 4))), TEXTS.into("en"), str)
    assert told.count(": not free at any of these moments") == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_rule_has_its_words(language: str) -> None:
    t = TEXTS.into(language)
    assert all(t.has(f"match.{family}.{rule}") for rule, _ in RULES for family in ("rule", "fell", "emptied"))


def test_of_those_who_cannot_the_nearest_are_named_first() -> None:
    crowd = [somebody(1, active=False), somebody(2, forms=frozenset(), hours={}), somebody(3, hours={}), somebody(4)]
    assert [other.facilitator_id for other in found(need(), *crowd).others] == [3, 2, 1]


def test_an_empty_programme_is_told_as_such() -> None:
    result = match(need(), Candidates.of(()))
    assert (result.total, result.chosen, result.advice) == (0, (), ())
    assert "0" in explain(result, TEXTS.into("nl"), str)


def test_fairness_outweighs_any_single_closeness() -> None:
    assert all(WEIGHTS["fairness"] > WEIGHTS[name] for name in ("topic", "organisation", "place"))
    assert failing(Search(need()), somebody()) == ()


LATER = (on("2026-12-02 10:00"), on("2026-12-16 10:00"))


@pytest.mark.parametrize(
    "kept_from",
    [
        {"away": ((date(2026, 12, 1), date(2026, 12, 3)),)},
        {"busy": busy("2026-12-02 11:00", "2026-12-02 13:00", "Utrecht")},
        {"busy": busy("2026-12-16 12:30", "2026-12-16 13:30", "Groningen")},
        {"capacity": 2, "load": {(2026, 12): 2}},
    ],
)
def test_whoever_takes_the_rest_of_a_series_is_rather_somebody_who_can_come_to_all_of_it(
    kept_from: dict[str, Any],
) -> None:
    asked = need(rest=LATER)
    assert order(asked, somebody(1, **kept_from), somebody(2)) == [2, 1]
    [first, second] = found(asked, somebody(1, **kept_from), somebody(2)).chosen
    assert "kan bij 2 van de 2 volgende bijeenkomsten" in why(first, TEXTS.into("nl"))
    assert "van de 2 volgende bijeenkomsten" in why(second, TEXTS.into("nl"))
    assert why(first, TEXTS.into("nl")) != why(second, TEXTS.into("nl"))


def test_a_single_session_says_nothing_of_later_ones() -> None:
    [only] = found(need(), somebody(1)).chosen
    assert "volgende" not in why(only, TEXTS.into("nl"))


def test_the_days_of_the_rest_of_a_series_are_looked_up_too() -> None:
    assert need(rest=LATER).lookup().last_day == date(2026, 12, 31)
    assert need(rest=LATER).lookup().hours == need().lookup().hours, "who is asked still depends on the first one"
