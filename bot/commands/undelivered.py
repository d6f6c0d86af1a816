"""Letters that could not be delivered, or not yet, as a person at a terminal sees them and sends them again."""

from collections.abc import Callable, Sequence
from datetime import datetime

import typer
from rich.console import Console
from rich.table import Table

from bot.config.database import opened
from bot.config.settings import Settings
from bot.schedule.clock import system_now
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import dead_letters, due, outbox
from storage.models import Outbox, Person

MOST_SHOWN = 100
AT_ONCE = 100
"""So many letters are put back in line in one transaction: a running bot never waits long for its turn to write."""


def show(settings: Settings, *, names: bool = False) -> None:
    """Show what did not arrive, what it was about, by ids, and why. Never its words; people by name if ``names``."""
    with opened(settings) as store, store.read() as uow:
        tables = [_dead(uow, names=names), _waiting(uow, names=names), _set_aside(uow)]
    shown = [table for table in tables if table.row_count]
    for table in shown:
        Console().print(table)
    if not shown:
        typer.echo("Every letter arrived, or waits for its turn.")


def _dead(uow: UnitOfWork, *, names: bool) -> Table:
    """The newest of those that were given up."""
    table = Table("letter", "about", "person", "given up", "why")
    for letter in dead_letters.newest(uow, MOST_SHOWN):
        table.add_row(str(letter.id), *_of(uow, letter, names=names), _told(letter.settled_at), letter.outcome)
    return table


def _waiting(uow: UnitOfWork, *, names: bool) -> Table:
    """The oldest of those that a channel does not take now. They are tried again without anybody's doing."""
    table = Table("waits", "about", "person", "since", "why")
    for letter in outbox.held_up(uow, system_now(), MOST_SHOWN):
        table.add_row(str(letter.id), *_of(uow, letter, names=names), _told(letter.created_at), letter.outcome)
    return table


def _set_aside(uow: UnitOfWork) -> Table:
    """What was due and kept failing. It is not known by a number here: --again takes all of it up."""
    table = Table("set aside", "was due", "why")
    for row in due.aside(uow, MOST_SHOWN):
        table.add_row(f"{row.kind} {row.subject_id}", _told(row.first_due_at or row.due_at), row.outcome)
    return table


def _of(uow: UnitOfWork, letter: Outbox, *, names: bool) -> tuple[str, str]:
    name = uow.get(Person, letter.person_id).name if names else ""
    return f"{letter.kind} {letter.subject_id}", f"{letter.person_id} {name}".strip()


def _told(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else ""


def send_again(settings: Settings, ids: Sequence[int]) -> bool:
    """Put these dead letters back in line; False where one was not a dead letter.

    When none is named: all that are dead now, and everything due that was set aside.
    """
    now = system_now()
    with opened(settings) as store:
        chosen, aside = (ids, ()) if ids else _everything(store)
        replayed = _each(store, chosen, lambda uow, letter_id: dead_letters.replay(uow, letter_id, now))
        taken_up = _each(store, aside, lambda uow, due_id: due.take_up(uow, due_id, now))
    typer.echo(f"Back in line: {len(replayed) + len(taken_up)}.")
    unknown = [letter_id for letter_id in ids if letter_id not in replayed]
    for letter_id in unknown:
        typer.echo(f"Letter {letter_id} is not one that was given up.", err=True)
    return not unknown


def _everything(store: Store) -> tuple[Sequence[int], Sequence[int]]:
    # Taken down first: a running bot may give some of them up once more before the last is back in line.
    with store.read() as uow:
        return dead_letters.ids(uow), due.aside_ids(uow)


def _each(store: Store, ids: Sequence[int], send: Callable[[UnitOfWork, int], bool]) -> set[int]:
    """Those of these with which it worked."""
    done: set[int] = set()
    for first in range(0, len(ids), AT_ONCE):
        with store.begin() as uow:
            done.update(one for one in ids[first : first + AT_ONCE] if send(uow, one))
    return done
