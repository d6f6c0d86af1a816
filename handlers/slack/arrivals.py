"""Who comes in: read from Slack at first contact, and again when Slack says that a profile changed, once a day at most.

The workspace's members are never listed: there may be 150,000 of them.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from handlers.channel import NotEver
from handlers.slack.decode import CHANNEL
from handlers.slack.web import Web
from storage import people, profiles
from storage.conflicts import Conflict
from storage.profiles import Profile
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

REMEMBERED = 50_000
"""As many people as are kept in mind, so that nobody is looked up at each press. Some 5 MB."""
TRUSTED = timedelta(minutes=10)
"""How long what was found out about somebody holds. Then the database is asked again, and of strangers Slack."""
SLACKBOT = "USLACKBOT"
"""Slack's own voice, which its ``is_bot`` does not call a bot."""


class Arrivals:
    """Knows people by their Slack ids. ``served`` are ids of the workspaces and organisations whose people may come."""

    def __init__(self, web: Web, store: Store, now: Callable[[], datetime], served: frozenset[str]) -> None:
        self._web, self._store, self._now, self._served = web, store, now, served
        self._met: dict[str, datetime] = {}
        self._meeting: dict[str, asyncio.Task[None]] = {}

    async def meet(self, user_id: str) -> None:
        """See to it that the programme knows this person, where Slack says that there is such a person.

        Raises NotNow where Slack does not say it now.
        """
        known = self._met.get(user_id)
        if not user_id or (known is not None and self._now() - known < TRUSTED):
            return
        if user_id not in self._meeting:
            # Somebody's first two presses come together; Slack is asked once.
            meeting = self._meeting[user_id] = asyncio.create_task(self._meet(user_id))
            meeting.add_done_callback(lambda _done: self._meeting.pop(user_id))
        await asyncio.shield(self._meeting[user_id])

    async def changed(self, user: Mapping[str, Any]) -> None:
        """Take in what Slack says about somebody known; of strangers nothing is kept."""
        await asyncio.to_thread(self._refresh, str(user.get("id") or ""), user)

    async def _meet(self, user_id: str) -> None:
        if not await asyncio.to_thread(self._is_known, user_id):
            user = await self._looked_up(user_id)
            if self._welcome(user):
                await asyncio.to_thread(self._enter, user_id, profile(user))
            else:
                log.info("Somebody is not one of those served: %s", user_id, extra={"action": "slack.stranger"})
        self._remember(user_id)

    async def _looked_up(self, user_id: str) -> Mapping[str, Any]:
        """What Slack says about somebody; nothing where it says that there is no such person."""
        try:
            answer = await self._web.ask(self._web.client.users_info, urgent=True, user=user_id, include_locale=True)
        except NotEver:
            return {}
        user = answer.get("user")
        return user if isinstance(user, Mapping) else {}

    def _welcome(self, user: Mapping[str, Any]) -> bool:
        """Whether this is a person of those served: no bot, nobody who left, nobody from another company's workspace.

        In a channel shared with another company its people reach the bot as well: only their workspace tells.
        """
        return is_person(user) and bool(self._served & _homes(user))

    def _is_known(self, user_id: str) -> bool:
        """Whether the programme knows this person. Who acts can be reached, whatever was found before."""
        with self._store.read() as uow:
            person = people.at(uow, CHANNEL, user_id)
            if person is None:
                return False
            shut = any(not row.reachable for row in people.addresses(uow, person.id) if row.address == user_id)
        if shut:
            self._reach(user_id)
        return True

    def _reach(self, user_id: str) -> None:
        with self._store.begin() as uow:
            profiles.set_reachable(uow, CHANNEL, user_id, reachable=True)

    def _enter(self, user_id: str, found: Profile) -> None:
        try:
            self._enter_now(user_id, found)
        except Conflict:
            # Another process met this person at the same moment; now they are there.
            self._enter_now(user_id, found)

    def _enter_now(self, user_id: str, found: Profile) -> None:
        with self._store.begin() as uow:
            profiles.enter(uow, CHANNEL, user_id, found, self._now())

    def _refresh(self, user_id: str, user: Mapping[str, Any]) -> None:
        with self._store.begin() as uow:
            profiles.set_reachable(uow, CHANNEL, user_id, reachable=not user.get("deleted"))
            if is_person(user):
                profiles.refresh(uow, CHANNEL, user_id, profile(user), self._now())

    def _remember(self, user_id: str) -> None:
        self._met.pop(user_id, None)
        if len(self._met) >= REMEMBERED:
            del self._met[next(iter(self._met))]
        self._met[user_id] = self._now()


def is_person(user: Mapping[str, Any]) -> bool:
    """Whether this is somebody of flesh and blood who works there."""
    marks = ("is_bot", "deleted", "is_stranger", "is_workflow_bot")
    return bool(user.get("id")) and user.get("id") != SLACKBOT and not any(user.get(mark) for mark in marks)


def profile(user: Mapping[str, Any]) -> Profile:
    """What Slack's ``user`` object tells that the programme needs, and no more."""
    details = _part(user, "profile")
    name = details.get("real_name") or user.get("real_name") or user.get("name") or ""
    return Profile(
        name=_cleaned(str(name)) or str(user.get("id") or ""),
        email=str(details["email"]) if details.get("email") else None,
        language=_language(str(user.get("locale") or "")),
        zone=str(user["tz"]) if user.get("tz") else None,
        confirmed=bool(user.get("is_email_confirmed", True)),
    )


def _homes(user: Mapping[str, Any]) -> frozenset[str]:
    """The workspaces and the organisation that somebody is of."""
    grid = _part(user, "enterprise_user")
    teams = grid.get("teams")
    told = [user.get("team_id"), grid.get("enterprise_id"), *(teams if isinstance(teams, list) else ())]
    return frozenset(str(one) for one in told if one)


def _part(user: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = user.get(name)
    return part if isinstance(part, Mapping) else {}


def _cleaned(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable()).strip()


def _language(locale: str) -> str | None:
    """What somebody reads who set Slack so. Slack has no Dutch, so its English says nothing: the programme's then."""
    spoken = locale.lower()[:2]
    return spoken if spoken == "nl" else None if spoken in ("", "en") else "en"
