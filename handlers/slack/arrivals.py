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
from handlers.slack.member import is_person, is_served, profile
from handlers.slack.web import Web
from storage import inbox, people, profiles
from storage.conflicts import Conflict
from storage.profiles import Profile
from storage.unit_of_work import Store

log = logging.getLogger(__name__)

REMEMBERED = 50_000
"""As many people as are kept in mind, so that nobody is looked up at each press. Some 5 MB."""
TRUSTED = timedelta(minutes=10)
"""How long what was found out about somebody holds. Then the database is asked again, and of strangers Slack."""


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

    async def changed(self, event_id: str, user: Mapping[str, Any]) -> None:
        """Take in once what Slack says about somebody known; of strangers nothing is kept."""
        await asyncio.to_thread(self._refresh, event_id, str(user.get("id") or ""), user)

    async def _meet(self, user_id: str) -> None:
        if not await asyncio.to_thread(self._is_known, user_id):
            user = await self._looked_up(user_id)
            if is_served(user, self._served):
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
            profiles.set_reachable(uow, CHANNEL, user_id, self._now(), reachable=True)

    def _enter(self, user_id: str, found: Profile) -> None:
        try:
            self._enter_now(user_id, found)
        except Conflict:
            # Another process met this person at the same moment; now they are there.
            self._enter_now(user_id, found)

    def _enter_now(self, user_id: str, found: Profile) -> None:
        with self._store.begin() as uow:
            profiles.enter(uow, CHANNEL, user_id, found, self._now())

    def _refresh(self, event_id: str, user_id: str, user: Mapping[str, Any]) -> None:
        with self._store.begin() as uow:
            known = profiles.is_known(uow, CHANNEL, user_id)
            if not (known and inbox.first_time(uow, CHANNEL, event_id, self._now())):
                return
            profiles.set_reachable(uow, CHANNEL, user_id, self._now(), reachable=not user.get("deleted"))
            if is_person(user):
                profiles.refresh(uow, CHANNEL, user_id, profile(user), self._now())

    def _remember(self, user_id: str) -> None:
        self._met.pop(user_id, None)
        if len(self._met) >= REMEMBERED:
            del self._met[next(iter(self._met))]
        self._met[user_id] = self._now()
