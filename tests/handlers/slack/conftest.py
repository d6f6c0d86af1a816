"""The bot's side of Slack at a workspace with one person in it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.handlers.slack.counter import Counter, opened
from tests.slack.member import Member
from tests.slack.stand_in import SlackStandIn


@pytest_asyncio.fixture
async def counter() -> AsyncIterator[Counter]:
    """A channel to a workspace that brings nothing to it."""
    async with SlackStandIn(echoes=False) as slack, opened(slack) as found:
        yield found


@pytest.fixture
def anna(counter: Counter) -> Member:
    """Somebody in it."""
    return counter.slack.workspace.hire("Anna de Vries")
