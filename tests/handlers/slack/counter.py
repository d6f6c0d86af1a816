"""The bot's side of Slack, in front of the stand-in: a channel whose waits are skipped and counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from flows.engine.language.texts import Texts
from handlers.slack.interactions.accounts import Served
from handlers.slack.sending.api import ApiClient, web_client
from handlers.slack.sending.channel import SlackChannel
from handlers.slack.sending.rate_limits import RateLimiter
from tests.slack.channel import Post
from tests.slack.member import Member
from tests.slack.stand_in import SlackStandIn

TEXTS = Texts("nl", ZoneInfo("Europe/Amsterdam"))
T = TEXTS.into("nl")
CALL_SECONDS = 60.0
"""How long an answer is waited for: longer than any takes, where a machine is busy."""
SILENCE_SECONDS = 1.0
"""The same, where the test is about an answer that never comes."""


class Counter:
    """A channel to a workspace. Its pace has a clock of its own, which a wait moves on at once."""

    def __init__(self, slack: SlackStandIn, session: ClientSession) -> None:
        self.slack = slack
        self.seconds = 0.0
        self.pace = RateLimiter(lambda: self.seconds, self._wait)
        self.web = ApiClient(web_client(slack.bot_token, slack.api_url, session), self.pace, call_seconds=CALL_SECONDS)
        self.channel = SlackChannel(self.web, TEXTS)
        self.channel.serve(Served(frozenset({slack.workspace.team})))

    def awaits_silence(self) -> None:
        """From now on give up early on answers that do not come."""
        self.web._call_seconds = SILENCE_SECONDS

    async def _wait(self, seconds: float) -> None:
        self.seconds += seconds

    def posts(self, person: Member) -> list[Post]:
        """The bot's messages in its conversation with somebody, the oldest first, replies included."""
        return self.slack.workspace.im(person.id).posts

    def texts(self, person: Member) -> list[str]:
        """Their words."""
        return [post.text for post in self.posts(person) if not post.files]

    def files(self, person: Member) -> list[tuple[str, str | None]]:
        """The files below messages: their name and the message they stand below."""
        return [(file["name"], post.thread_ts) for post in self.posts(person) for file in post.files]

    def named(self, method: str) -> int:
        """How often a method was called."""
        return len(self.slack.calls.of(method))


@asynccontextmanager
async def opened(slack: SlackStandIn) -> AsyncIterator[Counter]:
    """A counter at this workspace, with connections that are closed in the end."""
    async with ClientSession() as session:
        yield Counter(slack, session)
