"""What Telegram says when it says no, as python-telegram-bot tells it."""

from collections.abc import Awaitable
from typing import Any, TypeVar

import pytest
from telegram.error import TelegramError

Error = TypeVar("Error", bound=TelegramError)


async def refused(call: Awaitable[Any], kind: type[Error]) -> Error:
    """The error that a refused call ends in."""
    with pytest.raises(kind) as problem:
        await call
    assert type(problem.value) is kind  # a BadRequest is also a NetworkError for the library
    return problem.value
