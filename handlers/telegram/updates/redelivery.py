"""Sees to it that who did something is answered, also where the process died after the effect and before the answer.

Telegram brings such an update again. Its effect is not had twice, and what there was to say about it is gone, so it is
answered with how things stand. Behind a webhook another process may just be answering it: that is noted in the
database, and waited for.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from flows.engine.views.action import Action
from flows.engine.views.view import View
from handlers.inbound import typed_commands
from handlers.inbound.events import Event, Pressed, TextMessage
from handlers.inbound.results import Answered, NothingToSay, Redraw, Repeat
from handlers.inbound.router import Router
from handlers.inbound.status_action import status_action
from handlers.telegram.updates.decode import CHANNEL
from storage.database.unit_of_work import Store
from storage.delivery import inbox

PATIENCE = timedelta(seconds=5)
"""How long after its effect an update may be about to be answered by another process. Most are within a moment."""
GLANCE = 0.1
"""Seconds between two looks whether it was."""
REMEMBERED = 10_000
"""So many answers of this process are remembered."""


class Redelivery:
    """Takes events to the router. ``alone``: no other process answers people, as when updates are fetched.

    Who is not alone notes each answer in the database, for the others: that is written of a look as well.
    """

    def __init__(self, router: Router, store: Store, now: Callable[[], datetime], *, alone: bool) -> None:
        self._router, self._store, self._now, self._alone = router, store, now, alone
        self._due: set[str] = set()
        self._told: dict[str, None] = {}

    async def answer(self, event: Event) -> View | None:
        """The answer to an event; how things stand, where that was lost; None where somebody was answered before.

        Call ``told`` when it was said.
        """
        view = None if event.event_id in self._told else await self._answer(event)
        if view is not None:
            self._due.add(event.event_id)
        return view

    def meant(self, event: Event) -> str:
        """The button that does the same; for free words, and for who came in, the menu."""
        match event:
            case Pressed():
                return event.action
            case TextMessage():
                return typed_commands.said(self._router.capabilities, event.text) or Action("menu").pack()
            case _:
                return Action("menu").pack()

    async def _answer(self, event: Event) -> View | None:
        match await self._router.handle(event):
            case Answered(view):
                return view
            case Repeat():
                return None if await self._was_told(event.event_id) else await self._status(event)
            case Redraw() | NothingToSay():
                # A chat is not drawn anew by itself.
                return await self._status(event)
            case never:
                assert_never(never)

    async def _status(self, event: Event) -> View:
        return await self._router.look(event.sender, status_action(self._router.capabilities, self.meant(event)))

    async def told(self, event_id: str) -> None:
        """What ``answer`` gave was said, or will never be."""
        if event_id not in self._due:
            return
        if not self._alone:
            await asyncio.to_thread(self._note, event_id)
        self._due.discard(event_id)
        if len(self._told) >= REMEMBERED:
            del self._told[next(iter(self._told))]
        self._told[event_id] = None

    async def _was_told(self, event_id: str) -> bool:
        give_up = time.monotonic() + PATIENCE.total_seconds()
        while not self._alone:
            told, since = await asyncio.to_thread(self._look, event_id)
            if told or since >= PATIENCE or time.monotonic() >= give_up:
                return told
            await asyncio.sleep(GLANCE)
        return False

    def _look(self, event_id: str) -> tuple[bool, timedelta]:
        """Whether it was answered, and how long ago its effect was."""
        with self._store.read() as uow:
            seen = inbox.seen_at(uow, CHANNEL, event_id)
            told = inbox.seen_at(uow, CHANNEL, _mark(event_id)) is not None
            return told, self._now() - seen if seen else timedelta.max

    def _note(self, event_id: str) -> None:
        with self._store.begin() as uow:
            inbox.first_time(uow, CHANNEL, _mark(event_id), self._now())


def _mark(event_id: str) -> str:
    return f"{event_id}:told"
