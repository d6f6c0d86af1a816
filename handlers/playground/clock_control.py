"""What the page needs of the loops around it: the time, and a hand on the clock."""

from datetime import datetime, timedelta
from typing import Protocol


class Stage(Protocol):
    """The playground's clock. Whoever moves it sees to it that everything on the way happens at its own moment."""

    def now(self) -> datetime:
        """The present instant by the playground's clock, aware, UTC."""

    async def move(self, by: timedelta) -> None:
        """Let ``by`` pass, with each thing due on the way done and delivered at its time; back when all is."""

    async def to_next(self) -> bool:
        """Let time pass to the next thing due, and do and deliver it; False where nothing waits."""
