"""Everything that happens because time passes: planned as rows, worked off in batches by the rule for their kind.

A rule gets a whole batch in one unit of work, so its effects and the mark that they are done are kept together. When a
rule fails, that unit is undone and its rows are done again one at a time, so that only the row at fault stays behind.
This row is put off a little longer after each failure: its count of failures lies in the row itself, because the next
try may be made by another process, and its due time moves, because the index on due times is what everybody claims by.
After the last try it is set aside, where a person sees it, and nothing else has waited for it.

After downtime what is past its use is dropped, and of what repeats only the newest is done, so nobody is flooded; what
is done late is marked so, for the message to say so.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.engine import faults
from flows.engine.context import Context
from storage.database.conflicts import Conflict, translated
from storage.database.unit_of_work import UnitOfWork
from storage.delivery import due
from storage.delivery.due import Appointment, DueRow
from storage.models import DueReason

log = logging.getLogger(__name__)

LATE_AFTER = timedelta(minutes=15)
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""How long a row whose rule failed waits before each next try. After the last it is set aside."""


@dataclass(frozen=True)
class DueNote:
    """A thing that is due now. ``late``: noticeably behind ``due_at`` (UTC), which whoever hears of it should know."""

    id: int
    kind: str
    subject_id: int
    due_at: datetime
    late: bool


@dataclass(frozen=True)
class Rule:
    """What a kind of due thing does, for a batch of them in order of time.

    ``newest_only``: when several about one subject are late, only the newest is done and the others are dropped.
    ``request`` gives the id of the request that one about this subject belongs to, if any does. In words it is the text
    ``due.<kind>``.
    """

    act: Callable[[Context, Sequence[DueNote]], None]
    late_after: timedelta = LATE_AFTER
    newest_only: bool = True
    request: Callable[[UnitOfWork, int], int | None] = lambda _uow, _subject_id: None


ScheduledRules = Mapping[str, Rule]
"""The rules by the kind of due thing they are for."""

Contexts = Callable[[], AbstractContextManager[Context]]
"""Gives a context with a new unit of work at the present instant; it is committed unless its block raises."""


@dataclass(frozen=True)
class RunResult:
    """What a tick did: how many were done, dropped as useless and held back as failing. ``more``: there may be more."""

    done: int = 0
    dropped: int = 0
    failed: int = 0
    more: bool = False

    def __add__(self, other: "RunResult") -> "RunResult":
        return RunResult(self.done + other.done, self.dropped + other.dropped, self.failed + other.failed, other.more)


class NoRule(Exception):
    """There is no rule for a kind of due thing."""


