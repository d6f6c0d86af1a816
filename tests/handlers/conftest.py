"""A playground to visit, in a copy of a demo programme made once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from storage.database.unit_of_work import Store
from tests.handlers.playhouse import Playhouse, Visitor, copy_of, make_demo, opened, visiting


@pytest.fixture(scope="session")
def playground_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo programme in it."""
    path = tmp_path_factory.mktemp("playground") / "demo.db"
    make_demo(path)
    return path


@pytest.fixture
def playground_store(playground_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A fresh copy of it."""
    store = copy_of(playground_file, tmp_path)
    yield store
    store.close()


@pytest_asyncio.fixture
async def house(playground_store: Store) -> AsyncIterator[Playhouse]:
    """A playground that is open."""
    async with opened(playground_store) as found:
        yield found


@pytest_asyncio.fixture
async def visitor(house: Playhouse) -> AsyncIterator[Visitor]:
    """Somebody with its page."""
    async with visiting(house) as found:
        yield found
