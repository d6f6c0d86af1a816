"""chat.*: posting, changing and deleting messages."""

from typing import Any

from tests.slack.channel import Channel, Post
from tests.slack.method import Method
from tests.slack.refusal import Refused
from tests.slack.stored import state_of, stored_blocks
from tests.slack.surfaces import check_message
from tests.slack.workspace import BOT_USER, Workspace

Json = dict[str, Any]

TIER_3, TIER_4 = 50, 100
_CONTENT = {
    "text": "string",
    "blocks": "object",
    "attachments": "object",
    "as_user": "boolean",
    "link_names": "boolean",
    "parse": "string",
    "markdown_text": "string",
}
_LOOKS = {"icon_emoji": "string", "icon_url": "string", "username": "string", "thread_ts": "string"}


def _content(args: Json) -> Json:
    blocks = stored_blocks(args.get("blocks") or [])
    return {"blocks": blocks, "state": state_of(blocks), "metadata": args.get("metadata") or None}


def post_message(workspace: Workspace, args: Json) -> Json:
    """Post in a channel, or to a person in the app's direct message with them."""
    channel = workspace.writable(args["channel"])
    check_message(args)
    thread = args.get("thread_ts")
    if thread and channel.find(thread) is None:
        raise Refused("thread_not_found")
    post = workspace.post(channel, BOT_USER, args.get("text", ""), thread_ts=thread, **_content(args))
    return {"ok": True, "channel": channel.id, "ts": post.ts, "message": post.as_json()}


def post_ephemeral(workspace: Workspace, args: Json) -> Json:
    """Show something to one person of a channel only. It has no place in the channel's history."""
    channel = workspace.writable(args["channel"])
    check_message(args)
    if args["user"] not in channel.members:
        raise Refused("user_not_in_channel")
    content = _content(args) | {"metadata": None}
    post = workspace.post(channel, BOT_USER, args.get("text", ""), to=args["user"], **content)
    return {"ok": True, "message_ts": post.ts}


def update(workspace: Workspace, args: Json) -> Json:
    """Change one of the app's own messages. What is not given (blocks, metadata) stays."""
    channel, post = _own(workspace, args, "cant_update_message")
    check_message({"text": args.get("text"), "blocks": args.get("blocks"), "metadata": args.get("metadata") or None})
    change(workspace, post, args)
    return {"ok": True, "channel": channel.id, "ts": post.ts, "text": post.text, "message": post.as_json()}


def change(workspace: Workspace, post: Post, args: Json) -> None:
    """Put other content in a message: only what is given."""
    post.text = args.get("text", post.text)
    if "blocks" in args:
        post.blocks = stored_blocks(args["blocks"])
        post.state = {key: post.state.get(key, value) for key, value in state_of(post.blocks).items()}
    if "metadata" in args:
        post.metadata = args["metadata"] or None
    post.edited = workspace.new_ts()


def delete(workspace: Workspace, args: Json) -> Json:
    """Take away one of the app's own messages."""
    channel, post = _own(workspace, args, "cant_delete_message")
    channel.posts.remove(post)
    return {"ok": True, "channel": channel.id, "ts": post.ts}


def get_permalink(workspace: Workspace, args: Json) -> Json:
    """A web address for a message."""
    channel = workspace.channel(args["channel"])
    post = _found(channel, args["message_ts"])
    link = f"https://{workspace.domain}.slack.com/archives/{channel.id}/p{post.ts.replace('.', '')}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def _own(workspace: Workspace, args: Json, refusal: str) -> tuple[Channel, Post]:
    channel = workspace.channel(args["channel"])
    post = _found(channel, args["ts"])
    if post.user != BOT_USER:
        raise Refused(refusal)
    return channel, post


def _found(channel: Channel, ts: str) -> Post:
    post = channel.find(ts)
    if post is None:
        raise Refused("message_not_found")
    return post


METHODS = {
    "chat.postMessage": Method(
        post_message,
        {
            "channel": "string!",
            **_CONTENT,
            **_LOOKS,
            "metadata": "object",
            "mrkdwn": "boolean",
            "reply_broadcast": "boolean",
            "unfurl_links": "boolean",
            "unfurl_media": "boolean",
        },
        ("chat:write",),
    ),
    "chat.postEphemeral": Method(
        post_ephemeral, {"channel": "string!", "user": "string!", **_CONTENT, **_LOOKS}, ("chat:write",), TIER_4
    ),
    "chat.update": Method(
        update,
        {
            "channel": "string!",
            "ts": "string!",
            **_CONTENT,
            "metadata": "object",
            "reply_broadcast": "boolean",
            "file_ids": "string",
        },
        ("chat:write",),
        TIER_3,
    ),
    "chat.delete": Method(
        delete, {"channel": "string!", "ts": "string!", "as_user": "boolean"}, ("chat:write",), TIER_3
    ),
    "chat.getPermalink": Method(get_permalink, {"channel": "string!", "message_ts": "string!"}),
}
