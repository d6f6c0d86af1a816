"""Calls to the Bot API as such."""

import asyncio

from handlers.telegram.sending.api import AT_ONCE
from tests.handlers.telegram.desk import Desk


async def test_of_a_burst_of_calls_only_so_many_are_under_way_and_all_are_made(desk: Desk) -> None:
    under_way, seen = 0, [0]

    async def get_me() -> str:
        nonlocal under_way
        under_way += 1
        seen.append(under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return "me"

    made = await asyncio.gather(*(desk.channel._web.ask(get_me, urgent=True) for _ in range(200)))
    assert made == ["me"] * 200
    assert max(seen) == AT_ONCE
