"""Who comes in: read from Slack at first contact, and again when Slack says that a profile changed, once a day at most.

The workspace's members are never listed: there may be 150,000 of them.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from handlers.slack.decode import CHANNEL
from handlers.slack.web import Web
from storage import people, profiles
from storage.profiles import Profile
from storage.unit_of_work import Store

REMEMBERED = 50_000
"""As many known people as are kept in mind, so that nobody is looked up at each press. Some 5 MB."""


class Arrivals:
    """Knows people by their Slack ids."""

    def __init__(self, web: Web, store: Store, now: Callable[[], datetime]) -> None:
        self._web, self._store, self._now = web, store, now
        self._met: dict[str, None] = {}

    async def meet(self, user_id: str) -> None:
        """See to it that the programme knows this person, where Slack says that there is such a person."""
        if user_id in self._met:
            return
        if not await asyncio.to_thread(self._known, user_id):
            answer = await self._web.ask(self._web.client.users_info, urgent=True, user=user_id, include_locale=True)
            user: Mapping[str, Any] = answer["user"]
            if not welcome(user):
                return
            await asyncio.to_thread(self._enter, user_id, profile(user))
        self._remember(user_id)

    async def changed(self, user: Mapping[str, Any]) -> None:
        """Take in what Slack says about somebody known; of strangers nothing is kept."""
        await asyncio.to_thread(self._refresh, str(user.get("id") or ""), user)

    def _known(self, user_id: str) -> bool:
        with self._store.read() as uow:
            return people.at(uow, CHANNEL, user_id) is not None

    def _enter(self, user_id: str, found: Profile) -> None:
        with self._store.begin() as uow:
            profiles.enter(uow, CHANNEL, user_id, found, self._now())

    def _refresh(self, user_id: str, user: Mapping[str, Any]) -> None:
        with self._store.begin() as uow:
            profiles.set_reachable(uow, CHANNEL, user_id, reachable=not user.get("deleted"))
            if welcome(user):
                profiles.refresh(uow, CHANNEL, user_id, profile(user), self._now())

    def _remember(self, user_id: str) -> None:
        if len(self._met) >= REMEMBERED:
            del self._met[next(iter(self._met))]
        self._met[user_id] = None


def welcome(user: Mapping[str, Any]) -> bool:
    """Whether this is a person of the workspace: no bot, nobody who left, nobody from another company's workspace."""
    return not any(user.get(mark) for mark in ("is_bot", "deleted", "is_stranger", "is_workflow_bot"))


def profile(user: Mapping[str, Any]) -> Profile:
    """What Slack's ``user`` object tells that the programme needs, and no more."""
    told = user.get("profile")
    details: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    name = details.get("real_name") or user.get("real_name") or user.get("name") or ""
    return Profile(
        name=_cleaned(str(name)) or str(user.get("id") or ""),
        email=str(details["email"]) if details.get("email") else None,
        language=_language(str(user.get("locale") or "")),
        zone=str(user["tz"]) if user.get("tz") else None,
    )


def _cleaned(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable()).strip()


def _language(locale: str) -> str | None:
    """What somebody reads who set Slack so. Slack has no Dutch, so its English says nothing: the programme's then."""
    spoken = locale.lower()[:2]
    return spoken if spoken == "nl" else None if spoken in ("", "en") else "en"
