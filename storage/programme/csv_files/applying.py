"""Bringing the database to what the files say: all of it, or nothing."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store, UnitOfWork
from storage.people.addresses import Shapes
from storage.programme.csv_files.bad_lines import BadLine, NotChecked
from storage.programme.csv_files.bulk import Writer
from storage.programme.csv_files.catalogue import Catalogue
from storage.programme.csv_files.checking import check
from storage.programme.csv_files.counts import Counts, Course, Progress
from storage.programme.csv_files.reading import read_folder
from storage.programme.csv_files.roles import Roles
from storage.programme.csv_files.rows import SHEETS, Tables
from storage.programme.demo_guard import refuse_demo

TRIES = 3
"""How often an import begins while people who are joined or taken apart meanwhile are in its way."""


@dataclass(frozen=True)
class Outcome:
    """How an import went. With ``bad`` lines nothing was written and there are no counts."""

    bad: tuple[BadLine, ...] = ()
    counts: Counts = field(default_factory=dict)


def import_into(
    store: Store, folder: Path, shapes: Shapes, *, dry_run: bool = False, progress: Progress | None = None
) -> Outcome:
    """Do what ``import_folder`` does in one transaction, and begin anew after a conflict with others.

    Raises Conflict where each try met one, and nothing was written.
    """
    for _ in range(TRIES - 1):
        with suppress(Conflict):
            return _import_once(store, folder, shapes, dry_run=dry_run, progress=progress)
    return _import_once(store, folder, shapes, dry_run=dry_run, progress=progress)


def _import_once(store: Store, folder: Path, shapes: Shapes, *, dry_run: bool, progress: Progress | None) -> Outcome:
    with store.read() if dry_run else store.begin() as uow:
        return import_folder(uow, folder, shapes, dry_run=dry_run, progress=progress)


def import_folder(
    uow: UnitOfWork,
    folder: Path,
    shapes: Shapes,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Import the CSV files of ``folder`` if not one line is bad. A dry run counts what would happen and writes nothing.

    ``shapes`` has the channels that there are, and how people's addresses look there. ``uow`` may be a reading one for
    a dry run. Raises DemoDatabase where the people in the database are invented.
    """
    return import_tables(uow, read_folder(folder), shapes, dry_run=dry_run, progress=progress)


def import_tables(
    uow: UnitOfWork,
    tables: Tables,
    shapes: Shapes,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Do what ``import_folder`` does with files read before, so that other writers wait less long."""
    refuse_demo(uow)
    bad = check(tables, uow, shapes)
    if bad:
        return Outcome(bad=tuple(bad))
    return Outcome(counts=apply(uow, tables, progress=progress, dry_run=dry_run))


def apply(uow: UnitOfWork, tables: Tables, *, progress: Progress | None = None, dry_run: bool = False) -> Counts:
    """Write what differs from what is there, in the transaction of ``uow``, and count it by file.

    ``tables`` must have passed ``check`` in the same transaction. What the database has and no file names stays,
    but the lists of a person or pool in a file become what the file says. Raises NotChecked for tables with bad
    lines, before anything is written.
    """
    if tables.bad:
        raise NotChecked(tables.bad)
    writer, course = Writer(uow, dry_run=dry_run), Course(tables.total, progress)
    catalogue = Catalogue(writer, tables)
    catalogue.write(course)
    roles = Roles(writer, tables, catalogue)
    roles.write(course)
    if not dry_run:
        # The statements went past the rows that the unit of work may be holding.
        uow.db.expire_all()
    tallies = catalogue.tallies | roles.tallies
    return {name: tallies[name].count() for name in SHEETS if tallies[name].lines}
