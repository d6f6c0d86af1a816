"""The bot's side of Telegram, and somebody who pressed start there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.handlers.telegram.desk import Desk, opened
from tests.telegram.person import TelegramPerson


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    """A channel to Telegram, in which nobody is yet."""
    async with opened() as found:
        yield found


@pytest.fixture
def anna(desk: Desk) -> TelegramPerson:
    """Somebody who pressed start."""
    return desk.far.person("Anna", started=True, last_name="de Vries", language_code="nl")
