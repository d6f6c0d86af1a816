"""Whom the programme does not know: they come in with an invitation, or hear once how to be invited."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

from telegram import User

from flows.access import arrivals, linking, welcome
from flows.engine.capability import Registry
from flows.engine.context import Context
from flows.engine.language.texts import LANGUAGES
from flows.engine.views.action import Action
from flows.engine.views.refusals import UnknownButton
from flows.engine.views.view import View
from handlers.inbound import typed_commands
from handlers.inbound.events import EnteredByLink
from handlers.telegram.interactions.interactions import Interactions
from handlers.telegram.rendering.answer_messages import read
from handlers.telegram.updates.decode import CHANNEL, Press, UserAction, Words
from handlers.telegram.updates.redelivery import Redelivery
from storage.delivery import inbox
from storage.people.profiles import Profile

REMEMBERED = 10_000
"""How many strangers are remembered, who hear it once. Earlier ones are forgotten, and would hear it again."""
OTHER = "invite.other"
"""The button of who is not whom a link is for."""
NOT_ME = "link.not"
"""The button of who is not whose code they brought."""
NOTHING: frozenset[str] = frozenset()

Contexts = Callable[[], AbstractContextManager[Context]]


class Strangers:
    """``contexts`` and ``looking`` give a unit of work that may write, and one that reads, with everything around it.

    Who was told is kept in memory only.
    """

    def __init__(self, contexts: Contexts, looking: Contexts, retelling: Redelivery, turns: Interactions) -> None:
        self._contexts, self._looking, self._retelling, self._turns = contexts, looking, retelling, turns
        self._told: dict[int, frozenset[str]] = {}

    async def enter(self, deed: UserAction, user: User, token: str, *, sure: bool = False) -> None:
        """Answer somebody who opened a link with this token, known or not; ``sure`` to be whom it is for."""
        if await asyncio.to_thread(self._is_void, deed, token):
            await self._say_once(deed, user, arrivals.VOID)
            return
        view = await self._retelling.answer(EnteredByLink(deed.event_id, deed.sender, token, _profile(user), sure))
        if view is not None:
            await self._turns.tell(deed, view)

    async def greet(self, deed: UserAction, user: User) -> None:
        """Answer somebody unknown. With the code of somebody who is known they come in as that person."""
        code = _code(self._turns.capabilities, deed)
        if code:
            await self.enter(deed, user, f"{linking.PREFIX}{code}")
            return
        said = _answered(deed)
        if said is not None and said.verb == "invite.me":
            await self.enter(deed, user, said.arg, sure=True)
            return
        if said is not None and said.verb == "link.sure":
            await self.enter(deed, user, f"{linking.PREFIX}{said.arg}", sure=True)
            return
        if said is not None and said.verb in (OTHER, NOT_ME):
            await self._say(deed, user, said.verb)
            return
        await self._say_once(deed, user, arrivals.HOW)

    async def _say_once(self, deed: UserAction, user: User, key: str) -> None:
        """Who heard how to be invited still hears that a link lets nobody in; after that, nothing more."""
        told = self._told.get(user.id, NOTHING)
        if not user.is_bot and key not in told and not (told and key == arrivals.HOW):
            await self._say(deed, user, key)

    async def _say(self, deed: UserAction, user: User, key: str) -> None:
        told = self._told.get(user.id, NOTHING)
        view = await asyncio.to_thread(self._met, deed, user, key, first=not told)
        if view is None:
            return
        # Only now: who could not be counted is met anew when they come again.
        if len(self._told) >= REMEMBERED:
            self._told.clear()
        self._told[user.id] = told | {key}
        await self._turns.tell(deed, view)

    def _met(self, deed: UserAction, user: User, key: str, *, first: bool) -> View | None:
        with self._contexts() as context:
            if not inbox.first_time(context.uow, CHANNEL, deed.event_id, context.now):
                return None
            if key == OTHER:
                return welcome.not_you(context.texts.into(_language(user)))
            if key == NOT_ME:
                return linking.stay_out(context.texts.into(_language(user)))
            return arrivals.stranger(context, CHANNEL, _language(user), key, first=first)

    def _is_void(self, deed: UserAction, token: str) -> bool:
        with self._looking() as context:
            return arrivals.lets_nobody_in(context, CHANNEL, deed.address, token)


def _code(capabilities: Registry, deed: UserAction) -> str:
    """The code that another channel showed, where it is what was typed."""
    meant = typed_commands.said(capabilities, deed.text) if isinstance(deed, Words) else None
    action = Action.unpack(meant) if meant else None
    return action.arg if action is not None and action.verb == "link.take" else ""


def _answered(deed: UserAction) -> Action | None:
    """The button with which somebody said whether they are whom a link is for; worth nothing by itself."""
    if not isinstance(deed, Press):
        return None
    with suppress(UnknownButton):
        return Action.unpack(read(deed.data)[0])
    return None


def _profile(user: User) -> Profile:
    return Profile(name=user.full_name, language=_language(user))


def _language(user: User) -> str | None:
    """The language of the person's app, where the bot speaks it."""
    code = (user.language_code or "").partition("-")[0]
    return code if code in LANGUAGES else None
