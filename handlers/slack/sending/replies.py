"""Answers outside of a window: in the place of the message they answer, below it, or whispered in a channel.

A press brings an address of its own to answer at, good for half an hour, which Slack counts under no method's limit. So
answers go there first, and take nothing of the pace that letters need.
"""

import asyncio
import logging
from typing import Any

from aiohttp import ClientSession
from slack_sdk.webhook.async_client import AsyncWebhookClient

from flows.engine.language.texts import Texts, Translator
from flows.engine.views.view import View
from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.slack.errors import TROUBLES
from handlers.slack.events.decode import Spot, Where
from handlers.slack.interactions.turned_away import TurnedAway
from handlers.slack.rendering.message import message
from handlers.slack.sending.channel import SlackChannel

log = logging.getLogger(__name__)

SECONDS = 5.0
"""How long Slack may take to accept an answer."""
UNSEEN = frozenset({Where.WHISPER, Where.COMMAND})
"""Where only the person sees the answer. Anywhere else it is in their direct messages, and stays."""
TURNED_AWAY_REMEMBERED = 2_000
"""So many ways in are known in which somebody who is not served read so. Beyond that the first may read it again."""
_DIRECT, _CHANNEL = "direct", "channel"


class Replies:
    """Answers people. One that does not arrive is logged: what it tells of is done, and stands in the home tab."""

    def __init__(self, channel: SlackChannel, session: ClientSession, texts: Texts) -> None:
        self._channel, self._session, self._texts = channel, session, texts
        self._turned_away: dict[tuple[str, str], None] = {}

    async def tell(self, user: str, view: View) -> None:
        """Send the person a direct message."""
        if self._was_read(user, view, _DIRECT):
            return
        try:
            await self._channel.post(user, view, self._words(view))
        except (RetryLater, NeverDeliverable) as why:
            _note(why)

    async def answer(self, user: str, spot: Spot, view: View) -> None:
        """Answer where the person pressed: in place of an earlier answer, below a letter, which stays as it is."""
        if self._was_read(user, view, spot.where):
            return
        # A file can only go with a message of the usual kind.
        if spot.response_url and view.file is None and await self._responded(spot, view):
            return
        if not (spot.where is Where.ANSWER and spot.is_private and await self._took_place(spot, view)):
            await self.tell(user, view)

    async def whisper(self, channel: str, user: str, view: View) -> None:
        """Answer in a channel, to this person only; in private where the bot cannot speak there."""
        if self._was_read(user, view, _CHANNEL):
            return
        try:
            await self._channel.whisper(channel, user, view, self._words(view))
        except (RetryLater, NeverDeliverable):
            await self.tell(user, view)

    async def _responded(self, spot: Spot, view: View) -> bool:
        made = message(view, Where.ANSWER.value, self._words(view))
        # Below a letter in a room, where others read along, the answer is to this person only.
        unseen = spot.where in UNSEEN or not spot.is_private
        return await self._sent(
            spot.response_url,
            text=made.text,
            blocks=made.blocks,
            response_type="ephemeral" if unseen else "in_channel",
            replace_original=spot.where is Where.WHISPER or (spot.where is Where.ANSWER and spot.is_private),
        )

    async def _sent(self, response_url: str, **said: Any) -> bool:
        client = AsyncWebhookClient(response_url, session=self._session, retry_handlers=[])
        try:
            async with asyncio.timeout(SECONDS):
                answer = await client.send(**said)
        except TROUBLES as why:
            _note(why)
            return False
        return bool(answer.status_code == 200)

    async def _took_place(self, spot: Spot, view: View) -> bool:
        try:
            await self._channel.edit(spot.ref, view, self._words(view))
        except (RetryLater, NeverDeliverable):
            return False
        return True

    def _words(self, view: View) -> Translator:
        return self._texts.into(view.language)

    def _was_read(self, user: str, view: View, way: str) -> bool:
        """Whether this says that somebody is not served, and they read it in this way in before."""
        if not isinstance(view, TurnedAway):
            return False
        if (user, way) in self._turned_away:
            return True
        if len(self._turned_away) >= TURNED_AWAY_REMEMBERED:
            self._turned_away.clear()
        self._turned_away[user, way] = None
        return False


def _note(why: Exception) -> None:
    log.warning("An answer did not arrive: %s", type(why).__name__, extra={"action": "slack.answer_lost"})
