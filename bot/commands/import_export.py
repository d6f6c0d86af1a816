"""The programme in and out of CSV files, as a person at a terminal sees it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.config.address_shapes import SHAPES
from bot.config.database import NotReady, opened
from bot.config.settings import Settings
from flows.engine.language.texts import Texts, Translator
from storage.database import copy_database
from storage.database.conflicts import Conflict
from storage.programme.csv_files.applying import import_into
from storage.programme.csv_files.bad_lines import BadLine
from storage.programme.csv_files.counts import Counts
from storage.programme.csv_files.counts import Progress as Told
from storage.programme.csv_files.exporting import export
from storage.programme.demo_guard import Unwelcome


def bring_in(settings: Settings, folder: Path, *, dry_run: bool) -> bool:
    """Import the files of ``folder`` and say what came of it; False when lines were bad and nothing was imported.

    Raises NotReady when the database is not the place for it.
    """
    words = _words(settings)
    with opened(settings, make_tables=not dry_run) as store, _bar() as told:
        try:
            outcome = import_into(store, folder, SHAPES, dry_run=dry_run, progress=told)
        except Unwelcome as why:
            raise NotReady(words(why.key)) from why
        except Conflict as why:
            raise NotReady("People changed the same rows meanwhile. Nothing was imported; do it once more.") from why
    if outcome.bad:
        _tell_bad(outcome.bad, words)
        return False
    _tell_counts(outcome.counts, dry_run=dry_run)
    return True


def take_out(settings: Settings, folder: Path) -> None:
    """Write the programme to files in ``folder`` and say how many lines there are. Raises NotReady without tables."""
    with opened(settings) as store, store.read() as uow:
        exported = export(uow, folder)
    table = Table("file", "lines")
    for name, lines in exported.lines.items():
        table.add_row(f"{name}.csv", str(lines))
    Console().print(table)
    typer.echo(f"Written to {folder}.")
    if exported.left_out:
        typer.echo(f"Left out, for want of an e-mail address to know them by: {exported.left_out} people.", err=True)


def copy_from(settings: Settings, source: str) -> None:
    """Copy all rows of the database ``source`` to the one that is set, and say how many. Raises NotReady where not."""
    with opened(replace(settings, database_url=source)) as old, opened(settings, make_tables=True) as new:
        try:
            copied = copy_database.copy(old, new)
        except copy_database.NotEmpty as why:
            raise NotReady(
                "The database in DATABASE_URL is not empty. Copy into one that nobody has used yet."
            ) from why
    typer.echo(f"Copied {sum(copied.values())} rows of {len(copied)} tables.")


def _words(settings: Settings) -> Translator:
    return Texts(settings.language, settings.rules().zone).into(settings.language)


@contextmanager
def _bar() -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        lines = progress.add_task("Lines", total=None)
        yield lambda done, total: progress.update(lines, completed=done, total=total)


def _tell_bad(bad: Sequence[BadLine], words: Translator) -> None:
    for line in bad:
        place = words(line.place_key, file=line.file, line=line.line, column=line.column)
        typer.echo(f"{place}: {words(line.key, **line.values)}", err=True)
    typer.echo(words("import.nothing_done", n=len(bad)), err=True)


def _tell_counts(counts: Counts, *, dry_run: bool) -> None:
    table = Table("file", "new", "changed", "as it was")
    for name, count in counts.items():
        table.add_row(f"{name}.csv", str(count.added), str(count.changed), str(count.unchanged))
    Console().print(table)
    typer.echo("A dry run: nothing was written." if dry_run else "Imported.")
