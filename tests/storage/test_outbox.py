"""Letters: none is lost, none overtakes another of the same person, and none goes twice without a crash."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text
from sqlmodel import select

from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import dead_letters, message_slots, outbox
from storage.delivery.outbox import Leased, OutboxMessage
from storage.models import Address, Outbox, OutboxReason, OutboxState, Person, Room

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(store: Store) -> list[int]:
    with store.begin() as uow:
        rows = [uow.add(Person(name=f"Persoon {n}")) for n in range(4)]
    return [row.id or 0 for row in rows]


def _letter(person: int, subject: int, slot: str | None = None) -> OutboxMessage:
    return OutboxMessage(person, "greeting", subject, {"n": subject}, slot, once="once")


def _put(store: Store, person: int, *subjects: int, slot: str | None = None) -> None:
    with store.begin() as uow:
        for subject in subjects:
            outbox.put(uow, _letter(person, subject, slot), now=NOW)


def _lease(store: Store, now: datetime = NOW, limit: int = 10) -> list[Leased]:
    with store.begin() as uow:
        return outbox.lease(uow, now, limit, LEASE)


def _row(uow: UnitOfWork, letter_id: int) -> Outbox:
    return uow.get(Outbox, letter_id)


def test_a_letter_is_leased_with_everything_it_is_about(store: Store, people: list[int]) -> None:
    _put(store, people[0], 7, slot="card")
    (letter,) = _lease(store)
    assert (letter.person_id, letter.kind, letter.subject_id, letter.args, letter.slot, letter.attempts) == (
        people[0], "greeting", 7, {"n": 7}, "card", 0,
    )  # fmt: skip


def test_the_same_letter_put_twice_is_kept_once(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    _put(store, people[0], 1)
    with store.read() as uow:
        assert len(uow.db.exec(select(Outbox)).all()) == 1


def test_a_letter_of_a_change_that_was_undone_is_never_sent(store: Store, people: list[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        _put_and_fail(store, people[0])
    assert _lease(store) == []


def _put_and_fail(store: Store, person: int) -> None:
    with store.begin() as uow:
        outbox.put(uow, _letter(person, 1), now=NOW)
        raise ZeroDivisionError


def test_letters_are_leased_in_the_order_they_were_put_in_one_a_person(store: Store, people: list[int]) -> None:
    with store.begin() as uow:
        outbox.put_many(uow, [_letter(people[n % 2], n) for n in range(6)], now=NOW)
    assert [letter.subject_id for letter in _lease(store)] == [0, 1]


def test_a_leased_letter_is_nobody_elses_until_its_lease_is_over(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    assert len(_lease(store)) == 1
    assert _lease(store, NOW + LEASE - timedelta(seconds=1)) == []
    assert len(_lease(store, NOW + LEASE)) == 1


def test_a_letter_in_the_callers_hands_is_left_out_with_those_behind_it_even_when_the_clock_was_moved(
    store: Store, people: list[int]
) -> None:
    _put(store, people[0], 1)
    _put(store, people[1], 2)
    _put(store, people[0], 3)
    (in_hand, _) = _lease(store)
    with store.begin() as uow:
        leased = outbox.lease(uow, NOW + timedelta(days=7), 10, LEASE, carrying=[in_hand.id])
        assert [letter.subject_id for letter in leased] == [2]
        assert outbox.earliest_ready(uow, carrying=[in_hand.id, leased[0].id]) is None


def test_a_letter_waiting_for_a_retry_holds_its_persons_later_ones_and_nobody_elses(
    store: Store, people: list[int]
) -> None:
    _put(store, people[0], 1, 2)
    (first,) = _lease(store)
    with store.begin() as uow:
        outbox.settle_retry(uow, first, NOW + 10 * MINUTE, "not now")
    _put(store, people[0], 3)
    _put(store, people[1], 4)
    assert [letter.subject_id for letter in _lease(store)] == [4]
    assert [letter.subject_id for letter in _lease(store, NOW + 10 * MINUTE)] == [1, 4]


def test_letters_behind_one_that_waits_are_out_of_every_leases_sight(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1, 2, 3)
    (first,) = _lease(store)
    with store.begin() as uow:
        outbox.settle_retry(uow, first, NOW + 10 * MINUTE, "not now")
        assert {row.not_before for row in uow.db.exec(select(Outbox))} == {NOW + 10 * MINUTE}


def test_after_a_letter_is_settled_the_persons_next_one_goes_at_once(store: Store, people: list[int]) -> None:
    settle: dict[int, Callable[[UnitOfWork, Leased], None]] = {
        1: lambda uow, letter: outbox.settle_sent(uow, letter, NOW, "slack", "ref"),
        2: lambda uow, letter: outbox.settle_moot(uow, letter, NOW),
        3: lambda uow, letter: outbox.settle_dead(uow, letter, NOW, OutboxReason.NO_ADDRESS, "no address"),
        4: lambda uow, letter: outbox.settle_sent(uow, letter, NOW, "slack", "ref"),
    }
    _put(store, people[0], *settle)
    for subject, become in settle.items():
        (letter,) = _lease(store)
        assert letter.subject_id == subject
        with store.begin() as uow:
            become(uow, letter)
    assert _lease(store) == []


def test_what_became_of_a_letter_is_recorded(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    (letter,) = _lease(store)
    with store.begin() as uow:
        outbox.settle_moot(uow, letter, NOW)
        outbox.settle_sent(uow, letter, NOW + MINUTE, "slack", "too late to say so")
    with store.read() as uow:
        row = _row(uow, letter.id)
        assert (row.state, row.reason, row.settled_at) == (OutboxState.MOOT, OutboxReason.NO_SENSE, NOW)


def test_a_wait_the_platform_asks_for_is_not_counted_as_a_failure(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    (letter,) = _lease(store)
    with store.begin() as uow:
        outbox.settle_retry(uow, letter, NOW + MINUTE, "slow down", counts=False)
    (letter,) = _lease(store, NOW + MINUTE)
    assert letter.attempts == 0
    with store.begin() as uow:
        outbox.settle_retry(uow, letter, NOW + 2 * MINUTE, "not now")
    assert _lease(store, NOW + 2 * MINUTE)[0].attempts == 1


def test_a_dead_letter_is_seen_and_can_be_sent_after_all(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    (letter,) = _lease(store)
    with store.begin() as uow:
        assert not dead_letters.replay(uow, letter.id, NOW)
        outbox.settle_dead(uow, letter, NOW, OutboxReason.NO_ADDRESS, "no address")
        assert [(row.id, row.reason) for row in dead_letters.newest(uow)] == [(letter.id, OutboxReason.NO_ADDRESS)]
        assert dead_letters.replay(uow, letter.id, NOW + MINUTE)
        assert dead_letters.newest(uow) == []
    assert [again.id for again in _lease(store, NOW + MINUTE)] == [letter.id]


def _to_room(store: Store, person: int, subject: int) -> int:
    """A letter to a room on behalf of this person; gives the room's id."""
    with store.begin() as uow:
        room = uow.add(Room(channel="slack", address=f"C{subject}", name="team", added_by=person))
        outbox.put(uow, replace(_letter(person, subject), room_id=room.id), now=NOW)
    return room.id


