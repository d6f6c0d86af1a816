"""Whom the programme knows in Telegram. Others are counted, and nothing else is kept of them."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from handlers.telegram.updates.decode import CHANNEL
from storage.database.unit_of_work import Store
from storage.people import people

TRUSTED = timedelta(minutes=10)
"""How long it holds that somebody is known; then the database is asked again."""
REMEMBERED = 50_000


class Known:
    """Looks people up by their Telegram ids."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._until: dict[str, datetime] = {}

    async def knows(self, address: str, *, surely: bool = False) -> bool:
        """Whether somebody of the programme is reached at this address; ``surely``: at this moment."""
        until = None if surely else self._until.get(address)
        if until is not None and self._now() < until:
            return True
        if not await asyncio.to_thread(self._is_known, address):
            self._until.pop(address, None)
            return False
        if len(self._until) >= REMEMBERED:
            self._until.clear()
        self._until[address] = self._now() + TRUSTED
        return True

    async def is_well(self) -> bool:
        """Whether the database answers."""
        try:
            await asyncio.to_thread(self._is_known, "")
        except Exception:  # noqa: BLE001  # Whatever keeps it from answering: it was asked nothing but whether it does.
            return False
        return True

    def _is_known(self, address: str) -> bool:
        with self._store.read() as uow:
            return people.at(uow, CHANNEL, address) is not None
