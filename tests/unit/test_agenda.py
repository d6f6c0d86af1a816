"""Due things are done by their rule, in order, in batches; one that fails holds nothing up."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from flows.capabilities import CAPABILITIES
from flows.engine import schedule
from flows.engine.context import Context
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.schedule import BACK_OFF, Contexts, DueNote, Rule, RuleFailed, RunResult
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store
from storage.delivery import due
from storage.models import Due, DueReason, DueState, Setting

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TEXTS = Texts("nl", ZoneInfo("Europe/Amsterdam"))
Seen = list[DueNote]


def _contexts(store: Store, now: datetime = NOW) -> Contexts:
    @contextmanager
    def context() -> Iterator[Context]:
        with store.begin() as uow:
            yield Context(uow, now, Rules(), TEXTS, CAPABILITIES)

    return context


def _plan(store: Store, kind: str, subject: int, at: datetime, until: datetime | None = None) -> None:
    with _contexts(store)() as context:
        schedule.plan(context, kind, subject, at, until=until, once=at.isoformat())


def _rows(store: Store) -> dict[int, Due]:
    with store.begin() as uow:
        return {row.subject_id: row for row in uow.db.exec(select(Due))}


def _noting(seen: Seen) -> Callable[[Context, Sequence[DueNote]], None]:
    return lambda _context, notes: seen.extend(notes)


def test_a_rule_gets_a_batch_of_its_kind_in_order_of_time(store: Store) -> None:
    calls: list[tuple[str, list[int]]] = []
    rules = {
        kind: Rule(lambda _context, notes, kind=kind: calls.append((kind, [note.subject_id for note in notes])))  # type: ignore[misc]
        for kind in ("reminder", "prompt")
    }
    for kind, subject, minutes in (("reminder", 1, 3), ("prompt", 2, 2), ("reminder", 3, 1), ("prompt", 4, 0)):
        _plan(store, kind, subject, NOW - minutes * MINUTE)
    assert schedule.work(_contexts(store), rules, 10) == RunResult(done=4)
    assert calls == [("reminder", [1, 3]), ("prompt", [2, 4])]


def test_a_full_batch_says_that_there_may_be_more(store: Store) -> None:
    seen: Seen = []
    for subject in range(3):
        _plan(store, "reminder", subject, NOW)
    rules = {"reminder": Rule(_noting(seen))}
    assert schedule.work(_contexts(store), rules, 2) == RunResult(done=2, more=True)
    assert schedule.work(_contexts(store), rules, 2) == RunResult(done=1)
    assert [note.subject_id for note in seen] == [0, 1, 2]


def test_what_is_not_due_yet_is_left_alone(store: Store) -> None:
    _plan(store, "reminder", 1, NOW + MINUTE)
    assert schedule.work(_contexts(store), {}, 10) == RunResult()


def test_what_was_forgotten_is_never_done(store: Store) -> None:
    _plan(store, "reminder", 1, NOW)
    with _contexts(store)() as context:
        schedule.forget(context, 1, "reminder", "prompt")
    assert schedule.work(_contexts(store), {}, 10) == RunResult()


def test_a_thing_a_quarter_of_an_hour_behind_is_called_late(store: Store) -> None:
    seen: Seen = []
    _plan(store, "reminder", 1, NOW - 16 * MINUTE)
    _plan(store, "reminder", 2, NOW - 15 * MINUTE)
    schedule.work(_contexts(store), {"reminder": Rule(_noting(seen))}, 10)
    assert [(note.subject_id, note.late) for note in seen] == [(1, True), (2, False)]


def test_what_is_past_its_use_is_dropped_and_recorded(store: Store) -> None:
    seen: Seen = []
    _plan(store, "reminder", 1, NOW - HOUR, until=NOW)
    _plan(store, "reminder", 2, NOW - HOUR, until=NOW + MINUTE)
    assert schedule.work(_contexts(store), {"reminder": Rule(_noting(seen))}, 10) == RunResult(done=1, dropped=1)
    assert [note.subject_id for note in seen] == [2]
    row = _rows(store)[1]
    assert (row.state, row.reason) == (DueState.DROPPED, DueReason.TOO_LATE)


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_of_what_repeats_only_the_newest_is_done_after_downtime(store: Store, limit: int) -> None:
    seen: Seen = []
    for hours in (4, 3, 2, 1):
        _plan(store, "nudge", 1, NOW - hours * HOUR)
    rules = {"nudge": Rule(_noting(seen))}
    while schedule.work(_contexts(store), rules, limit).more:
        pass
    assert [(note.due_at, note.late) for note in seen] == [(NOW - HOUR, True)]


def test_of_what_repeats_all_is_done_where_the_rule_says_each_counts(store: Store) -> None:
    seen: Seen = []
    for hours in (3, 2, 1):
        _plan(store, "step", 1, NOW - hours * HOUR)
    schedule.work(_contexts(store), {"step": Rule(_noting(seen), newest_only=False)}, 10)
    assert len(seen) == 3


def _failing_for(subject: int, seen: Seen) -> Rule:
    def act(context: Context, notes: Sequence[DueNote]) -> None:
        for note in notes:
            context.uow.add(Setting(name=f"effect {note.subject_id}", value=""))
            if note.subject_id == subject:
                raise ValueError("the name of somebody")
            seen.append(note)

    return Rule(act)


def test_a_rule_that_fails_for_one_thing_does_the_others_and_leaves_no_half_effect(store: Store) -> None:
    for subject in range(5):
        _plan(store, "reminder", subject, NOW - (5 - subject) * MINUTE)
    ticked = schedule.work(_contexts(store), {"reminder": _failing_for(2, [])}, 10)
    assert (ticked.done, ticked.failed) == (4, 1)
    with store.begin() as uow:
        assert {row.name for row in uow.db.exec(select(Setting))} == {f"effect {n}" for n in (0, 1, 3, 4)}


def test_a_rule_that_fails_does_not_hold_up_other_rules(store: Store) -> None:
    seen: Seen = []
    _plan(store, "broken", 1, NOW - MINUTE)
    _plan(store, "reminder", 2, NOW)
    rules = {"broken": _failing_for(1, []), "reminder": Rule(_noting(seen))}
    assert schedule.work(_contexts(store), rules, 10).done == 1
    assert [note.subject_id for note in seen] == [2]


def test_a_thing_that_keeps_failing_is_tried_later_and_later_and_then_set_aside(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    now = NOW
    _plan(store, "reminder", 1, now)
    rules = {"reminder": _failing_for(1, [])}
    for wait in BACK_OFF:
        assert schedule.work(_contexts(store, now), rules, 10).failed == 1
        assert schedule.work(_contexts(store, now + wait - MINUTE / 2), rules, 10) == RunResult()
        now += wait
    assert schedule.work(_contexts(store, now), rules, 10).failed == 1
    with store.begin() as uow:
        (row,) = due.aside(uow, 10)
    assert row.tries == len(BACK_OFF) + 1
    assert caplog.records[-1].__dict__["fault"] in row.outcome
    assert "ValueError" in row.outcome
    assert "somebody" not in row.outcome + caplog.text


def test_a_thing_that_failed_and_then_works_is_done_and_knows_that_it_is_late(store: Store) -> None:
    seen: Seen = []
    _plan(store, "reminder", 1, NOW)
    schedule.work(_contexts(store), {"reminder": _failing_for(1, [])}, 10)
    schedule.work(_contexts(store, NOW + 20 * MINUTE), {"reminder": Rule(_noting(seen))}, 10)
    assert [(note.due_at, note.late) for note in seen] == [(NOW, True)]
    assert _rows(store)[1].state == DueState.DONE


def test_a_kind_nobody_has_a_rule_for_is_held_back_and_not_lost(store: Store) -> None:
    _plan(store, "from a newer version", 1, NOW)
    assert schedule.work(_contexts(store), {}, 10).failed == 1
    row = _rows(store)[1]
    assert row.state == DueState.WAITING
    assert "NoRule" in row.outcome


def test_a_tick_that_fails_says_what_it_had_claimed(store: Store) -> None:
    _plan(store, "reminder", 1, NOW)
    with pytest.raises(RuleFailed, match="reminder") as raised:
        _tick(store)
    assert [row.subject_id for row in raised.value.claimed] == [1]
    assert _rows(store)[1].state == DueState.WAITING


def _tick(store: Store) -> None:
    with _contexts(store)() as context:
        schedule.tick(context, {"reminder": _failing_for(1, [])}, 10)


def test_a_rule_that_others_were_in_the_way_of_is_followed_again_at_once(store: Store) -> None:
    seen: Seen = []
    in_the_way = [Conflict(), Conflict()]

    def act(_context: Context, notes: Sequence[DueNote]) -> None:
        if in_the_way:
            raise in_the_way.pop()
        seen.extend(notes)

    _plan(store, "reminder", 1, NOW)
    assert schedule.work(_contexts(store), {"reminder": Rule(act)}, 10) == RunResult(done=1)
    assert [note.subject_id for note in seen] == [1]


def test_a_thing_that_others_are_always_in_the_way_of_is_held_back_like_any_failure(store: Store) -> None:
    def act(_context: Context, notes: Sequence[DueNote]) -> None:
        if any(note.subject_id == 1 for note in notes):
            raise Conflict

    _plan(store, "reminder", 1, NOW)
    _plan(store, "reminder", 2, NOW)
    ticked = schedule.work(_contexts(store), {"reminder": Rule(act)}, 10)
    assert (ticked.done, ticked.failed) == (1, 1)
    assert "Conflict" in _rows(store)[1].outcome
