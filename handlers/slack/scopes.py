"""What the bot asks a workspace's leave for, and why. Each of these is needed by a feature.

docs/slack.md tells the same to who approves the app, the manifest asks for it, and ``check`` looks whether it was
given. What a scope opens is from Slack's reference of methods and events.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

BOT_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "app_mentions:read": "to answer who mentions the bot in a channel, to that person only",
        "channels:read": "to know in which public channels the bot is, what they are called, and when it is removed",
        "chat:write": "to send messages to people and to the channels that the bot was invited to",
        "commands": "for the slash command and the two shortcuts",
        "files:write": "to send the calendar file of a session",
        "groups:read": "the same as channels:read, for the private channels that the bot was invited to",
        "im:history": "to hear what people write to the bot itself, and to look whether a message of its own arrived",
        "im:write": "to find the direct message with somebody in which to look for such a message",
        "users:read": "to read name, language and time zone of the people that the bot has to do with",
        "users:read.email": "to know by their e-mail address which people of the imported programme they are",
    }
)
"""Each scope of the bot token, with its reason as it goes after "needed"."""

APP_SCOPES: Mapping[str, str] = MappingProxyType(
    {"connections:write": "to open the Socket Mode connection over which Slack reaches the bot"}
)
"""The same for the app-level token, which Socket Mode has and HTTP has not."""

EVENT_SCOPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "app_home_opened": frozenset(),
        "app_mention": frozenset({"app_mentions:read"}),
        "app_uninstalled": frozenset(),
        "channel_archive": frozenset({"channels:read"}),
        "channel_left": frozenset({"channels:read"}),
        "channel_rename": frozenset({"channels:read"}),
        "group_archive": frozenset({"groups:read"}),
        "group_left": frozenset({"groups:read"}),
        "group_rename": frozenset({"groups:read"}),
        "member_joined_channel": frozenset({"channels:read", "groups:read"}),
        "message.im": frozenset({"im:history"}),
        "tokens_revoked": frozenset(),
        "user_change": frozenset({"users:read"}),
    }
)
"""The events that the bot listens to, with the scopes without which Slack keeps them to itself."""


def lacking(granted: Iterable[str]) -> tuple[str, ...]:
    """The scopes that the bot needs and that ``granted`` does not hold."""
    there = frozenset(granted)
    return tuple(scope for scope in BOT_SCOPES if scope not in there)
