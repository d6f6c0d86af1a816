"""A database that cannot be used: which one, what is the matter, and what to do, whatever is done with it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import text

from storage.database import copy_database, schema
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store
from storage.models import Person


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "teams.db"


@pytest.fixture
def on_file(file: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{file}")
    yield store
    store.close()


def in_use_before(store: Store) -> None:
    schema.upgrade(store)
    with store.begin() as uow:
        uow.add_all([Person(name=f"Person {number}") for number in range(500)])
    store.close()


def spoil(file: Path, *, first_page: int) -> None:
    """Overwrite all pages from this one on, in the place of a disk that forgets."""
    content = file.read_bytes()
    file.write_bytes(content[: first_page * 4096].ljust(len(content), b"Z"))


def test_a_file_that_is_no_database_is_told(file: Path, on_file: Store) -> None:
    file.write_text("Dear reader, this is not a database. " * 50)
    with pytest.raises(schema.Unusable, match=r"teams\.db cannot be used: file is not a database\. Set DATABASE_URL"):
        schema.upgrade(on_file)


def test_of_a_broken_database_with_files_of_another_beside_it_those_are_named(file: Path, on_file: Store) -> None:
    in_use_before(on_file)
    spoil(file, first_page=1)
    (file.parent / "teams.db-wal").write_bytes(b"of another database")
    with pytest.raises(schema.Unusable, match=r"malformed\. If .*teams\.db was put .* move .*teams\.db-wal") as told:
        schema.version(on_file)
    assert "put back a backup" in str(told.value)


def test_a_place_beside_the_database_that_cannot_be_written_is_named(file: Path, on_file: Store) -> None:
    in_use_before(on_file)
    (file.parent / "teams.db-wal").mkdir()
    with pytest.raises(schema.Unusable, match=r"unable to open .* move .*teams\.db-wal away"):
        schema.upgrade(on_file)


def test_pages_that_are_broken_deep_inside_are_told_where_they_are_read(file: Path, on_file: Store) -> None:
    in_use_before(on_file)
    spoil(file, first_page=60)
    with pytest.raises(schema.Unusable, match="malformed"), schema.in_use(on_file), on_file.read() as uow:
        uow.db.execute(text("SELECT * FROM person")).all()


def test_of_two_databases_the_broken_one_is_named(file: Path, on_file: Store, tmp_path: Path) -> None:
    in_use_before(on_file)
    spoil(file, first_page=60)
    new = Store(f"sqlite:///{tmp_path / 'new.db'}")
    schema.upgrade(new)
    with pytest.raises(schema.Unusable, match=r"teams\.db cannot be used: .*malformed"):
        copy_database.copy(on_file, new)
    new.close()


def test_a_folder_in_the_place_of_the_file_is_told(file: Path, on_file: Store) -> None:
    file.mkdir()
    for look in (schema.exists, schema.upgrade, schema.refuse_unwritable):
        with pytest.raises(schema.Unusable, match=r"teams\.db is a folder\. Set DATABASE_URL to a file\."):
            look(on_file)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'no' / 'where.db'}")
    for look in (schema.exists, schema.upgrade):
        with pytest.raises(schema.Unusable, match=r"There is no folder .*no\. Make it, or correct DATABASE_URL\."):
            look(store)
    store.close()


def test_a_file_that_is_yet_to_be_made_is_no_trouble(file: Path, on_file: Store) -> None:
    schema.refuse_unwritable(on_file)
    assert not schema.exists(on_file)
    assert not file.exists()


def test_a_database_that_others_keep_to_themselves_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.engine.BUSY_SECONDS", 0.05)
    schema.upgrade(store := Store(f"sqlite:///{file}"))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(schema.Unusable, match="is in use"), schema.in_use(store), store.begin() as uow:
        uow.add(Person(name="Noor"))
    other.close()
    store.close()


def test_what_others_were_changing_may_be_tried_again(store: Store) -> None:
    with pytest.raises(schema.Unusable, match=r"in use\. .* Try again"), schema.in_use(store):
        raise Conflict


def test_a_fault_of_ours_is_not_blamed_on_the_database(sqlite_store: Store) -> None:
    with pytest.raises(IntegrityError), schema.in_use(sqlite_store), sqlite_store.begin() as uow:
        uow.add(Person(name="Noor", unit_id=99))


def test_a_new_database_can_be_read_by_nobody_but_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    store = Store(f"sqlite:///{file}")
    schema.upgrade(store)
    store.close()
    assert file.stat().st_mode & 0o077 == 0
