"""Telegram, somebody to talk with the bot, and the small bot in each of both modes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot

from tests.slack.conftest import Hands
from tests.telegram.echo import Echo
from tests.telegram.person import TelegramPerson
from tests.telegram.stand_in import TelegramStandIn


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without it the library warns of a coming change whenever it tells of a 429, and warnings are errors here.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def far(clock: Hands) -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(clock=clock, keeps_limits=False) as stand_in:
        yield stand_in


@pytest.fixture
async def anna(far: TelegramStandIn) -> TelegramPerson:
    """Somebody who pressed start before the bot was there."""
    return far.person("Anna", started=True, last_name="de Vries", language_code="nl")


@pytest.fixture(params=["polling", "webhook"])
async def echo(request: Any, far: TelegramStandIn) -> AsyncIterator[Echo]:
    """The bot, connected in one mode and then in the other."""
    async with Echo(far, request.param) as bot:
        yield bot


@pytest.fixture
async def bot(far: TelegramStandIn) -> AsyncIterator[Bot]:
    """The library's client alone."""
    async with Bot(far.token, base_url=far.base_url, base_file_url=far.base_file_url) as client:
        yield client
