"""Databases of every version, for tests of what becomes of what is in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from storage.database.unit_of_work import Store
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
