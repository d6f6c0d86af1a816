"""Who is fetched for a request: the database leaves out only those whom the rules would turn down, and counts them."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from benchmarks.matching import bare_query, fetched, needs
from benchmarks.programme import fill
from flows.matching.algorithm import Need, Window, match
from flows.matching.algorithm.rules import Search, failing
from storage.database.unit_of_work import Store
from storage.dialogues import candidates
from storage.dialogues.candidates import Busy, Candidate, Candidates
from storage.models import Address, DialogueSession, Level, Origin, Person, SeatRole, SessionState
from storage.people import profiles
from storage.programme.demo_guard import DEMO_CHANNEL
from tests.storage.matched_programme import NOW, ZONE, anybody, chain_of, path_of, store_all, store_session

MOMENTS = st.builds(
    lambda day, hour, minute: datetime(2026, 11, 1, hour, minute, tzinfo=ZONE).astimezone(UTC) + timedelta(days=day),
    st.integers(0, 60),
    st.sampled_from((0, 9, 10, 11, 14, 23)),
    st.sampled_from((0, 30)),
)
EXACT = st.builds(Window, MOMENTS)
OPEN = st.builds(lambda start, hours: Window(start, start + timedelta(hours=hours)), MOMENTS, st.integers(2, 400))
ASKING = st.sampled_from((4, 3, 2, 9, 10))


@st.composite
def asked(draw: st.DrawFn) -> Need:
    path = path_of(draw(ASKING))
    return Need(
        path=path, is_unit=path[-1] in (4, 9, 10), own=frozenset(path) & {2, 3, 8},
        pools=draw(st.sampled_from((frozenset(), frozenset((8, 2)), frozenset((11,))))),
        requester_id=draw(st.sampled_from((900, 3, 7))), requester_unit_id=draw(st.sampled_from((None, 5, 7))),
        form_id=draw(st.sampled_from((1, 2, 3, None))), language=draw(st.sampled_from(("nl", "en", "de"))),
        topics=tuple(map(chain_of, draw(st.sets(st.integers(1, 6), max_size=3)))),
        windows=tuple(draw(st.lists(EXACT | OPEN, max_size=3))), minutes=draw(st.sampled_from((30, 120))),
        online=draw(st.booleans()), place=draw(st.sampled_from(("Utrecht", "den haag "))),
        origin=draw(st.sampled_from(Origin)), now=NOW, zone=ZONE, travel_margin=timedelta(hours=1),
        seats=draw(st.sets(st.sampled_from(SeatRole)).map(frozenset)),
        already=frozenset(draw(st.sets(st.integers(1, 60), max_size=4))),
        unvouched=frozenset(draw(st.sets(st.integers(1, 60), max_size=4))),
    )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_database_leaves_out_nobody_whom_the_rules_would_accept(store: Store, seed: int) -> None:
    dice = random.Random(seed)
    everybody = [anybody(n, dice) for n in range(1, 61)]
    by_id = {one.facilitator_id: one for one in everybody}
    with store.begin() as uow:
        store_all(uow, everybody)

    @settings(max_examples=80, deadline=None)
    @given(asked())
    def agrees(need: Need) -> None:
        by_rules_alone = match(need, Candidates.of(everybody))
        with store.read() as uow:
            result = match(need, candidates.load(uow, need.lookup()))
        # Who comes nearest among the others is looked for among those fetched only; all else is the same.
        assert replace(result, others=()) == replace(by_rules_alone, others=())
        search = Search(need)
        assert all(other.failing == failing(search, by_id[other.facilitator_id]) for other in result.others)

    agrees()


def test_an_independent_query_with_the_same_rules_finds_the_same_people(sqlite_store: Store) -> None:
    with sqlite_store.begin() as uow:
        fill(uow.db.connection(), 400)
    exact = {name: need for name, need in needs().items() if all(slot.exact for slot in need.slots)}
    assert len(exact) == 5
    with sqlite_store.read() as uow:
        for need in exact.values():
            result = match(need, candidates.load(uow, need.lookup()))
            ids = {row[0] for row in fetched(uow, *bare_query(need))}
            assert result.eligible == len(ids) > 0
            assert {choice.facilitator_id for choice in result.chosen} <= ids


def _one(store: Store, **changes: Any) -> tuple[Need, Candidate]:
    """A need, and the only facilitator there is, who fits it."""
    fits = Candidate(
        1, path_of(5), Level.TRAINED, 2, active=True, online=True, joined_on=NOW.date() - timedelta(days=400),
        forms=frozenset((1,)), topics=frozenset((3,)), languages=frozenset(("nl",)), places=frozenset(("Utrecht",)),
        hours={2: ((540, 1020),)},
    )  # fmt: skip
    somebody = fits._replace(**changes)
    with store.begin() as uow:
        store_all(uow, [somebody])
    need = Need(
        path=path_of(4), is_unit=True, own=frozenset((2, 3)), pools=frozenset(), requester_id=900, requester_unit_id=4,
        form_id=1, language="nl", topics=(chain_of(3),), windows=(Window(datetime(2026, 11, 18, 9, tzinfo=UTC)),),
        minutes=120, online=False, place="Utrecht", origin=Origin.ANY, seats=frozenset((SeatRole.LEAD,)),
        already=frozenset(), now=NOW, zone=ZONE, travel_margin=timedelta(hours=1),
    )  # fmt: skip
    return need, somebody


def _failing(store: Store, need: Need) -> list[tuple[str, ...]]:
    with store.read() as uow:
        result = match(need, candidates.load(uow, need.lookup()))
    assert result.total == 1
    return [other.failing for other in result.others]


def test_what_is_fetched_of_somebody_is_what_stands_in_their_profile(store: Store) -> None:
    start = datetime(2026, 11, 18, 13, tzinfo=UTC)
    need, somebody = _one(
        store, capacity=3, last_asked_at=NOW - timedelta(days=3, microseconds=17), back_on=date(2026, 9, 1),
        away=((date(2026, 11, 20), date(2026, 11, 22)),),
        busy=(Busy(start, start + timedelta(hours=2), False, "Zwolle"),), load={(2026, 11): 1}, open_offers=2,
    )  # fmt: skip
    with store.read() as uow:
        assert candidates.load(uow, need.lookup()).people == (somebody,)


def test_somebody_whose_account_is_closed_is_not_asked(store: Store) -> None:
    need, _ = _one(store)
    assert _failing(store, need) == []
    with store.begin() as uow:
        uow.get(Person, 1).active = False
    assert _failing(store, need) == [("active",)]


def test_somebody_who_can_be_reached_nowhere_any_more_is_not_asked_until_they_are_back(store: Store) -> None:
    need, _ = _one(store, reachable=False)
    assert _failing(store, need) == [("reachable",)]
    with store.begin() as uow:
        profiles.set_reachable(uow, "c0", "1", NOW, reachable=True)
    assert _failing(store, need) == []


def test_an_address_in_the_playground_makes_nobody_reachable(store: Store) -> None:
    need, _ = _one(store, reachable=False)
    with store.begin() as uow:
        uow.add(Address(person_id=1, channel=DEMO_CHANNEL, address="1"))
    assert _failing(store, need) == [("reachable",)]


def test_somebody_without_an_address_yet_is_asked_as_they_are_found_by_e_mail(store: Store) -> None:
    need, _ = _one(store)
    with store.begin() as uow:
        uow.db.exec(delete(Address))
    assert _failing(store, need) == []


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.SEEKING, SessionState.PROPOSED])
def test_a_seat_taken_is_time_spoken_for_until_the_session_is_off(store: Store, state: SessionState) -> None:
    need, _ = _one(store)
    start = datetime(2026, 11, 18, 10, tzinfo=UTC)
    with store.begin() as uow:
        store_session(uow, 1, Busy(start, start + timedelta(hours=1), False, "Utrecht"), state, "other")
    assert _failing(store, need) == [("free",)]
    with store.begin() as uow:
        session = uow.db.exec(select(DialogueSession).where(DialogueSession.uid == "other")).one()
        session.state = SessionState.CANCELLED
    assert _failing(store, need) == []


def test_the_number_of_statements_does_not_grow_with_the_number_of_people(sqlite_store: Store) -> None:
    with sqlite_store.begin() as uow:
        fill(uow.db.connection(), 2_000)
    need = needs()["three moments, on site"]
    with sqlite_store.read() as uow:
        statements: list[str] = []
        driver: Any = uow.db.connection().connection.driver_connection
        driver.set_trace_callback(statements.append)
        result = match(need, candidates.load(uow, need.lookup()))
        driver.set_trace_callback(None)
    assert result.eligible > 100
    assert len(statements) == 7


def test_an_empty_programme_has_no_candidates(store: Store) -> None:
    need = needs()["three moments, online"]
    with store.read() as uow:
        result = match(need, candidates.load(uow, need.lookup()))
    assert (result.total, result.chosen, result.others, result.advice) == (0, (), (), ())
