"""Letters that could not be delivered, as a person at a terminal sees them and sends them again."""

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from bot.clock import system_now
from bot.database import opened
from bot.settings import Settings
from storage import outbox

MOST_SHOWN = 100


def show(settings: Settings) -> None:
    """Show the newest dead letters: what each was about, by ids, and why it did not arrive. Never its words."""
    table = Table("letter", "about", "person", "given up", "why")
    with opened(settings) as store, store.read() as uow:
        for letter in outbox.dead(uow, MOST_SHOWN):
            given_up = f"{letter.settled_at:%Y-%m-%d %H:%M} UTC" if letter.settled_at else ""
            about = f"{letter.kind} {letter.subject_id}"
            table.add_row(str(letter.id), about, str(letter.person_id), given_up, letter.outcome)
    if table.row_count:
        Console().print(table)
    else:
        typer.echo("Every letter arrived, or waits for its turn.")


def send_again(settings: Settings, ids: Sequence[int]) -> bool:
    """Put these dead letters back in line, all of them when none is named; False where one was not a dead letter."""
    now = system_now()
    with opened(settings) as store, store.begin() as uow:
        chosen = list(ids) or [letter.id for letter in outbox.dead(uow, MOST_SHOWN)]
        unknown = [letter_id for letter_id in chosen if not outbox.replay(uow, letter_id, now)]
    typer.echo(f"Back in line: {len(chosen) - len(unknown)}.")
    for letter_id in unknown:
        typer.echo(f"Letter {letter_id} is not one that was given up.", err=True)
    return not unknown
