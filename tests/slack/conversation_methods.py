"""conversations.* and users.conversations: which channels there are, and what was said in them."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.slack.channel import Channel
from tests.slack.method import Method, channel_for, need
from tests.slack.refusal import Refused
from tests.slack.workspace import BOT_USER, Workspace

Json = dict[str, Any]

TIER_2, TIER_3 = 20, 50
_PAGE = {"cursor": "string", "limit": "integer"}
_SPAN = {"oldest": "string", "latest": "string", "inclusive": "boolean", "include_all_metadata": "boolean"}


def open_(workspace: Workspace, args: Json) -> Json:
    """The app's direct message with somebody."""
    if "channel" in args:
        return {"ok": True, "channel": {"id": workspace.channel(args["channel"]).id}}
    if "users" not in args:
        raise Refused("users_list_not_supplied")
    if "," in args["users"]:
        raise Refused("method_not_supported_for_channel_type")
    member = workspace.member(args["users"])
    if member.is_bot:
        raise Refused("cannot_dm_bot")
    if member.deleted:
        raise Refused("user_disabled")
    channel = workspace.im(member.id)
    whole = channel.as_json(BOT_USER) if args.get("return_im") else {"id": channel.id}
    return {"ok": True, "channel": whole}


def info(workspace: Workspace, args: Json) -> Json:
    """One channel."""
    channel = channel_for(workspace, args["channel"], "read")
    return {"ok": True, "channel": _without(channel, () if args.get("include_num_members") else ("num_members",))}


def _without(channel: Channel, names: tuple[str, ...]) -> Json:
    return {name: value for name, value in channel.as_json(BOT_USER).items() if name not in names}


def history(workspace: Workspace, args: Json) -> Json:
    """Messages of a channel the bot is in, newest first."""
    channel = channel_for(workspace, args["channel"], "history")
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    posts = channel.between(args.get("oldest", ""), args.get("latest", ""), inclusive=args.get("inclusive", False))
    shown = [post.as_json(all_metadata=args.get("include_all_metadata", False)) for post in posts]
    return _page("messages", shown, args, 100) | {"pin_count": 0}


def replies(workspace: Workspace, args: Json) -> Json:
    """A message and what was said under it, oldest first."""
    channel = channel_for(workspace, args["channel"], "history")
    if BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    if channel.find(args["ts"]) is None:
        raise Refused("thread_not_found")
    thread = [post for post in channel.posts if args["ts"] in (post.ts, post.thread_ts)]
    shown = [post.as_json(all_metadata=args.get("include_all_metadata", False)) for post in thread]
    return _page("messages", shown, args, 1000)


def list_(workspace: Workspace, args: Json) -> Json:
    """Every channel the bot may know of."""
    return _listed(workspace, args, lambda channel: not channel.private or BOT_USER in channel.members, ())


def of_user(workspace: Workspace, args: Json) -> Json:
    """The channels somebody is in: the bot itself, unless another is named."""
    user = args.get("user", BOT_USER)
    workspace.member(user)
    # Slack leaves out here what it says in conversations.list.
    kept_back = ("is_member", "num_members")
    mine = {user, BOT_USER}
    return _listed(workspace, args, lambda one: mine <= one.members or _public(one, user), kept_back)


def _public(channel: Channel, user: str) -> bool:
    return channel.kind == "public_channel" and user in channel.members


def _listed(workspace: Workspace, args: Json, visible: Callable[[Channel], bool], but: tuple[str, ...]) -> Json:
    kinds = args.get("types", "public_channel").split(",")
    for kind in kinds:
        need(workspace, (_SCOPE[kind],) if kind in _SCOPE else _unknown(kind))
    channels = [one for one in workspace.channels.values() if one.kind in kinds and visible(one)]
    if args.get("exclude_archived"):
        channels = [one for one in channels if not one.archived]
    return _page("channels", [_without(one, but) for one in channels], args, 100)


def _unknown(kind: str) -> tuple[str, ...]:
    raise Refused("invalid_types", response_metadata={"messages": [f"[ERROR] unknown type {kind}"]})


_SCOPE = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def _page(name: str, things: Iterable[Json], args: Json, usual: int) -> Json:
    """One page of a list, and the cursor to the next (here simply its index)."""
    limit, cursor, whole = args.get("limit", usual), args.get("cursor") or "0", list(things)
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    if not cursor.isdecimal():
        raise Refused("invalid_cursor")
    end = int(cursor) + limit
    more = end < len(whole)
    following = {"next_cursor": str(end) if more else ""}
    return {"ok": True, name: whole[int(cursor) : end], "has_more": more, "response_metadata": following}


_LIST = {**_PAGE, "types": "string", "exclude_archived": "boolean"}
METHODS = {
    "conversations.open": Method(
        open_,
        {"channel": "string", "users": "string", "return_im": "boolean"},
        ("channels:manage", "groups:write", "im:write", "mpim:write"),
        TIER_3,
    ),
    "conversations.info": Method(
        info,
        {"channel": "string!", "include_locale": "boolean", "include_num_members": "boolean"},
        tier=TIER_3,
    ),
    "conversations.history": Method(history, {"channel": "string!", **_PAGE, **_SPAN}, tier=TIER_3),
    "conversations.replies": Method(replies, {"channel": "string!", "ts": "string!", **_PAGE, **_SPAN}, tier=TIER_3),
    "conversations.list": Method(list_, _LIST, tier=TIER_2),
    "users.conversations": Method(of_user, {**_LIST, "user": "string"}, tier=TIER_3),
}
