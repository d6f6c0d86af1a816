"""Who comes in, and who is served: read from Slack at first contact, and again when what was read is too old.

The workspace's members are never listed: there may be 150,000 of them. Slack tells when somebody becomes a guest or
leaves, but not while the bot is down, and of several processes to one. So what it said holds for a while only.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.slack.events.decode import CHANNEL
from handlers.slack.interactions.accounts import Kind, Served, Standing
from handlers.slack.sending.api import ApiClient
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import inbox
from storage.people import memberships, people, profiles
from storage.people.profiles import Profile

log = logging.getLogger(__name__)

REMEMBERED = 50_000
"""How many people are remembered, so that nobody is looked up at each press. Some 10 MB."""
TRUSTED = timedelta(minutes=1)
"""How long this process goes by what it found out about somebody. Then the database is asked again, or Slack."""
TRUSTED_GUEST = timedelta(minutes=10)
"""The same of guests and external people who are served: nothing is in the database of what Slack said about them."""
ACTING, WRITTEN_TO = timedelta(days=1), timedelta(days=7)
"""How long it holds that Slack called somebody a full member: for what they do, and for letters to them.

Letters go out many at a time, and Slack answers a hundred questions a minute. It is not kept of anybody else: a
setting that is changed counts from the start of the bot on, and whoever becomes a full member is one at once.
"""

MEMBER, NOBODY = Standing(Kind.MEMBER, served=True), Standing(Kind.NOBODY, served=False)


class Arrivals:
    """Knows people by their Slack ids. ``wake`` is called when somebody who is served no longer left something due."""

    def __init__(
        self, web: ApiClient, store: Store, now: Callable[[], datetime], served: Served, wake: Callable[[], None]
    ) -> None:
        self._web, self._store, self._now, self._served, self._wake = web, store, now, served, wake
        self._met: dict[str, tuple[Standing, datetime]] = {}
        self._meeting: dict[tuple[str, bool], asyncio.Task[Standing]] = {}

    async def meet(self, user_id: str) -> Standing:
        """How somebody stands who does something. The programme knows everybody who is served from now on.

        Raises RetryLater where Slack does not say now who this is.
        """
        return self._remembered(user_id) or await self._found_out(user_id, urgent=True)

    async def meet_anew(self, user_id: str) -> Standing:
        """Like ``meet``, of somebody whom the programme turned out not to know: nothing is gone by that was found."""
        self._met.pop(user_id, None)
        return await self.meet(user_id)

    async def may_get_letters(self, user_id: str) -> bool:
        """Whether letters may go to somebody. Raises RetryLater where Slack does not say now who this is."""
        standing = self._remembered(user_id)
        if standing is None and await asyncio.to_thread(self._is_confirmed, user_id, WRITTEN_TO):
            return True
        return (standing or await self._found_out(user_id, urgent=False)).served

    async def changed(self, event_id: str, user: Mapping[str, Any]) -> None:
        """Take in once what Slack says about somebody known; of strangers nothing is kept."""
        user_id = str(user.get("id") or "")
        await asyncio.to_thread(self._refresh, event_id, user_id, user)
        self._met.pop(user_id, None)

    def note(self, user: Mapping[str, Any]) -> None:
        """Go by what Slack just said about somebody."""
        self._remember(str(user["id"]), self._served.standing_of(user))

    def note_external(self, user_id: str) -> None:
        """Go by it that this person does something from a workspace that is not served."""
        self._remember(user_id, Standing(Kind.EXTERNAL, served=False))

    async def _found_out(self, user_id: str, *, urgent: bool) -> Standing:
        one = user_id, urgent
        if one not in self._meeting:
            # Somebody's first two presses come together; Slack is asked once.
            meeting = self._meeting[one] = asyncio.create_task(self._find_out(user_id, urgent=urgent))
            meeting.add_done_callback(lambda _done: self._meeting.pop(one))
        return await asyncio.shield(self._meeting[one])

    async def _find_out(self, user_id: str, *, urgent: bool) -> Standing:
        if not user_id:
            return NOBODY
        if await asyncio.to_thread(self._is_confirmed, user_id, ACTING):
            standing = MEMBER
        else:
            user = await self._looked_up(user_id, urgent=urgent)
            standing = await asyncio.to_thread(self._take_in, user_id, user)
        self._remember(user_id, standing)
        return standing

    async def _looked_up(self, user_id: str, *, urgent: bool) -> Mapping[str, Any]:
        """What Slack says about somebody; nothing where it says that there is no such person."""
        try:
            answer = await self._web.ask(self._web.client.users_info, urgent=urgent, user=user_id, include_locale=True)
        except NeverDeliverable as never:
            if never.unreachable:
                return {}
            # Slack said nothing about this person, so what they may do stays as it is.
            raise RetryLater(str(never)) from never
        user = answer.get("user")
        return user if isinstance(user, Mapping) else {}

    def _is_confirmed(self, user_id: str, span: timedelta) -> bool:
        """Whether Slack called somebody known a full member within this span."""
        with self._store.read() as uow:
            at = memberships.confirmed_at(uow, CHANNEL, user_id)
        return at is not None and self._now() - at < span

    def _take_in(self, user_id: str, user: Mapping[str, Any]) -> Standing:
        """Keep what Slack says about somebody who is served, or that somebody known is not; gives how they stand."""
        standing = self._served.standing_of(user)
        if standing.served:
            self._again(lambda uow: self._enter(uow, user_id, standing.kind, self._served.profile_of(user)))
            return standing
        log.info("Somebody is not one of those served: %s", user_id, extra={"action": "slack.stranger"})
        return self._shut_out(user_id, standing)

    def _enter(self, uow: UnitOfWork, user_id: str, kind: Kind, found: Profile) -> None:
        profiles.enter(uow, CHANNEL, user_id, found, self._now())
        profiles.set_reachable(uow, CHANNEL, user_id, self._now(), reachable=True)
        self._keep_kind(uow, user_id, kind)

    def _shut_out(self, user_id: str, standing: Standing) -> Standing:
        """Send nothing to this person any more, where they are known; gives how they stand, with their language."""
        with self._store.read() as uow:
            if not profiles.is_known(uow, CHANNEL, user_id):
                return standing
            person = people.at(uow, CHANNEL, user_id)
            language = person.language if person else None
        self._again(lambda uow: self._close(uow, user_id, standing.kind))
        return Standing(standing.kind, served=False, language=language or standing.language)

    def _close(self, uow: UnitOfWork, user_id: str, kind: Kind) -> None:
        profiles.set_reachable(uow, CHANNEL, user_id, self._now(), reachable=False)
        self._keep_kind(uow, user_id, kind)

    def _keep_kind(self, uow: UnitOfWork, user_id: str, kind: Kind) -> None:
        memberships.set_confirmed_at(uow, CHANNEL, user_id, self._now() if kind is Kind.MEMBER else None)

    def _again(self, change: Callable[[UnitOfWork], None]) -> None:
        """Make a change, once more where another process made the same one at the same moment."""
        try:
            self._make(change)
        except Conflict:
            self._make(change)

    def _make(self, change: Callable[[UnitOfWork], None]) -> None:
        with self._store.begin() as uow:
            change(uow)
        if uow.to_do:
            self._wake()

    def _refresh(self, event_id: str, user_id: str, user: Mapping[str, Any]) -> None:
        with self._store.read() as uow:
            if not profiles.is_known(uow, CHANNEL, user_id):
                return
        self._make(lambda uow: self._refresh_known(uow, event_id, user_id, user))

    def _refresh_known(self, uow: UnitOfWork, event_id: str, user_id: str, user: Mapping[str, Any]) -> None:
        if not inbox.first_time(uow, CHANNEL, event_id, self._now()):
            return
        standing = self._served.standing_of(user)
        profiles.set_reachable(uow, CHANNEL, user_id, self._now(), reachable=standing.served)
        if standing.served:
            profiles.refresh(uow, CHANNEL, user_id, self._served.profile_of(user), self._now())
        if standing.kind is not Kind.MEMBER:
            # An event may come late, so it never confirms anything: whoever became a member is looked up.
            memberships.set_confirmed_at(uow, CHANNEL, user_id, None)

    def _remembered(self, user_id: str) -> Standing | None:
        standing, since = self._met.get(user_id, (NOBODY, datetime.min.replace(tzinfo=UTC)))
        other = standing.served and standing.kind is not Kind.MEMBER
        return standing if self._now() - since < (TRUSTED_GUEST if other else TRUSTED) else None

    def _remember(self, user_id: str, standing: Standing) -> None:
        self._met.pop(user_id, None)
        if len(self._met) >= REMEMBERED:
            del self._met[next(iter(self._met))]
        self._met[user_id] = (standing, self._now())
