"""Events of the Events API, as the app gets them; only those that its scopes let it hear."""

import time
import uuid
from typing import Any

from tests.slack.channel import Channel, Post
from tests.slack.member import Member
from tests.slack.workspace import APP, BOT_USER, Workspace

Json = dict[str, Any]

_SCOPES = {
    "app_mention": {"app_mentions:read"},
    "user_change": {"users:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
}


def audible(workspace: Workspace, event: Json) -> bool:
    """Whether the app's token lets it hear of this."""
    needed = _SCOPES.get(event["type"], set())
    if event["type"] == "message":
        needed = {f"{ {'im': 'im', 'group': 'groups'}.get(event['channel_type'], 'channels') }:history"}
    return not needed or bool(needed & workspace.scopes)


def wrapped(workspace: Workspace, event: Json) -> Json:
    """The event with everything around it. Its ``event_id`` is the same in every try."""
    rights = {
        "enterprise_id": workspace.enterprise,
        "team_id": workspace.team,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "verification",
        "team_id": workspace.team,
        "enterprise_id": workspace.enterprise,
        "context_team_id": workspace.team,
        "context_enterprise_id": workspace.enterprise,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}",
        "event_time": int(workspace.clock()),
        "authorizations": [rights],
        "is_ext_shared_channel": False,
        "event_context": f"4-{uuid.uuid4().hex}",
    }


def message(workspace: Workspace, channel: Channel, post: Post) -> Json:
    """Somebody said something, where the app can hear it."""
    kinds = {"im": "im", "private_channel": "group", "public_channel": "channel"}
    about = {"channel": channel.id, "event_ts": post.ts, "channel_type": kinds[channel.kind]}
    own = {} if post.bot_id else {"client_msg_id": str(uuid.uuid4())}
    return {**post.as_json(), **_from_elsewhere(workspace, post), **own, **about}


def changed(workspace: Workspace, channel: Channel, post: Post) -> Json:
    """A message is another one now. Slack sends this for the app's own changes too."""
    about = {"channel": channel.id, "channel_type": "im" if channel.im else "channel", "hidden": True}
    ts = workspace.new_ts()
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": post.as_json(),
        **about,
        "ts": ts,
        "event_ts": ts,
    }


def mention(workspace: Workspace, channel: Channel, post: Post) -> Json:
    """Somebody called the app by its name."""
    about = {"type": "app_mention", "channel": channel.id, "event_ts": post.ts}
    return {**post.as_json(), **_from_elsewhere(workspace, post), **about}


def _from_elsewhere(workspace: Workspace, post: Post) -> Json:
    """In a channel that is shared with another workspace, Slack says of which one whoever wrote is."""
    author = workspace.members.get(post.user)
    if author is None or author.team == workspace.team:
        return {}
    return {"team": author.team, "user_team": author.team, "source_team": author.team}


def home_opened(workspace: Workspace, user: str, tab: str = "home") -> Json:
    """Somebody looks at the app's home tab (or its messages)."""
    event = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.im(user).id,
        "tab": tab,
        "event_ts": workspace.new_ts(),
    }
    view = workspace.views.homes.get(user)
    return event | ({"view": workspace.views.as_json(view)} if view and tab == "home" else {})


def joined(workspace: Workspace, channel: Channel, user: str, inviter: str) -> Json:
    """Somebody, or the bot itself, is in a channel from now on."""
    return {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": workspace.team,
        "inviter": inviter,
        "event_ts": workspace.new_ts(),
    }


def user_change(workspace: Workspace, member: Member) -> Json:
    """A profile is not what it was."""
    about = {"cache_ts": int(time.time()), "event_ts": workspace.new_ts()}
    readable = "users:read.email" in workspace.scopes
    return {"type": "user_change", "user": member.as_json(with_email=readable), **about}