class RuleFailed(Exception):
    """A rule raised. ``claimed`` is all that the unit of work had claimed, which is to be undone."""

    def __init__(self, kind: str, claimed: Sequence[DueRow]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.claimed = claimed


def plan(
    context: Context, kind: str, subject_id: int, at: datetime, *, until: datetime | None = None, once: str
) -> None:
    """See to it that the rule for ``kind`` is followed at ``at`` (aware), or not at all once ``until`` has passed.

    The same ``once`` for the same kind and subject is planned only once; if it was forgotten, it is planned anew.
    """
    due.schedule(context.uow, Appointment(kind, subject_id, at, until, once))


def planned(context: Context, kind: str, subject_id: int) -> datetime | None:
    """When the rule for ``kind`` is to be followed next for this subject (UTC), or None where nothing is planned."""
    return due.next_of(context.uow, kind, subject_id)


def forget(context: Context, subject_id: int, *kinds: str) -> None:
    """Never do what is still planned of these kinds for this subject."""
    due.cancel(context.uow, subject_id, kinds, context.now)


def tick(context: Context, rules: ScheduledRules, limit: int) -> RunResult:
    """Do up to ``limit`` of the things due by the context's instant, the longest due first.

    Raises RuleFailed when a rule raises: the context's unit of work must then be undone. ``work`` sees to that.
    """
    claimed = due.claim(context.uow, context.now, limit)
    useful = _drop(context, claimed, _useless(claimed, context.now), DueReason.TOO_LATE)
    wanted = _drop(context, useful, _overtaken(context, rules, useful), DueReason.OVERTAKEN)
    for kind, rows in _by_kind(wanted).items():
        try:
            with translated():
                _rule(rules, kind).act(context, [_note(rules, row, context.now) for row in rows])
                # What the database refuses of it is then this rule's failure, and not the whole tick's at its commit.
                context.uow.flush()
        except Exception as error:
            raise RuleFailed(kind, claimed) from error
    return RunResult(done=len(wanted), dropped=len(claimed) - len(wanted), more=len(claimed) == limit)


def work(contexts: Contexts, rules: ScheduledRules, limit: int) -> RunResult:
    """Do up to ``limit`` due things and keep it, whatever a rule among them does wrong.

    A conflict with other transactions is tried again at once, a few times.
    """
    for again in (True, True, False):
        try:
            with contexts() as context:
                return tick(context, rules, limit)
        except RuleFailed as failure:
            if not (again and isinstance(failure.__cause__, Conflict)):
                return _part(contexts, rules, failure)
        except Conflict:
            if not again:
                raise
    raise AssertionError("the last try returns or raises")


def _part(contexts: Contexts, rules: ScheduledRules, failure: RuleFailed) -> RunResult:
    if len(failure.claimed) == 1:
        return _hold_back(contexts, failure)
    log.warning(
        "The rule %s failed for a batch of %d, which is now done one at a time",
        failure.kind,
        len(failure.claimed),
        extra={"action": "agenda.split", "kind": failure.kind},
    )
    return sum((work(contexts, rules, 1) for _ in failure.claimed), RunResult())


def _hold_back(contexts: Contexts, failure: RuleFailed) -> RunResult:
    row, error = failure.claimed[0], failure.__cause__ or failure
    ids = {"kind": row.kind, "due": row.id, "subject": row.subject_id, "tries": row.tries + 1}
    fault = faults.report(log, f"The rule {row.kind} failed", error, **ids)
    outcome = f"failed {row.tries + 1} times, fault {fault}: {faults.kind_of(error)}"
    with contexts() as context:
        if row.tries < len(BACK_OFF):
            due.put_off(context.uow, row.id, context.now + BACK_OFF[row.tries], outcome)
        else:
            due.set_aside(context.uow, row.id, context.now, outcome)
    return RunResult(failed=1, more=True)


def _drop(context: Context, rows: Sequence[DueRow], useless: set[int], why: DueReason) -> list[DueRow]:
    if useless:
        due.drop(context.uow, sorted(useless), why)
        log.info(
            "%d due things were dropped: %s", len(useless), why, extra={"action": "agenda.drop", "count": len(useless)}
        )
    return [row for row in rows if row.id not in useless]


def _useless(rows: Iterable[DueRow], now: datetime) -> set[int]:
    return {row.id for row in rows if row.useful_until is not None and row.useful_until <= now}


def _overtaken(context: Context, rules: ScheduledRules, rows: Sequence[DueRow]) -> set[int]:
    newest = {(row.kind, row.subject_id): row.id for row in rows}
    late = [
        row for row in rows if row.kind in rules and rules[row.kind].newest_only and _is_late(rules, row, context.now)
    ]
    older = {row.id for row in late if newest[row.kind, row.subject_id] != row.id}
    last = [row.id for row in late if row.id not in older]
    return older | (due.overtaken(context.uow, last, context.now) if last else set())


def _by_kind(rows: Iterable[DueRow]) -> dict[str, list[DueRow]]:
    kinds: dict[str, list[DueRow]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    return kinds


def _rule(rules: ScheduledRules, kind: str) -> Rule:
    if kind not in rules:
        raise NoRule(kind)
    return rules[kind]


def _is_late(rules: ScheduledRules, row: DueRow, now: datetime) -> bool:
    return now - row.due_at > rules[row.kind].late_after


def _note(rules: ScheduledRules, row: DueRow, now: datetime) -> DueNote:
    return DueNote(row.id, row.kind, row.subject_id, row.due_at, _is_late(rules, row, now))
