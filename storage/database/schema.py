"""The database's tables: which version they have, which one this program needs, and the way there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import MigrationScript
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

import storage.models  # noqa: F401  # the tables register themselves, for write_step to compare with
from storage.database import diagnosis
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store

MIGRATIONS = Path(__file__).parents[1] / "migrations"
ONE_AT_A_TIME = 7_032_021
"""The advisory lock that lets one of several starting processes change the tables while the others wait."""


class Unusable(Exception):
    """The database cannot be used; the text says which, why and what to do, and holds no password."""


def head() -> str:
    """The version this program needs."""
    newest = _steps().get_current_head()
    if newest is None:
        raise LookupError("there are no migrations")
    return newest


def known() -> frozenset[str]:
    """All versions this program knows, the one it needs included."""
    return frozenset(step.revision for step in _steps().walk_revisions())


def version(store: Store) -> str | None:
    """The version of this database, or None while it has no tables. Raises Unusable when it cannot be reached."""
    with saying_why(store), store.engine.execution_options(reading=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(store: Store) -> bool:
    """Whether the database has the version this program needs. Raises Unusable when it cannot be reached."""
    return version(store) == head()


def upgrade(store: Store, to: str = "head") -> None:
    """Bring the tables to version ``to``, all steps in one transaction; nothing happens when they are there.

    Raises Unusable when the database cannot be reached, or was changed by a newer program than this one.
    """
    refuse_unwritable(store)
    _make_private(store)
    with saying_why(store), _changing(store) as connection:
        _refuse_unknown(store, MigrationContext.configure(connection).get_current_revision())
        command.upgrade(_config(connection), to)


def _make_private(store: Store) -> None:
    """A new SQLite file is for its owner alone: what people wrote in confidence stands in it."""
    url = store.engine.url
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        Path(url.database).touch(mode=0o600)


def downgrade(store: Store, to: str) -> None:
    """Take steps back to version ``to`` ("base": no tables). What the steps had made is lost."""
    with saying_why(store), _changing(store) as connection:
        command.downgrade(_config(connection), to)


def exists(store: Store) -> bool:
    """Whether there is a database to connect to. Looking at a SQLite file that is not there would make it.

    Raises Unusable where there is no such file, and none can be made either.
    """
    if store.engine.url.get_backend_name() != "sqlite":
        return True
    file = Path(store.engine.url.database or "")
    with suppress(PermissionError):  # refuse_unwritable says what is wrong with the folder
        if file.is_file():
            return True
    refuse_unwritable(store)
    return False


def refuse_unwritable(store: Store) -> None:
    """Raises Unusable, with what to do, for a SQLite file that cannot be written or made; SQLite itself tells late."""
    url = store.engine.url
    if url.get_backend_name() == "sqlite" and (why := diagnosis.obstacle(Path(url.database or ""))):
        raise Unusable(f"{place(store)} cannot be used. {why}")


def place(store: Store) -> str:
    """Where the database is, as its URL without a password."""
    url = store.engine.url
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def write_step(name: str) -> Path | None:
    """Write the migration from the newest version to the models as they are; None when there is nothing to do."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/newest.db")
        if _steps().get_current_head() is not None:
            upgrade(store)
        with store.engine.begin() as connection:
            made = command.revision(
                _config(connection),
                message=name,
                autogenerate=True,
                rev_id=_next_version(),
                process_revision_directives=_drop_if_empty,
            )
        store.close()
    return Path(made.path) if isinstance(made, Script) else None


def _drop_if_empty(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    (script,) = directives
    if script.upgrade_ops is None or script.upgrade_ops.is_empty():
        directives.clear()


def _next_version() -> str:
    return f"{int(_steps().get_current_head() or 0) + 1:04}"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix().replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _steps() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _refuse_unknown(store: Store, present: str | None) -> None:
    if present is not None and present not in known():
        newer = f"has version {present}, which a newer Dialoogreeks made; this one knows up to {head()}"
        raise Unusable(f"{place(store)} {newer}. Install the newer one.")


@contextmanager
def saying_why(store: Store) -> Iterator[None]:
    """Within this, whatever the driver of the database objects to comes as Unusable."""
    left = diagnosis.beside(store.engine.url)
    try:
        yield
    except DBAPIError as fault:
        raise _unusable(store, fault, left) from fault


@contextmanager
def in_use(store: Store) -> Iterator[None]:
    """Within this, a database that turns out to be broken, out of reach or kept by others comes as Unusable.

    Whatever else the driver objects to is a fault of ours, and stays what it is.
    """
    left = diagnosis.beside(store.engine.url)
    try:
        yield
    except Conflict as others:
        why = "Others were changing it, so nothing was changed now. Try again, or stop the bot first."
        raise Unusable(f"{place(store)} is in use. {why}") from others
    except DBAPIError as fault:
        if not diagnosis.is_trouble(fault):
            raise
        raise _unusable(store, fault, left) from fault


def _unusable(store: Store, fault: DBAPIError, left: Sequence[Path]) -> Unusable:
    return Unusable(f"{place(store)} cannot be used: {diagnosis.told(fault, store.engine.url, left)}")


@contextmanager
def _changing(store: Store) -> Iterator[Connection]:
    """A transaction for changing tables, and nobody else changing them meanwhile."""
    with store.engine.connect() as connection:
        _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
                yield connection
                _refuse_dangling(connection)
        finally:
            _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    # SQLite changes a table by building a new one and dropping the old. With foreign keys on, that would delete
    # the rows that refer to it. The switch works only outside a transaction, so past SQLAlchemy, which begins one.
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA foreign_keys={state}")


def _refuse_dangling(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if dangling is not None:
        raise Unusable(f"rows of {dangling[0]} refer to rows of {dangling[2]} that are not there")
