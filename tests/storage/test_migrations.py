"""The tables of today, reached by the migrations, on both databases."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

from storage import schema
from storage.models import Organisation, OrganisationKind
from storage.unit_of_work import Store
from tests.conftest import PostgresServer


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without any table, of each kind in turn."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
        yield store
        store.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    store = Store(server.address(name))
    SQLModel.metadata.drop_all(store.engine)
    yield store
    store.close()
    server.drop(name)


def described(store: Store) -> set[str]:
    """Every column, key, rule and index as the database itself tells of it, alembic's own table left out."""
    statements = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version'",
        "postgresql": """
            SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
                || coalesce(character_maximum_length, 0) || ' ' || coalesce(column_default, '')
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
            UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                AND conrelid <> coalesce(to_regclass('alembic_version'), 0)
            """,
    }
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql(statements[store.engine.dialect.name]).scalars().all()
    lines = (line for text in found for line in re.split(r",\s*\n", text))
    return {re.sub(r"[\s\"]+", " ", line).strip(" )") for line in lines}


def test_an_empty_database_is_brought_to_the_newest_version(empty: Store) -> None:
    assert schema.version(empty) is None
    assert not schema.is_current(empty)
    schema.upgrade(empty)
    assert schema.version(empty) == schema.head()
    assert schema.is_current(empty)


def test_the_migrations_lead_to_the_models_as_they_are(empty: Store) -> None:
    schema.upgrade(empty)
    with empty.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == [], 'the models have changed: make migration name="what changed"'


def test_migrated_tables_are_those_that_the_models_would_make(empty: Store) -> None:
    schema.upgrade(empty)
    migrated = described(empty)
    schema.downgrade(empty, "base")
    SQLModel.metadata.create_all(empty.engine)
    assert len(migrated) > 100
    assert migrated == described(empty)


def test_upgrading_again_changes_nothing_and_keeps_what_is_there(empty: Store) -> None:
    schema.upgrade(empty)
    with empty.begin() as uow:
        uow.add(Organisation(name_nl="Rijk", name_en="State", code="rijk", kind=OrganisationKind.GOVERNMENT))
    before = described(empty)
    schema.upgrade(empty)
    assert described(empty) == before
    with empty.read() as uow:
        assert uow.get(Organisation, 1).code == "rijk"


def test_processes_that_start_together_upgrade_once(empty: Store) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        try:
            schema.upgrade(empty)
        except BaseException as fault:  # noqa: BLE001  # told below, in the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert schema.is_current(empty)


def test_every_step_can_be_taken_back(empty: Store) -> None:
    schema.upgrade(empty)
    schema.downgrade(empty, "base")
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade(empty)
    assert schema.is_current(empty)


def test_a_database_of_a_newer_program_is_refused_and_left_alone(empty: Store) -> None:
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(schema.Unusable, match="a newer Dialoogreeks"):
        schema.upgrade(empty)
    assert schema.version(empty) == "9999"


def test_a_step_that_fails_leaves_everything_as_it_was(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_connection: object) -> None:
        raise schema.Unusable("stumbled")

    monkeypatch.setattr(schema, "_refuse_dangling", stumble)
    with pytest.raises(schema.Unusable, match="stumbled"):
        schema.upgrade(empty)
    assert inspect(empty.engine).get_table_names() == []


def test_foreign_keys_are_kept_again_after_an_upgrade(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'keys.db'}")
    schema.upgrade(store)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_rows_that_refer_to_nothing_stop_the_upgrade(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'dangling.db'}")
    schema.upgrade(store)
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("INSERT INTO pool_member (pool_id, organisation_id) VALUES (7, 7)")
    with pytest.raises(schema.Unusable, match="refer to rows"):
        schema.upgrade(store)
    store.close()


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    store = Store("postgresql://me:very-secret@127.0.0.1:1/dialogues")
    with pytest.raises(schema.Unusable) as unusable:
        schema.version(store)
    assert "very-secret" not in str(unusable.value) + schema.place(store)
    store.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear reader, this is not a database. " * 50)
    store = Store(f"sqlite:///{file}")
    with pytest.raises(schema.Unusable, match="not a database"):
        schema.upgrade(store)
    store.close()
