"""The workspace: its people, its channels, what is open on whose screen, and what the app's token may do."""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from tests.slack.channel import Channel, Post
from tests.slack.member import Member
from tests.slack.refusal import Refused
from tests.slack.trigger import Triggers
from tests.slack.uploads import Uploads
from tests.slack.view import Views

Json = dict[str, Any]

APP, BOT, BOT_USER = "A0GREEKS001", "B0GREEKS001", "U0GREEKSBOT"
SCOPES = (
    "app_mentions:read channels:history channels:read chat:write commands files:read files:write groups:history "
    "groups:read im:history im:read im:write mpim:history mpim:read team:read users:read users:read.email"
)
"""What the token may do unless a test says otherwise: everything but joining and writing to channels uninvited."""


class Workspace:
    """One team in which the app is installed. ``clock`` gives unix seconds."""

    def __init__(
        self,
        clock: Callable[[], float],
        team: str = "T0GREEKS001",
        enterprise: str | None = None,
        scopes: str = SCOPES,
    ) -> None:
        self.clock = clock
        self.team, self.enterprise = team, enterprise
        self.domain = "dialoog"
        self.address = ""  # where the server is reached, once it is
        self.scopes = set(scopes.split())
        self.bot_token, self.app_token = f"xoxb-{team}-bot", f"xapp-1-{APP}-{team}"
        self.token_fault: str | None = None
        self.messages_tab = self.home_tab = True
        self.members: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self._ims: dict[str, Channel] = {}
        self.triggers = Triggers(clock)
        self.views = Views(team, APP, BOT, enterprise)
        self.uploads = Uploads()
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._add(Member(BOT_USER, "dialoog", "Dialoog", team, is_bot=True))

    def hire(self, real_name: str, **about: Any) -> Member:
        """A new person of the workspace."""
        name = real_name.lower().replace(" ", ".")
        named = {"id": f"U0{next(self._numbers):07d}", "name": name, "real_name": real_name}
        usual = {"team": self.team, "email": f"{name}@example.org", "enterprise": self.enterprise}
        return self._add(Member(**{**named, **usual, **about}))

    def start_channel(self, name: str, members: Iterable[str] = (), *, private: bool = False) -> Channel:
        """A new channel with these people in it."""
        channel = Channel(f"C0{next(self._numbers):07d}", name, private, members=set(members))
        self.channels[channel.id] = channel
        return channel

    def im(self, user: str) -> Channel:
        """The app's direct message with someone; opened if there was none."""
        if user not in self._ims:
            channel = Channel(f"D0{next(self._numbers):07d}", im=user, members={user, BOT_USER})
            self._ims[user] = self.channels[channel.id] = channel
        return self._ims[user]

    def member(self, user: str) -> Member:
        """Someone by id; refuses an id that nobody has."""
        if user not in self.members:
            raise Refused("user_not_found")
        return self.members[user]

    def channel(self, name: str) -> Channel:
        """A channel by id; a private one only if the bot is in it."""
        channel = self.channels.get(name)
        if channel is None or (channel.private and BOT_USER not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def writable(self, name: str) -> Channel:
        """Where a message goes that is sent to a channel's id, its ``#name`` or a person's id."""
        if name in self.members:
            return self._writable_im(name)
        channel = self._named(name) or self.channel(name)
        if channel.im:
            return self._writable_im(channel.im)
        if channel.archived:
            raise Refused("is_archived")
        if BOT_USER not in channel.members and "chat:write.public" not in self.scopes:
            raise Refused("not_in_channel")
        return channel

    def _named(self, name: str) -> Channel | None:
        if name in self.channels:
            return None
        return next((one for one in self.channels.values() if one.name and name in (one.name, f"#{one.name}")), None)

    def _writable_im(self, user: str) -> Channel:
        member = self.members[user]
        if member.is_bot:
            raise Refused("cannot_dm_bot")
        if member.deleted:
            raise Refused("channel_not_found")
        if not self.messages_tab:
            raise Refused("messages_tab_disabled")
        return self.im(user)

    def post(self, channel: Channel, user: str, text: str, **more: Any) -> Post:
        """Put a message in a channel, by anybody, with a moment of its own."""
        app: Json = {"bot_id": BOT, "app_id": APP} if user == BOT_USER else {}
        post = Post(self.new_ts(), user, text, team=self.team, **app, **more)
        (channel.ephemerals if post.to else channel.posts).append(post)
        return post

    def new_ts(self) -> str:
        """A moment that no other message has: seconds and six digits, always later than the last."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def _add(self, member: Member) -> Member:
        self.members[member.id] = member
        return member
