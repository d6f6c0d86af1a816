"""The bot's side of Telegram, in front of the stand-in: a channel whose waits are skipped and counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from telegram import Bot

from flows.engine.language.texts import Texts
from handlers.telegram.sending.api import ApiClient
from handlers.telegram.sending.channel import TelegramChannel
from handlers.telegram.sending.rate_limits import RateLimiter
from tests.telegram.group import Group
from tests.telegram.person import TelegramPerson
from tests.telegram.screen import Message, seen
from tests.telegram.stand_in import TelegramStandIn

TEXTS = Texts("nl", ZoneInfo("Europe/Amsterdam"))
T = TEXTS.into("nl")
CALL_SECONDS = 60.0
"""How long an answer is waited for: longer than any takes, where a machine is busy."""
SILENCE_SECONDS = 0.5
"""The same, where the test is about an answer that never comes."""


class Desk:
    """A channel to Telegram. Its pace and the stand-in share a clock, which a wait moves on at once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.far = TelegramStandIn(clock=lambda: 1_772_000_000.0 + self.seconds, seconds=lambda: self.seconds)
        self.pace = RateLimiter(lambda: self.seconds, self._wait)

    async def open(self, bot: Bot) -> None:
        """Use this client of the library."""
        self.web = ApiClient(bot, self.pace, call_seconds=CALL_SECONDS)
        self.channel = TelegramChannel(self.web, TEXTS)

    def awaits_silence(self) -> None:
        """From now on give up early on answers that do not come."""
        self.web._call_seconds = SILENCE_SECONDS

    async def _wait(self, seconds: float) -> None:
        self.seconds += seconds

    def messages(self, place: TelegramPerson | Group) -> list[Message]:
        """The bot's messages in a chat, the oldest first."""
        posts = self.far.world.chats[place.id].posts.values()
        return [seen(post, self.far.world.files) for post in posts if post.sender.is_bot]

    def texts(self, place: TelegramPerson | Group) -> list[str]:
        """What they say."""
        return [message.text for message in self.messages(place) if message.document is None]

    def files(self, place: TelegramPerson | Group) -> list[str]:
        """The names of the files among them."""
        return [message.document.name for message in self.messages(place) if message.document is not None]

    def named(self, method: str) -> int:
        """How often a method was called."""
        return len(self.far.calls.of(method))


@asynccontextmanager
async def opened() -> AsyncIterator[Desk]:
    """A desk with connections that are closed in the end."""
    desk = Desk()
    async with desk.far as far, Bot(far.token, base_url=far.base_url, base_file_url=far.base_file_url) as bot:
        far.calls.forget()
        await desk.open(bot)
        yield desk
