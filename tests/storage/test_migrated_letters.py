"""What an older version put in the outbox or planned: it says why it did not arrive or was not done, as it did then."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, column, table
from sqlmodel import select

from flows.delivery import undelivered
from storage.database import schema
from storage.database.unit_of_work import Store
from storage.delivery import dead_letters, due, outbox
from storage.models import Due, DueReason, DueState, Outbox, OutboxReason, OutboxState
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

WHY_NOT_DONE = {
    "": ("waiting", None),
    "dropped: too late to be of use": ("dropped", DueReason.TOO_LATE),
    "dropped: overtaken by a later one": ("dropped", DueReason.OVERTAKEN),
    "failed 4 times, fault 7: ValueError": ("set_aside", DueReason.FAILED),
}


def add(store: Store, to: str, /, **values: Any) -> None:
    """Add a row to a table of whatever version."""
    kinds: dict[str, Any] = {"args": JSON, "programme_team": Boolean, "active": Boolean}
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