def test_a_letter_to_a_room_holds_nothing_of_its_person_up(store: Store, people: list[int]) -> None:
    room = _to_room(store, people[0], 1)
    _put(store, people[0], 2)
    to_room, to_person = _lease(store)
    assert (to_room.room_id, to_person.room_id) == (room, None)
    with store.begin() as uow:
        outbox.settle_retry(uow, to_room, NOW + 4 * LEASE, "the room is not answering")
        outbox.settle_sent(uow, to_person, NOW, "slack", "1")
    _put(store, people[0], 3)
    assert [letter.subject_id for letter in _lease(store, NOW + MINUTE)] == [3]


def test_a_letter_to_a_room_that_is_under_way_holds_nothing_of_its_person_up(store: Store, people: list[int]) -> None:
    _to_room(store, people[0], 1)
    (under_way,) = _lease(store)
    _put(store, people[0], 2)
    with store.begin() as uow:
        leased = outbox.lease(uow, NOW, 10, LEASE, carrying=[under_way.id])
    assert [letter.subject_id for letter in leased] == [2]


def test_an_older_letter_sent_again_waits_for_the_one_that_is_under_way(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    (older,) = _lease(store)
    with store.begin() as uow:
        outbox.settle_dead(uow, older, NOW, OutboxReason.NO_ADDRESS, "nobody there")
    _put(store, people[0], 2)
    (under_way,) = _lease(store)
    with store.begin() as uow:
        dead_letters.replay(uow, older.id, NOW)
        assert outbox.lease(uow, NOW, 10, LEASE, carrying=[under_way.id]) == []
        outbox.settle_sent(uow, under_way, NOW, "slack", "1")
    assert [letter.subject_id for letter in _lease(store)] == [1]


def test_a_message_that_stands_is_found_again_though_its_letter_was_settled_meanwhile(
    store: Store, people: list[int]
) -> None:
    _put(store, people[0], 1, slot="card")
    (letter,) = _lease(store)
    with store.begin() as uow:
        outbox.settle_moot(uow, letter, NOW)
    with store.begin() as uow:
        outbox.settle_sent(uow, letter, NOW, "slack", "1.0")
    with store.read() as uow:
        assert message_slots.posted(uow, people[0], "card") == {"slack": "1.0"}


def test_an_attempt_that_failed_counts_once_however_often_it_is_marked(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    (letter,) = _lease(store)
    for _ in range(2):
        with store.begin() as uow:
            outbox.settle_retry(uow, letter, NOW + MINUTE, "not now")
    with store.read() as uow:
        assert _row(uow, letter.id).attempts == 1


def test_sent_again_a_rooms_letter_goes_to_the_room_and_leaves_the_persons_ways_alone(
    store: Store, people: list[int]
) -> None:
    room = _to_room(store, people[0], 1)
    (letter,) = _lease(store)
    with store.begin() as uow:
        outbox.settle_dead(uow, letter, NOW, OutboxReason.REFUSED, "slack: is_archived")
        uow.get(Room, room).present = False
        uow.add(Address(person_id=people[0], channel="slack", address="U1", reachable=False))
    with store.begin() as uow:
        assert dead_letters.replay(uow, letter.id, NOW)
        assert uow.get(Room, room).present
        assert not any(row.reachable for row in uow.db.exec(select(Address)))


def test_what_is_not_a_dead_letter_is_not_sent_again_and_changes_nothing(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    with store.begin() as uow:
        uow.add(Address(person_id=people[0], channel="slack", address="U1", reachable=False))
    with store.begin() as uow:
        letter = uow.db.exec(select(Outbox)).one()
        assert not dead_letters.replay(uow, letter.id, NOW)
        assert not any(row.reachable for row in uow.db.exec(select(Address)))


def test_a_dead_letter_nobody_can_mend_is_put_aside_with_its_reason(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1)
    (letter,) = _lease(store)
    with store.begin() as uow:
        assert not dead_letters.put_aside(uow, letter.id, NOW, "too early")
        outbox.settle_dead(uow, letter, NOW, OutboxReason.REFUSED, "slack: user_disabled")
        assert dead_letters.put_aside(uow, letter.id, NOW, "put aside by person 3")
    with store.read() as uow:
        assert (dead_letters.newest(uow), _row(uow, letter.id).outcome) == ([], "put aside by person 3")


def test_where_a_slots_message_stands_is_known_by_channel(store: Store, people: list[int]) -> None:
    for ref, channel in (("1", "slack"), ("2", "telegram"), ("3", "slack")):
        _put(store, people[0], int(ref), slot="card")
        (letter,) = _lease(store)
        with store.begin() as uow:
            outbox.settle_sent(uow, letter, NOW, channel, ref)
    with store.read() as uow:
        assert message_slots.posted(uow, people[0], "card") == {"slack": "3", "telegram": "2"}
        assert message_slots.posted(uow, people[1], "card") == {}
        assert [row.subject_id for row in outbox.settled(uow, 2)] == [3, 2]


def test_the_next_moment_a_letter_can_go_is_known(store: Store, people: list[int]) -> None:
    _put(store, people[0], 1, 2)
    with store.read() as uow:
        assert outbox.earliest_ready(uow) == NOW
    _lease(store)
    with store.read() as uow:
        assert outbox.earliest_ready(uow) == NOW + LEASE


def test_pruning_takes_what_arrived_long_ago_and_leaves_the_dead(store: Store, people: list[int]) -> None:
    for subject in (1, 2, 3):
        _put(store, people[0], subject)
        (letter,) = _lease(store)
        with store.begin() as uow:
            if subject == 2:
                outbox.settle_dead(uow, letter, NOW, OutboxReason.NO_ADDRESS, "no address")
            else:
                outbox.settle_sent(uow, letter, NOW + subject * MINUTE, "slack", "ref")
    with store.begin() as uow:
        assert outbox.prune(uow, NOW + 2 * MINUTE, 100) == 1
        assert {row.subject_id for row in uow.db.exec(select(Outbox))} == {2, 3}


def test_two_couriers_never_hold_letters_of_the_same_person(postgres_url: str) -> None:
    store = Store(postgres_url)
    with store.begin() as uow:
        ids = [uow.add(Person(name=f"Persoon {n}")).id or 0 for n in range(4)]
        outbox.put_many(uow, [_letter(ids[n % 4], n) for n in range(40)], now=NOW)
    with store.begin() as one, store.begin() as other:
        held = outbox.lease(one, NOW, 2, LEASE)
        beside = outbox.lease(other, NOW, 10, LEASE)
    assert [letter.subject_id for letter in held] == [0, 1]
    assert [letter.subject_id for letter in beside] == [2, 3]
    store.close()


def test_a_lease_finds_its_letters_by_index(sqlite_store: Store) -> None:
    with sqlite_store.begin() as uow:
        due = outbox._heads(0).where(outbox._outbox.c.not_before <= NOW).limit(10)
        words = str(due.compile(uow.db.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in uow.db.execute(text(f"EXPLAIN QUERY PLAN {words}"))]
    assert any("INDEX ix_outbox_ready (not_before<?)" in step for step in plan)
    assert any("COVERING INDEX ix_outbox_queue (person_id=? AND state=?)" in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)


Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "lease", "send", "mark", "retry", "wait", "crash"]), st.integers(0, 3)),
    max_size=40,
)


