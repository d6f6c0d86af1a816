"""In whatever order people link, confirm, refuse, are let in and taken apart: nobody becomes somebody else."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database.unit_of_work import Store
from tests.conftest import make_schema
from tests.scenarios.access.impostor import World
from tests.soaking import many

ORDERS = many(60, 10_000)
BATCHES = 10
STEPS = 30
FIRST = 20_260_000


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables and no rows."""
    path = tmp_path_factory.mktemp("impostor") / "empty.db"
    store = Store(f"sqlite:///{path}")
    make_schema(store)
    store.close()
    return path


@pytest.mark.soak
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_nobody_ends_with_a_role_a_request_or_words_that_were_not_theirs(
    batch: int, empty_file: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    orders = ORDERS // BATCHES
    record_property("orders", orders)
    for number in range(orders):
        seed = FIRST + batch * orders + number
        (tmp_path / f"{seed}").mkdir()
        store = Store(f"sqlite:///{shutil.copy(empty_file, tmp_path / f'{seed}' / 'world.db')}")
        try:
            assert await World(store, seed).play(STEPS) == [], f"seed {seed}"
        finally:
            store.close()
        await asyncio.to_thread(shutil.rmtree, tmp_path / f"{seed}")
