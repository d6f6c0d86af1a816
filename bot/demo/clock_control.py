"""Time that people move: between now and then, everything happens at its own moment, in order."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.app import App
from bot.schedule.clock import MovableClock


class Stage:
    """An app whose clock can be moved on. ``moved`` is called with how far the clock then is ahead of its base."""

    def __init__(
        self, app: App, clock: MovableClock, moved: Callable[[timedelta], None] = lambda _offset: None
    ) -> None:
        self._app, self._clock, self._moved = app, clock, moved
        self._one_at_a_time = asyncio.Lock()

    def now(self) -> datetime:
        """The present instant by the clock, aware, UTC."""
        return self._clock.now()

    async def move(self, by: timedelta) -> None:
        """Let ``by`` pass, with each thing due on the way done at its time and delivered; back when all is quiet."""
        await self.until(self.now() + by)

    async def until(self, moment: datetime) -> None:
        """Let time pass up to ``moment`` (aware)."""
        async with self._one_at_a_time:
            while (due := await self._app.next_due()) is not None and due <= moment:
                await self._pass(due)
            await self._pass(moment)

    async def to_next(self) -> bool:
        """Let time pass to the next thing due, and do and deliver it; False where nothing waits."""
        async with self._one_at_a_time:
            due = await self._app.next_due()
            if due is not None:
                await self._pass(due)
            return due is not None

    async def _pass(self, moment: datetime) -> None:
        ahead = moment - self.now()
        if ahead > timedelta():
            self._clock.move(ahead)
            await asyncio.to_thread(self._moved, self._clock.offset)
        await self._app.settle()
