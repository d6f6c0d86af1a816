"""Files of a programme to import, and what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlmodel import SQLModel

from flows.engine.language.texts import LANGUAGES, Texts
from storage.database.unit_of_work import Store
from storage.people.addresses import Shape, Shapes
from storage.programme.csv_files import BadLine, Count, import_folder

PROGRAMME = Path(__file__).parents[2] / "programme"
FACILITATOR = (
    "email,name,unit,level,capacity,languages,forms,topics,places,hours,online,joined_on,back_on,away,language,"
    "addresses\n"
)
ANNA = (
    "anna@gov.example,Anna Vos,bzk-digitaal,trained,3,nl;en,film;moral,neutrality;task,Den Haag;Utrecht,"
    "ma 9:00-17:00; di 13:00-17:00,ja,2024-05-01,2026-09-01,2026-12-20/2027-01-03,nl,slack:U1;telegram:77\n"
)
PEOPLE = "email,name\n"
ORGANISATIONS = "code,parent,kind,abbreviation,name_nl,name_en\n"
TOPICS = "code,parent,kind,name_nl,name_en\n"
FORMS = "code,name_nl,name_en,minutes,group_min,group_max,about_nl,about_en\n"
SESSIONS = "template,position,theme_nl,theme_en,prompt_nl,prompt_en\n"
ANNA_WITH = FACILITATOR + ANNA
SHAPES = {name: Shape(lambda _address: True, example) for name, example in (("slack", "U1"), ("telegram", "77"))}
"""Channels in which any address will do."""


def files(folder: Path, **contents: str | bytes) -> Path:
    """The folder, with these files in it: ``files(folder, facilitators="…")``, as text or as bytes."""
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def bring_in(store: Store, folder: Path, *, dry_run: bool = False) -> dict[str, Count]:
    with store.read() if dry_run else store.begin() as uow:
        outcome = import_folder(uow, folder, SHAPES, dry_run=dry_run)
    assert outcome.bad == ()
    return outcome.counts


def refused(store: Store, folder: Path, shapes: Shapes = SHAPES) -> list[BadLine]:
    with store.begin() as uow:
        outcome = import_folder(uow, folder, shapes)
    assert outcome.bad
    assert outcome.counts == {}
    return list(outcome.bad)


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.read() as uow:
        connection = uow.db.connection()
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


@contextmanager
def writes(store: Store) -> Iterator[list[str]]:
    """The writing statements sent to the database in the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine, "before_cursor_execute", note)


def shows_in_every_language(bad: BadLine) -> None:
    texts = Texts("nl", ZoneInfo("Europe/Amsterdam"))
    for language in LANGUAGES:
        words = texts.into(language)
        assert bad.file in words(bad.place_key, file=bad.file, line=bad.line, column=bad.column)
        shown = words(bad.key, **bad.values)
        assert "{" not in shown
        for value in bad.values.values():
            assert (words.number(value) if isinstance(value, int) else str(value)) in shown
