"""A small bolt app on the other side of the stand-in, in each of both modes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.echo import Echo
from tests.slack.stand_in import SlackStandIn


class Hands:
    """A clock that a test moves: unix seconds."""

    def __init__(self) -> None:
        self.now = 1_772_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def slack(clock: Hands) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture(params=["http", "socket"])
async def echo(request: Any, slack: SlackStandIn) -> AsyncIterator[Echo]:
    """The app, connected in one mode and then in the other."""
    async with Echo(slack, request.param) as app:
        yield app


@pytest.fixture
async def http_echo(slack: SlackStandIn) -> AsyncIterator[Echo]:
    async with Echo(slack, "http") as app:
        yield app


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
