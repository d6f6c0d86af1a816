"""What an older version put in the outbox or planned is the same letter and the same plan after the upgrade."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, column, table
from sqlmodel import select

from flows.delivery import undelivered
from storage.database import schema
from storage.database.unit_of_work import Store
from storage.delivery import dead_letters, due, outbox
from storage.delivery.due import Appointment
from storage.delivery.outbox import OutboxMessage
from storage.models import Due, DueReason, DueState, Outbox, OutboxReason, OutboxState, Person
from storage.models.columns import UtcDateTime

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TIMES = ("not_before", "created_at", "settled_at", "due_at", "done_at")

WHY = {
    "": ("ready", None),
    "not now: no connection": ("ready", OutboxReason.NOT_NOW),
    "gave up after 12 attempts; the last: not now: no connection": ("dead", OutboxReason.GAVE_UP),
    "no address": ("dead", OutboxReason.NO_ADDRESS),
    "not active in the programme any more": ("dead", OutboxReason.NOT_ACTIVE),
    "slack: user_disabled; telegram: not now": ("dead", OutboxReason.REFUSED),
    "makes no sense any more": ("moot", OutboxReason.NO_SENSE),
    "both were to get it, and they are one": ("moot", OutboxReason.SAME_READER),
    "put aside by person 3; before: no address": ("moot", OutboxReason.PUT_ASIDE),
    "slack": ("sent", None),
}
"""What the outcome of a letter was in the version before, the state it went with, and what became of it."""

KEYS = {
    "held:7:1:v1": (1, "v1"),
    "held:7:1:over:card:7": (1, "over:card:7"),
    "held:7:1:": (1, ""),
    "held:7:2:v1": (2, "v1"),
    "held:7:12:v1": (12, "v1"),
    "held:7:1": (1, "held:7:1"),
    "held:70:1:v1": (1, "held:70:1:v1"),
    "9:held:7:9:v1": (1, "9:held:7:9:v1"),
    "something else": (1, "something else"),
}
"""Keys of letters of the first person's of kind "held" about 7; whom each names, and what makes it once."""

WHY_NOT_DONE = {
    "": ("waiting", None),
    "dropped: too late to be of use": ("dropped", DueReason.TOO_LATE),
    "dropped: overtaken by a later one": ("dropped", DueReason.OVERTAKEN),
    "failed 4 times, fault 7: ValueError": ("set_aside", DueReason.FAILED),
}


def add(store: Store, to: str, /, **values: Any) -> None:
    """Add a row to a table of whatever version."""
    kinds: dict[str, Any] = {"args": JSON, "programme_team": Boolean, "active": Boolean, "present": Boolean}
    columns = (column(one, UtcDateTime if one in TIMES else kinds.get(one)) for one in values)
    with store.engine.begin() as connection:
        connection.execute(table(to, *columns).insert().values(values))


def add_letter(store: Store, key: str, state: str = "ready", outcome: str = "", **values: Any) -> None:
    """Add a letter as the first version kept it, with what differs in ``values``."""
    row = {"person_id": 1, "kind": "held", "subject_id": 7, "args": {}, "dedupe_key": key, **values}
    over = NOW if state != "ready" else None
    times = {"not_before": NOW, "created_at": NOW, "settled_at": over}
    add(store, "outbox", **{**row, **times, "state": state, "attempts": 0, "outcome": outcome})


def add_due(store: Store, key: str, state: str = "waiting", outcome: str = "", **values: Any) -> None:
    """Add something due as the first version kept it."""
    row = {"kind": "remind_day", "subject_id": 7, "due_at": NOW, "done_at": NOW, "dedupe_key": key, **values}
    add(store, "due", **{**row, "state": state, "tries": 0, "outcome": outcome})


@pytest.fixture
def first(empty: Store) -> Store:
    """A database of the first version with two people in it."""
    schema.upgrade(empty, "0001")
    for id_, name in enumerate(("Noor", "Bas"), 1):
        add(empty, "person", id=id_, name=name, programme_team=False, active=True)
    return empty


def test_why_a_letter_did_not_arrive_is_known_of_those_of_an_older_version(first: Store) -> None:
    for number, (outcome, (state, _)) in enumerate(WHY.items()):
        add_letter(first, f"held:7:1:v{number}", state, outcome)
    schema.upgrade(first)
    with first.read() as uow:
        rows = {row.outcome: (row.state.value, row.reason) for row in uow.db.exec(select(Outbox))}
        assert rows == WHY
        assert [row.reason for row in outbox.held_up(uow, NOW.replace(hour=10), 10)] == [OutboxReason.NOT_NOW]
        lost = {row.reason for row in dead_letters.newest(uow)}
    assert lost == {reason for state, reason in WHY.values() if state == "dead"}
    assert lost >= {*undelivered.WORDS}


def test_a_letter_sent_again_by_hand_before_is_not_taken_for_one_that_a_channel_does_not_take(first: Store) -> None:
    add_letter(first, "held:7:1:v1", "ready", "gave up after 12 attempts; the last: not now: no connection")
    schema.upgrade(first)
    with first.begin() as uow:
        assert outbox.held_up(uow, NOW.replace(hour=10), 10) == []
        (row,) = uow.db.exec(select(Outbox))
        assert (row.state, row.reason) == (OutboxState.READY, OutboxReason.GAVE_UP)


