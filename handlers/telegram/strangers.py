"""Whom the programme does not know: they come in with an invitation, or hear once how to be invited."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

from telegram import User

from flows import inviting, linking
from flows.actions import Action
from flows.desk import Desk
from flows.texts import LANGUAGES
from flows.view import View
from handlers import commands
from handlers.inbound import Came
from handlers.router import Router
from handlers.telegram.decode import CHANNEL, Deed, Words
from handlers.telegram.turns import Turns
from storage import inbox
from storage.profiles import Profile

REMEMBERED = 10_000
"""So many hear it once. Of those before them nothing is kept, so they would hear it again."""

Desks = Callable[[], AbstractContextManager[Desk]]


class Strangers:
    """``desks`` gives a unit of work with everything around it. Who was told is kept in memory only."""

    def __init__(self, desks: Desks, router: Router, turns: Turns) -> None:
        self._desks, self._router, self._turns = desks, router, turns
        self._told: dict[int, None] = {}

    async def enter(self, deed: Deed, user: User, token: str) -> None:
        """Somebody opened a link that carries this, whether they are known or not."""
        view = await self._router.handle(Came(deed.event_id, deed.sender, token, _profile(user)))
        if view is not None:
            await self._turns.tell(deed, view)

    async def greet(self, deed: Deed, user: User) -> None:
        """Somebody who is not known did something. With the code of somebody who is, they come in as that person."""
        code = _code(deed)
        if code:
            await self.enter(deed, user, f"{linking.PREFIX}{code}")
            return
        if user.is_bot or user.id in self._told:
            return
        if len(self._told) >= REMEMBERED:
            self._told.clear()
        self._told[user.id] = None
        view = await asyncio.to_thread(self._met, deed, user)
        if view is not None:
            await self._turns.tell(deed, view)

    def _met(self, deed: Deed, user: User) -> View | None:
        with self._desks() as desk:
            if not inbox.first_time(desk.uow, CHANNEL, deed.event_id, desk.now):
                return None
            return inviting.stranger(desk, CHANNEL, _language(user))


def _code(deed: Deed) -> str:
    """The code that another channel showed, where it is what was typed."""
    meant = commands.said(deed.text) if isinstance(deed, Words) else None
    action = Action.unpack(meant) if meant else None
    return action.arg if action is not None and action.verb == "link.take" else ""


def _profile(user: User) -> Profile:
    return Profile(name=user.full_name, language=_language(user))


def _language(user: User) -> str | None:
    """The language of the person's app, where the bot speaks it."""
    code = (user.language_code or "").partition("-")[0]
    return code if code in LANGUAGES else None
