"""What stands in front of whom: which question of which form, and in which message. It outlives a restart."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.engine.views.view import FormPage
from handlers.telegram.rendering.question_state import Look
from handlers.telegram.updates.decode import CHANNEL, Deed
from storage.conversations import open_questions
from storage.database.unit_of_work import Store
from storage.delivery import inbox
from storage.models import Cursor


@dataclass(frozen=True)
class Front:
    """A page of a draft, and how it is looked at; ``ref`` is its message, ``below`` what was written since."""

    draft_id: int
    page: str
    look: Look
    ref: str
    below: int
    at: datetime

    def is_about(self, draft_id: int, page: str, field: str) -> bool:
        """Whether this question is the one that stands there."""
        return (self.draft_id, self.page, self.look.field) == (draft_id, page, field)


class Fronts:
    """Reads and keeps it, in threads of their own."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    async def at(self, address: str) -> Front | None:
        """What stands in front of the person at this address, or None where no form does."""
        return await asyncio.to_thread(self._at, address)

    async def keep(self, address: str, page: FormPage, look: Look, ref: str, below: int = 0) -> Front | None:
        """Remember that this question stands in this message now; gives what stood there before."""
        return await asyncio.to_thread(self._keep, address, page, look, ref, below)

    async def keep_once(self, deed: Deed, page: FormPage, look: Look) -> bool:
        """Remember how the question looks after what a person did; False where that was kept before."""
        return await asyncio.to_thread(self._keep_once, deed, page, look)

    async def moved(self, address: str, before: str, ref: str) -> None:
        """Remember that the question of the message ``before`` stands in this one, unless it went on meanwhile."""
        await asyncio.to_thread(self._moved, address, before, ref)

    async def clear(self, address: str) -> None:
        """Forget the open question: no form stands there any more."""
        await asyncio.to_thread(self._clear, address)

    def _at(self, address: str) -> Front | None:
        with self._store.read() as uow:
            row = open_questions.at(uow, CHANNEL, address)
            return _front(row) if row is not None else None

    def _keep(self, address: str, page: FormPage, look: Look, ref: str, below: int) -> Front | None:
        row = _row(address, page, look, ref, below, self._now())
        with self._store.begin() as uow:
            known = open_questions.at(uow, CHANNEL, address)
            before = _front(known) if known is not None else None
            open_questions.keep(uow, row)
            return before

    def _keep_once(self, deed: Deed, page: FormPage, look: Look) -> bool:
        with self._store.begin() as uow:
            if not inbox.first_time(uow, CHANNEL, deed.event_id, self._now()):
                return False
            known = open_questions.at(uow, CHANNEL, deed.address)
            ref, below, at = (known.message_ref, known.below, known.updated_at) if known else ("", 0, self._now())
            open_questions.keep(uow, _row(deed.address, page, look, ref, below, at))
            return True

    def _moved(self, address: str, before: str, ref: str) -> None:
        with self._store.begin() as uow:
            row = open_questions.at(uow, CHANNEL, address)
            if row is not None and row.message_ref == before:
                row.message_ref, row.below = ref, 0

    def _clear(self, address: str) -> None:
        with self._store.read() as uow:
            if open_questions.at(uow, CHANNEL, address) is None:
                return
        with self._store.begin() as uow:
            open_questions.forget(uow, CHANNEL, address)


def _row(address: str, page: FormPage, look: Look, ref: str, below: int, at: datetime) -> Cursor:
    return Cursor(
        channel=CHANNEL,
        address=address,
        draft_id=page.draft_id,
        page=page.page,
        field=look.field,
        message_ref=ref,
        begun=look.begun,
        below=below,
        updated_at=at,
    )


def _front(row: Cursor) -> Front:
    begun: dict[str, Any] = row.begun
    look = Look(row.field, begun.get("ticks"), begun.get("words", ""), day=begun.get("day", ""))
    return Front(row.draft_id, row.page, look, row.message_ref, row.below, row.updated_at)
