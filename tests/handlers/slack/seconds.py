"""Seconds that pass only when a test lets them."""

import asyncio
import heapq


class Seconds:
    """A clock that jumps from one sleeper to the next, so that nobody really waits. Calling it tells the time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep until the clock has moved on so far."""
        woken = asyncio.get_running_loop().create_future()
        self._number += 1
        heapq.heappush(self._sleepers, (self.now + seconds, self._number, woken))
        await woken

    async def until(self, moment: float) -> None:
        """Wake one sleeper after another, each at its time, up to this moment."""
        await self._let_all_act()
        while self._sleepers and self._sleepers[0][0] <= moment:
            await self._wake_next()
        self.now = max(self.now, moment)

    async def until_idle(self) -> None:
        """Wake one sleeper after another, each at its time, until nobody sleeps."""
        await self._let_all_act()
        while self._sleepers:
            await self._wake_next()

    async def _wake_next(self) -> None:
        at, _, woken = heapq.heappop(self._sleepers)
        self.now = max(self.now, at)
        if not woken.done():
            woken.set_result(None)
            await self._let_all_act()

    async def _let_all_act(self) -> None:
        for _ in range(12):
            await asyncio.sleep(0)
