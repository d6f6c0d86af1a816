"""The channels that the bot is in: it keeps which, what they are called, and who invited it."""

import asyncio
import logging
from collections.abc import Callable

from handlers.channel import NotEver
from handlers.slack.decode import CHANNEL
from handlers.slack.web import Web
from storage import people, rooms
from storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)


class Rooms:
    """Channels, by Slack's ids."""

    def __init__(self, web: Web, store: Store) -> None:
        self._web, self._store = web, store

    async def joined(self, channel: str, inviter: str) -> None:
        """The bot was invited to a channel. Raises NotNow where Slack does not give its name now."""
        try:
            answer = await self._web.ask(self._web.client.conversations_info, channel=channel)
        except NotEver as why:
            # Without its name nobody could choose it; who wants it there invites the bot once more.
            log.warning("The bot cannot read the name of its new channel: %s", why, extra={"action": "slack.room"})
            return
        name = str(answer["channel"].get("name") or channel)
        await self._write(lambda uow: rooms.joined(uow, CHANNEL, channel, name, _id_of(uow, inviter)))

    async def left(self, channel: str) -> None:
        """The bot is not in the channel any more, or the channel is closed."""
        await self._write(lambda uow: rooms.left(uow, CHANNEL, channel))

    async def renamed(self, channel: str, name: str) -> None:
        """The channel has another name."""
        await self._write(lambda uow: rooms.renamed(uow, CHANNEL, channel, name))

    async def _write(self, change: Callable[[UnitOfWork], None]) -> None:
        def do() -> None:
            with self._store.begin() as uow:
                change(uow)

        await asyncio.to_thread(do)


def _id_of(uow: UnitOfWork, user_id: str) -> int | None:
    person = people.at(uow, CHANNEL, user_id)
    return person.id if person else None
