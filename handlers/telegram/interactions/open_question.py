"""What stands in front of whom: which question of which form, and in which message. It outlives a restart."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flows.engine.views.view import FormPage, View
from handlers.telegram.rendering.question_state import PLAIN, QuestionState
from handlers.telegram.updates.decode import CHANNEL, UserAction
from storage.conversations import open_questions
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import inbox
from storage.models import QuestionCursor

FRESH = timedelta(minutes=1)
"""So long it is not kept again what is kept already, only because it was shown once more."""


@dataclass(frozen=True)
class OpenQuestion:
    """A page of a draft, and how it is looked at; ``ref`` is its message, ``below`` what was written since."""

    draft_id: int
    page: str
    look: QuestionState
    ref: str
    below: int
    at: datetime

    @property
    def content(self) -> tuple[Any, ...]:
        """All of it that outlives a restart, but for when that was."""
        return self.draft_id, self.page, self.look.field, self.look.begun, self.ref, self.below

    def is_about(self, draft_id: int, page: str, field: str) -> bool:
        """Whether this question is the one that stands there."""
        return (self.draft_id, self.page, self.look.field) == (draft_id, page, field)


@dataclass(frozen=True)
class Place:
    """The message that a question is to stand in, or None for a new one; ``below`` is what was written below it."""

    ref: str | None = None
    below: int = 0


@dataclass(frozen=True)
class Kept:
    """What stood there ``before``, and how the question is looked at now. ``again``: that was kept before."""

    before: OpenQuestion | None
    look: QuestionState
    again: bool = False


class Fronts:
    """Reads and keeps it, in threads of their own.

    It is kept though a question is only shown: what the person types next answers it, in whichever process, and the
    message that holds it is the one to change. Where all of that is kept already, nothing is written.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    async def at(self, address: str) -> OpenQuestion | None:
        """What stands in front of the person at this address, or None where no form does."""
        return await asyncio.to_thread(self._at, address)

    async def keep(self, deed: UserAction, front: OpenQuestion, *, once: bool = False) -> Kept:
        """This stands in front of the person from now on.

        ``once``: where what they did was kept before, the question stays as it is looked at since then.
        """
        return await asyncio.to_thread(self._keep, deed, front, once=once)

    def keep_with(self, uow: UnitOfWork, deed: UserAction, view: View, place: Place) -> Kept:
        """Keep what stands there after an answer, in the transaction of that answer: the next question, or none."""
        known = open_questions.at(uow, CHANNEL, deed.address)
        before = _front(known) if known is not None else None
        if view.form is not None:
            open_questions.keep(uow, _row(deed.address, self.front(view.form, PLAIN, place)))
        elif before is not None:
            open_questions.forget(uow, CHANNEL, deed.address)
        return Kept(before, PLAIN)

    def front(self, page: FormPage, look: QuestionState, place: Place) -> OpenQuestion:
        """This page, looked at like this from now on, in this place."""
        return OpenQuestion(page.draft_id, page.page, look, place.ref or "", place.below, self._now())

    async def moved(self, address: str, before: str, ref: str) -> None:
        """Remember that the question of the message ``before`` stands in this one, unless it went on meanwhile."""
        await asyncio.to_thread(self._moved, address, before, ref)

    async def clear(self, address: str) -> None:
        """Forget the open question: no form stands there any more."""
        await asyncio.to_thread(self._clear, address)

    def _at(self, address: str) -> OpenQuestion | None:
        with self._store.read() as uow:
            row = open_questions.at(uow, CHANNEL, address)
            return _front(row) if row is not None else None

    def _kept_already(self, deed: UserAction, front: OpenQuestion) -> Kept | None:
        """What is kept, where it is this and was kept a moment ago."""
        before = self._at(deed.address)
        if before is None or before.content != front.content or front.at - before.at >= FRESH:
            return None
        return Kept(before, front.look)

    def _keep(self, deed: UserAction, front: OpenQuestion, *, once: bool) -> Kept:
        if not once and (kept := self._kept_already(deed, front)) is not None:
            return kept
        with self._store.begin() as uow:
            # First of all: where another process keeps the same just now, this waits, and then reads what that kept.
            again = once and not inbox.first_time(uow, CHANNEL, deed.event_id, self._now())
            known = open_questions.at(uow, CHANNEL, deed.address)
            before = _front(known) if known is not None else None
            look = _look_again(front, before) if again else front.look
            open_questions.keep(uow, _row(deed.address, replace(front, look=look)))
            return Kept(before, look, again)

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


def _look_again(front: OpenQuestion, before: OpenQuestion | None) -> QuestionState:
    """How a question is looked at that was looked at like this before, and perhaps in other ways since."""
    if before is None or not before.is_about(front.draft_id, front.page, front.look.field):
        return PLAIN
    # What was found and offered is not kept, but is the same again where the same was looked for.
    return front.look if front.look.begun == before.look.begun else before.look


def _row(address: str, front: OpenQuestion) -> QuestionCursor:
    return QuestionCursor(
        channel=CHANNEL,
        address=address,
        draft_id=front.draft_id,
        page=front.page,
        field=front.look.field,
        message_ref=front.ref,
        begun=front.look.begun,
        below=front.below,
        updated_at=front.at,
    )


def _front(row: QuestionCursor) -> OpenQuestion:
    begun: dict[str, Any] = row.begun
    look = QuestionState(row.field, begun.get("ticks"), begun.get("words", ""), day=begun.get("day", ""))
    return OpenQuestion(row.draft_id, row.page, look, row.message_ref, row.below, row.updated_at)
