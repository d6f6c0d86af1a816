"""What the Web API says when it says no."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

Json = dict[str, Any]


async def refused(call: Awaitable[Any]) -> Json:
    """What Slack answers to a call that it refuses."""
    with pytest.raises(SlackApiError) as problem:
        await call
    answer: Json = problem.value.response.data
    return answer


async def error(call: Awaitable[Any]) -> str:
    """The name of the refusal."""
    return str((await refused(call))["error"])
