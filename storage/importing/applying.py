"""Bringing the database to what the files say: all of it, or nothing."""

from dataclasses import dataclass, field
from pathlib import Path

from storage.addresses import Shapes
from storage.importing.bad_lines import BadLine, NotChecked
from storage.importing.bulk import Writer
from storage.importing.catalogue import Catalogue
from storage.importing.checking import check
from storage.importing.counts import Counts, Course, Progress
from storage.importing.guard import refuse_demo
from storage.importing.reading import read_folder
from storage.importing.roles import Roles
from storage.importing.rows import SHEETS, Tables
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Outcome:
    """How an import went. With ``bad`` lines nothing was written and there are no counts."""

    bad: tuple[BadLine, ...] = ()
    counts: Counts = field(default_factory=dict)


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
    """As ``import_folder``, of files read before: a large folder then keeps other writers waiting for less long."""
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