def test_why_something_was_not_done_is_known_of_what_an_older_version_planned(first: Store) -> None:
    for number, (outcome, (state, _)) in enumerate(WHY_NOT_DONE.items()):
        add_due(first, f"remind_day:7:v{number}", state, outcome)
    schema.upgrade(first)
    with first.begin() as uow:
        rows = {row.outcome: (row.state.value, row.reason) for row in uow.db.exec(select(Due))}
        assert rows == WHY_NOT_DONE
        (aside,) = due.aside(uow, 10)
        assert due.take_up(uow, aside.id, NOW)
        uow.db.expire_all()
        assert aside.state is DueState.WAITING


def keys(store: Store) -> set[tuple[int | None, int | None, str]]:
    with store.read() as uow:
        return {(row.addressee_id, row.room_id, row.once) for row in uow.db.exec(select(Outbox))}


def test_a_letter_of_an_older_version_is_never_put_in_a_second_time(first: Store) -> None:
    for key in KEYS:
        add_letter(first, key)
    schema.upgrade(first)
    assert keys(first) == {(person, None, once) for person, once in KEYS.values()}
    with first.begin() as uow:
        uow.add(Person(id=12, name="Tess"))
        known = [OutboxMessage(person, "held", 7, {}, None, once) for person, once in KEYS.values()]
        assert all(outbox.is_kept(uow, letter) for letter in known)
        outbox.put_many(uow, known, now=NOW)
        for letter in known:
            outbox.put(uow, letter, now=NOW)
        others = [OutboxMessage(2, "held", 7, {}, None, "v2"), OutboxMessage(1, "held", 8, {}, None, "v1")]
        assert not any(outbox.is_kept(uow, letter) for letter in others)
        outbox.put_many(uow, others, now=NOW)
        assert len(uow.db.exec(select(Outbox)).all()) == len(KEYS) + 2


def test_a_letter_of_an_older_version_goes_once_to_each_room(first: Store) -> None:
    schema.upgrade(first, "0010")
    for room in (1, 2):
        add(first, "room", id=room, channel="slack", address=f"C{room}", name="team", added_by=1, present=True)
    add_letter(first, "held:7:1:v1", room_id=1, begun=0)
    add_letter(first, "held:7:2:v1", room_id=2, begun=0)
    add_letter(first, "in a room", room_id=2, begun=0)
    schema.upgrade(first)
    assert keys(first) == {(None, 1, "v1"), (None, 2, "v1"), (None, 2, "in a room")}
    with first.begin() as uow:
        # Whoever invited the bot there: the room is one.
        outbox.put(uow, OutboxMessage(2, "held", 7, {}, None, "v1", room_id=1), now=NOW)
        assert len(uow.db.exec(select(Outbox)).all()) == 3
        outbox.put(uow, OutboxMessage(1, "held", 7, {}, None, "v1"), now=NOW)
        outbox.put(uow, OutboxMessage(1, "held", 7, {}, None, "v2", room_id=1), now=NOW)
    assert keys(first) >= {(1, None, "v1"), (None, 1, "v2")}


def test_what_an_older_version_planned_is_not_planned_twice_and_what_it_cancelled_is_planned_anew(first: Store) -> None:
    states = {"v1": "waiting", "v2": "done", "v3": "cancelled", "2026-11-20T09:00:00+00:00": "done"}
    for once, state in states.items():
        add_due(first, f"remind_day:7:{once}", state)
    add_due(first, "remind")
    schema.upgrade(first)
    again = [Appointment("remind_day", 7, NOW, None, once) for once in (*states, "remind")]
    with first.begin() as uow:
        due.schedule_many(uow, again)
        for appointment in again:
            due.schedule(uow, appointment)
        found = {row.once: row.state for row in uow.db.exec(select(Due))}
    waiting, done = DueState.WAITING, DueState.DONE
    assert found == {**dict(zip(states, (waiting, done, waiting, done), strict=True)), "remind": waiting}


def test_letters_and_plans_are_the_same_after_going_back_a_version_and_on_again(first: Store) -> None:
    for key in ("held:7:1:v1", "held:7:2:v1", "held:7:1:over:card:7"):
        add_letter(first, key)
    add_due(first, "remind_day:7:v1")
    schema.upgrade(first, "0010")
    add(first, "room", id=2, channel="slack", address="C2", name="team", added_by=1, present=True)
    add_letter(first, "held:7:2:v2", room_id=2, begun=0)
    before = dict(stored_keys(first))
    schema.upgrade(first)
    found = keys(first)
    schema.downgrade(first, "0010")
    assert dict(stored_keys(first)) == before
    schema.upgrade(first)
    assert keys(first) == found


def stored_keys(store: Store) -> list[tuple[str, int]]:
    """The keys as the version before kept them, of letters and of what is due, each with its row."""
    with store.engine.connect() as connection:
        rows = "SELECT dedupe_key, id FROM outbox UNION ALL SELECT dedupe_key, id FROM due"
        return [(key, id_) for key, id_ in connection.exec_driver_sql(rows)]
