"""After three days down, what still makes sense is sent late and says so; the rest is dropped and recorded."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import col, func, select

from bot.schedule.clock import MovableClock
from bot.schedule.ticker import Ticker
from flows.engine import schedule
from flows.engine.context import Context
from flows.engine.schedule import DueNote, Rule
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.due import Appointment, schedule_many
from storage.delivery.outbox import OutboxMessage
from storage.models import Due, DueReason, DueState, Outbox, OutboxState
from tests.scenarios.far_side import AMSTERDAM, Recorder, add_person, carry_over, writing

DOWN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BACK_AT = DOWN_AT + timedelta(days=3)
HOUR = timedelta(hours=1)
PEOPLE = 50
SESSIONS = 240
OPEN_REQUESTS = 50
NUDGES = 15


def _starts(session: int) -> datetime:
    # From the moment the bot went down until three days after it came back, one every 36 minutes.
    return DOWN_AT + session * timedelta(hours=144) / SESSIONS


def _reminders() -> list[Appointment]:
    """A day's and an hour's reminder for each session; the first is of use until the second, that until the start."""
    rows = []
    for session in range(SESSIONS):
        starts = _starts(session)
        rows.append(Appointment("day", session, starts - 24 * HOUR, starts - HOUR, "once"))
        rows.append(Appointment("hour", session, starts - HOUR, starts, "once"))
    return rows


def _nudges() -> list[Appointment]:
    """An open request nudges its person every five hours for as long as nobody answers."""
    return [
        Appointment("nudge", request, DOWN_AT + n * 5 * HOUR, None, f"{n}")
        for request in range(OPEN_REQUESTS)
        for n in range(NUDGES)
    ]


def _telling(people: list[int]) -> dict[str, Rule]:
    def act(context: Context, notes: Sequence[DueNote]) -> None:
        letters = [
            OutboxMessage(
                people[note.subject_id % PEOPLE], note.kind, note.subject_id, {"late": note.late}, None, str(note.id)
            )
            for note in notes
        ]
        outbox.put_many(context.uow, letters, now=context.now)

    return {kind: Rule(act) for kind in ("day", "hour", "nudge")}


async def test_after_three_days_down_what_is_useful_is_sent_late_and_nobody_is_flooded(store: Store) -> None:
    clock, slack = MovableClock(base=lambda: DOWN_AT), Recorder()
    people = [add_person(store, f"Persoon {n}", slack=f"U{n}") for n in range(PEOPLE)]
    with store.begin() as uow:
        schedule_many(uow, _reminders() + _nudges())
    clock.set(BACK_AT)
    ticked = await Ticker(writing(store, clock), _telling(people), clock, AMSTERDAM).catch_up()
    await carry_over(store, clock, slack).drain()

    came_due = [row for row in _reminders() + _nudges() if row.due_at <= BACK_AT]
    assert len(came_due) > 1000
    assert ticked.done + ticked.dropped == len(came_due)
    useful = {
        (row.kind, row.subject_id): row for row in came_due if row.useful_until is None or row.useful_until > BACK_AT
    }
    assert _arrived(slack) == Counter(
        f"This comes late.\n\n{kind} {subject}" if BACK_AT - row.due_at > schedule.LATE_AFTER else f"{kind} {subject}"
        for (kind, subject), row in useful.items()
    )
    assert sum(text.startswith("This comes late.") for text in _arrived(slack)) > 50
    assert max(Counter(address for address, _ in slack.order).values()) <= 3


async def test_after_three_days_down_it_is_recorded_what_was_dropped_and_why(store: Store) -> None:
    clock = MovableClock(base=lambda: BACK_AT)
    people = [add_person(store, f"Persoon {n}", slack=f"U{n}") for n in range(PEOPLE)]
    with store.begin() as uow:
        schedule_many(uow, _reminders() + _nudges())
    ticked = await Ticker(writing(store, clock), _telling(people), clock, AMSTERDAM).catch_up()

    with store.begin() as uow:
        query = select(Due.reason, func.count()).where(Due.state == DueState.DROPPED).group_by(col(Due.reason))
        recorded = dict(uow.db.exec(query).all())
        waiting = uow.db.exec(select(func.count()).where(Due.state == DueState.WAITING, Due.due_at <= BACK_AT)).one()
        ready = uow.db.exec(select(func.count()).where(Outbox.state == OutboxState.READY)).one()
    past = [row for row in _reminders() if row.useful_until is not None and row.useful_until <= BACK_AT]
    assert recorded == {DueReason.TOO_LATE: len(past), DueReason.OVERTAKEN: OPEN_REQUESTS * (NUDGES - 1)}
    assert (waiting, ready) == (0, ticked.done)


def _arrived(slack: Recorder) -> Counter[str]:
    return Counter(text for _, text in slack.order)
