"""Channels and direct messages, and what was posted in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Post:
    """One message. ``to`` is the only person who sees it, for an ephemeral one."""

    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    edited: str | None = None
    files: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    app_id: str | None = None
    team: str = ""
    to: str | None = None
    state: dict[tuple[str, str], Json] = field(default_factory=dict)

    def as_json(self, *, all_metadata: bool = True) -> Json:
        """The message as Slack gives it; of the metadata only the kind of event, unless all of it is asked for."""
        message: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": self.team}
        if self.bot_id:
            message |= {"bot_id": self.bot_id, "app_id": self.app_id}
        if self.edited:
            message["edited"] = {"user": self.user, "ts": self.edited}
        if self.metadata:
            message["metadata"] = self.metadata if all_metadata else {"event_type": self.metadata["event_type"]}
        optional = {"blocks": self.blocks, "thread_ts": self.thread_ts, "files": self.files}
        return message | {name: value for name, value in optional.items() if value}


@dataclass
class Channel:
    """A place to talk. ``im`` is the person on the other side, when it is the app's direct message with someone."""

    id: str
    name: str = ""
    private: bool = False
    im: str | None = None
    members: set[str] = field(default_factory=set)
    archived: bool = False
    posts: list[Post] = field(default_factory=list)
    ephemerals: list[Post] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The word that scopes and types of conversations use: ``public_channel``, ``private_channel`` or ``im``."""
        if self.im:
            return "im"
        return "private_channel" if self.private else "public_channel"

    @property
    def scope(self) -> str:
        """What the scopes for this kind of channel begin with."""
        return {"im": "im", "private_channel": "groups", "public_channel": "channels"}[self.kind]

    def find(self, ts: str) -> Post | None:
        """The message of that moment, if it is still there."""
        return next((post for post in self.posts if post.ts == ts), None)

    def between(self, oldest: str, latest: str, *, inclusive: bool) -> Iterator[Post]:
        """Messages of the channel itself (no replies in threads), newest first."""
        low, high = float(oldest or 0), float(latest) if latest else float("inf")
        for post in reversed(self.posts):
            moment = float(post.ts)
            inside = low <= moment <= high if inclusive else low < moment < high
            if inside and post.thread_ts in (None, post.ts):
                yield post

    @property
    def spoken(self) -> str:
        """What interactions and commands call it: they do not give away the name of a private channel."""
        return {"im": "directmessage", "private_channel": "privategroup"}.get(self.kind, self.name)

    def as_json(self, bot: str) -> Json:
        """The conversation object, as the bot may see it."""
        shared: Json = {"id": self.id, "created": 1_700_000_000, "is_archived": self.archived, "is_im": bool(self.im)}
        if self.im:
            return shared | {"user": self.im, "is_org_shared": False}
        return shared | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": False,
            "is_mpim": False,
            "is_private": self.private,
            "is_member": bot in self.members,
            "num_members": len(self.members),
        }
