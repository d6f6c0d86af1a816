"""A real browser on the real playground."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from storage.database.unit_of_work import Store
from tests.handlers.playhouse import Playhouse, copy_of, make_demo, opened

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
Open = Callable[..., Awaitable[Page]]
PATIENCE = 60_000
"""Milliseconds that nothing on a page takes, on the busiest machine too."""
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """Where Chromium is. Skips the test where there is none, or fails it where nothing may be skipped."""
    given = os.environ.get("CHROMIUM", "")
    found = given or next(filter(None, map(shutil.which, ("chromium", "/usr/bin/chromium"))), "")
    if found:
        return found
    reason = "there is no Chromium here: install it, or name it in the environment variable CHROMIUM"
    if os.environ.get("DIALOOGREEKS_NOTHING_SKIPS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


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


@pytest_asyncio.fixture(loop_scope="session")
async def house(playground_store: Store) -> AsyncIterator[Playhouse]:
    """A playground that is open."""
    async with opened(playground_store) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, without a window; started once, for starting it takes longer than most tests."""
    path = chromium()
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=3 * PATIENCE)
        yield found
        await found.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of, on any page: nothing, at the end of the test."""
    found: list[str] = []
    yield found
    assert found == []


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, house: Playhouse, complaints: list[str]) -> AsyncIterator[Open]:
    """Opens the playground in a window of its own."""
    async with AsyncExitStack() as windows:

        async def open_one(**traits: Any) -> Page:
            given = {"locale": "nl-NL", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}} | traits
            window = await browser.new_context(**given)
            windows.push_async_callback(window.close)
            page = await window.new_page()
            page.set_default_timeout(PATIENCE)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
            await page.goto(house.address)
            await page.wait_for_selector("body[data-ready]")
            return page

        yield open_one
