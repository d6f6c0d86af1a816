"""Interactions and commands, as the app gets them."""

from typing import Any

from tests.slack.channel import Channel, Post
from tests.slack.member import Member
from tests.slack.stored import state_json
from tests.slack.view import View
from tests.slack.workspace import APP, Workspace

Json = dict[str, Any]


def about(workspace: Workspace, member: Member) -> Json:
    """What every interaction says: who, of which workspace, to which app."""
    enterprise = {"id": workspace.enterprise, "name": "Rijk"} if workspace.enterprise else None
    return {
        "user": {"id": member.id, "username": member.name, "name": member.name, "team_id": member.team},
        "api_app_id": APP,
        "token": "verification",
        "team": {"id": workspace.team, "domain": workspace.domain},
        "enterprise": enterprise,
        "is_enterprise_install": False,
    }


def in_view(workspace: Workspace, view: View) -> Json:
    """Where something was done, when that was in a modal or home tab."""
    return {"container": {"type": "view", "view_id": view.id}, "view": workspace.views.as_json(view)}


def in_message(channel: Channel, post: Post, shown: Json, response_url: str) -> Json:
    """Where something was done, when that was in a message. An ephemeral one is not sent along."""
    container = {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": channel.id,
        "is_ephemeral": post.to is not None,
    }
    place = {"id": channel.id, "name": channel.spoken}
    more = {} if post.to else {"message": shown}
    state = {"state": state_json(post.state)}
    return {"container": container, "channel": place, **more, **state, "response_url": response_url}


def block_actions(who: Json, place: Json, action: Json, trigger: str) -> Json:
    """Somebody pressed or chose something."""
    return {"type": "block_actions", **who, **place, "trigger_id": trigger, "actions": [action]}


def block_suggestion(who: Json, place: Json, block: str, action: str, typed: str) -> Json:
    """Somebody types in a menu that the app fills."""
    kept = {name: value for name, value in place.items() if name not in {"state", "response_url"}}
    return {"type": "block_suggestion", **who, **kept, "block_id": block, "action_id": action, "value": typed}


def view_submission(workspace: Workspace, who: Json, view: View, trigger: str) -> Json:
    """Somebody pressed a modal's submit button."""
    shown = workspace.views.as_json(view)
    return {"type": "view_submission", **who, "trigger_id": trigger, "view": shown, "response_urls": []}


def view_closed(workspace: Workspace, who: Json, view: View, *, cleared: bool) -> Json:
    """Somebody closed a modal; ``cleared`` when all of the stack went."""
    return {"type": "view_closed", **who, "view": workspace.views.as_json(view), "is_cleared": cleared}


def shortcut(who: Json, callback: str, trigger: str, ts: str) -> Json:
    """Somebody chose a global shortcut."""
    return {"type": "shortcut", **who, "callback_id": callback, "trigger_id": trigger, "action_ts": ts}


def message_action(who: Json, callback: str, trigger: str, ts: str, place: Json) -> Json:
    """Somebody chose a message shortcut."""
    kept = {name: place[name] for name in ("channel", "message", "response_url")}
    moment = {"message_ts": place["message"]["ts"], "action_ts": ts}
    return {"type": "message_action", **who, "callback_id": callback, "trigger_id": trigger, **moment, **kept}


def command(
    workspace: Workspace, member: Member, channel: Channel, words: tuple[str, str], hooks: tuple[str, str]
) -> Json:
    """Somebody typed a slash command. ``words``: the command and what follows; ``hooks``: trigger id, response url."""
    grid = {"enterprise_id": workspace.enterprise, "enterprise_name": "Rijk"} if workspace.enterprise else {}
    return {
        "token": "verification",
        "team_id": workspace.team,
        "team_domain": workspace.domain,
        **grid,
        "channel_id": channel.id,
        "channel_name": channel.spoken,
        "user_id": member.id,
        "user_name": member.name,
        "command": words[0],
        "text": words[1],
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": hooks[1],
        "trigger_id": hooks[0],
    }
