"""The channels that the bot is in: it keeps which, what they are called, and who invited it.

Slack brings an event again, to any process, and perhaps after a later one. So each has its effect once.
"""

import logging

from handlers.outbound.channel import NeverDeliverable
from handlers.slack.events.decode import CHANNEL
from handlers.slack.events.once import Once
from handlers.slack.rendering.text import storable
from handlers.slack.sending.api import ApiClient
from storage.database.unit_of_work import UnitOfWork
from storage.people import people, team_channels

log = logging.getLogger(__name__)


class Rooms:
    """Channels, by Slack's ids. What is told under an ``event_id`` that was told before changes nothing."""

    def __init__(self, web: ApiClient, once: Once) -> None:
        self._web, self._once = web, once

    async def joined(self, event_id: str, channel: str, inviter: str) -> None:
        """Remember a channel that the bot was invited to. Raises RetryLater where Slack does not give its name now."""
        try:
            answer = await self._web.ask(self._web.client.conversations_info, channel=channel)
        except NeverDeliverable as why:
            # Without its name nobody could choose it; who wants it there invites the bot once more.
            log.warning("The bot cannot read the name of its new channel: %s", why, extra={"action": "slack.room"})
            return
        name = _called(str(answer["channel"].get("name") or channel))
        await self._once.do(
            event_id, lambda uow: team_channels.joined(uow, CHANNEL, channel, name, _id_of(uow, inviter))
        )

    async def left(self, event_id: str, channel: str) -> None:
        """Remember that the bot is not in the channel any more, or that it is closed."""
        await self._once.do(event_id, lambda uow: team_channels.left(uow, CHANNEL, channel))

    async def renamed(self, event_id: str, channel: str, name: str) -> None:
        """Remember the channel's new name."""
        await self._once.do(event_id, lambda uow: team_channels.renamed(uow, CHANNEL, channel, _called(name)))


def _called(name: str) -> str:
    """The name as people write it in Slack."""
    return f"#{storable(name)}"


def _id_of(uow: UnitOfWork, user_id: str) -> int | None:
    person = people.acting(uow, CHANNEL, user_id)
    return person.id if person else None