@dataclass
class _Courier:
    """Carries letters in the steps it is told; a crash makes it forget what it carried."""

    store: Store
    people: list[int]
    now: datetime = NOW
    put_in: list[tuple[int, int]] = field(default_factory=list)
    carried: list[Leased] = field(default_factory=list)
    unmarked: list[Leased] = field(default_factory=list)
    arrived: list[tuple[int, int]] = field(default_factory=list)
    may_repeat: list[tuple[int, int]] = field(default_factory=list)

    def put(self, who: int) -> None:
        person, subject = self.people[who], len(self.put_in)
        with self.store.begin() as uow:
            outbox.put(uow, _letter(person, subject), now=self.now)
        self.put_in.append((person, subject))

    def lease(self, limit: int) -> None:
        hands = self.carried + self.unmarked
        with self.store.begin() as uow:
            leased = outbox.lease(uow, self.now, limit, LEASE, [letter.id for letter in hands])
        assert not {letter.person_id for letter in leased} & {letter.person_id for letter in hands}
        assert len({letter.person_id for letter in leased}) == len(leased)
        self.carried += leased

    def send(self, which: int) -> None:
        if which < len(self.carried):
            letter = self.carried.pop(which)
            self.arrived.append((letter.person_id, letter.subject_id))
            self.unmarked.append(letter)

    def mark(self, which: int) -> None:
        if which < len(self.unmarked):
            with self.store.begin() as uow:
                outbox.settle_sent(uow, self.unmarked.pop(which), self.now, "slack", "ref")

    def retry(self, which: int) -> None:
        if which < len(self.carried):
            with self.store.begin() as uow:
                outbox.settle_retry(uow, self.carried.pop(which), self.now + 5 * MINUTE, "not now")

    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    def crash(self, _: int) -> None:
        self.may_repeat += [(letter.person_id, letter.subject_id) for letter in self.unmarked]
        self.carried, self.unmarked = [], []

    def finish(self) -> None:
        for _ in range(2 * len(self.put_in) + 2):
            self.now += 10 * MINUTE
            self.lease(len(self.people))
            for _ in range(len(self.carried)):
                self.send(0)
            for _ in range(len(self.unmarked)):
                self.mark(0)


@given(steps=STEPS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_every_letter_arrives_in_order_and_twice_only_after_a_crash(
    store: Store, people: list[int], steps: list[Step]
) -> None:
    with store.begin() as uow:
        uow.db.execute(delete(Outbox))
    dispatcher = _Courier(store, people)
    for name, number in steps:
        getattr(dispatcher, name)(number)
    dispatcher.finish()
    assert set(dispatcher.arrived) == set(dispatcher.put_in)
    for person in people:
        mine = [subject for whose, subject in dispatcher.arrived if whose == person]
        assert mine == sorted(mine)
    repeats = Counter(dispatcher.arrived) - Counter(dispatcher.put_in)
    assert repeats <= Counter(dispatcher.may_repeat)
