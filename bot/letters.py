"""Letters that could not be delivered, as a person at a terminal sees them and sends them again."""

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from bot.clock import system_now
from bot.database import opened
from bot.settings import Settings
from storage import due, outbox
from storage.unit_of_work import UnitOfWork

MOST_SHOWN = 100


def show(settings: Settings) -> None:
    """Show the newest dead letters: what each was about, by ids, and why it did not arrive. Never its words."""
    with opened(settings) as store, store.read() as uow:
        tables = [table for table in (_letters(uow), _set_aside(uow)) if table.row_count]
    for table in tables:
        Console().print(table)
    if not tables:
        typer.echo("Every letter arrived, or waits for its turn.")


def _letters(uow: UnitOfWork) -> Table:
    table = Table("letter", "about", "person", "given up", "why")
    for letter in outbox.dead(uow, MOST_SHOWN):
        given_up = f"{letter.settled_at:%Y-%m-%d %H:%M} UTC" if letter.settled_at else ""
        about = f"{letter.kind} {letter.subject_id}"
        table.add_row(str(letter.id), about, str(letter.person_id), given_up, letter.outcome)
    return table


def _set_aside(uow: UnitOfWork) -> Table:
    """What was due and kept failing. It is not known by a number here: --again takes all of it up."""
    table = Table("set aside", "was due", "why")
    for row in due.aside(uow, MOST_SHOWN):
        table.add_row(
            f"{row.kind} {row.subject_id}", f"{row.first_due_at or row.due_at:%Y-%m-%d %H:%M} UTC", row.outcome
        )
    return table


def send_again(settings: Settings, ids: Sequence[int]) -> bool:
    """Put these dead letters back in line; False where one was not a dead letter.

    When none is named: all of them, and everything due that was set aside.
    """
    now = system_now()
    with opened(settings) as store, store.begin() as uow:
        chosen = list(ids) or [letter.id for letter in outbox.dead(uow, MOST_SHOWN)]
        unknown = [letter_id for letter_id in chosen if not outbox.replay(uow, letter_id, now)]
        taken_up = 0 if ids else sum(due.take_up(uow, row.id, now) for row in due.aside(uow, MOST_SHOWN))
    typer.echo(f"Back in line: {len(chosen) - len(unknown) + taken_up}.")
    for letter_id in unknown:
        typer.echo(f"Letter {letter_id} is not one that was given up.", err=True)
    return not unknown
