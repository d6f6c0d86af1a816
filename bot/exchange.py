"""The programme in and out of CSV files, as a person at a terminal sees it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.settings import Settings
from flows.texts import Texts, Translator
from storage import schema
from storage.importing.applying import import_folder
from storage.importing.bad_lines import BadLine, Unwelcome
from storage.importing.counts import Counts
from storage.importing.counts import Progress as Told
from storage.importing.exporting import export
from storage.unit_of_work import Store


class NotReady(Exception):
    """The command cannot be done as things stand; the text says what to do first."""


def bring_in(settings: Settings, folder: Path, *, dry_run: bool) -> bool:
    """Import the files of ``folder`` and say what came of it; False when lines were bad and nothing was imported.

    Raises NotReady when the database is not the place for it.
    """
    words = _words(settings)
    with _opened(settings, make_tables=not dry_run) as store, _bar() as told:
        try:
            with store.read() if dry_run else store.begin() as uow:
                outcome = import_folder(uow, folder, dry_run=dry_run, progress=told)
        except Unwelcome as why:
            raise NotReady(words(why.key)) from why
    if outcome.bad:
        _tell_bad(outcome.bad, words)
        return False
    _tell_counts(outcome.counts, dry_run=dry_run)
    return True


def take_out(settings: Settings, folder: Path) -> None:
    """Write the programme to files in ``folder`` and say how many lines there are. Raises NotReady without tables."""
    with _opened(settings, make_tables=False) as store, store.read() as uow:
        exported = export(uow, folder)
    table = Table("file", "lines")
    for name, lines in exported.lines.items():
        table.add_row(f"{name}.csv", str(lines))
    Console().print(table)
    typer.echo(f"Written to {folder}.")
    if exported.left_out:
        typer.echo(f"Left out, for want of an e-mail address to know them by: {exported.left_out} people.", err=True)


def _words(settings: Settings) -> Translator:
    return Texts(settings.language, settings.rules().zone).into(settings.language)


@contextmanager
def _opened(settings: Settings, *, make_tables: bool) -> Iterator[Store]:
    store = Store(settings.database_url)
    try:
        if make_tables:
            schema.upgrade(store)
        elif not (schema.exists(store) and schema.is_current(store)):
            raise NotReady("The database does not have its tables yet. Make them first: dialoogreeks db upgrade")
        yield store
    finally:
        store.close()


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
    typer.echo(f"Nothing was imported. To put right: {len(bad)}.", err=True)


def _tell_counts(counts: Counts, *, dry_run: bool) -> None:
    table = Table("file", "new", "changed", "as it was")
    for name, count in counts.items():
        table.add_row(f"{name}.csv", str(count.added), str(count.changed), str(count.unchanged))
    Console().print(table)
    typer.echo("A dry run: nothing was written." if dry_run else "Imported.")
