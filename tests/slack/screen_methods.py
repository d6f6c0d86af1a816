"""views.* and files.*: what the app shows in modals and home tabs, and the files it hands over."""

from typing import Any

from tests.slack.method import Method
from tests.slack.refusal import Refused, explained
from tests.slack.view import View
from tests.slack.workspace import BOT_USER, Workspace

Json = dict[str, Any]

TIER_4 = 100


def open_(workspace: Workspace, args: Json) -> Json:
    """A first modal for whoever just did something.

    One that is opened while another is being submitted gets an answer like any other, but desktop clients do not show
    it (bolt-js issue 1072); those are kept in ``views.unshown``.
    """
    trigger = workspace.triggers.use(args["trigger_id"])
    return _shown(workspace, workspace.views.open(trigger.user, args["view"], seen=not trigger.submitting))


def push(workspace: Workspace, args: Json) -> Json:
    """A modal on top of the one in which somebody just did something."""
    trigger = workspace.triggers.use(args["trigger_id"])
    below = workspace.views.find(trigger.view)
    if below.kind != "modal":
        raise explained("invalid_arguments", ["must match the `type` of the root view [json-pointer:/view/type]"])
    return _shown(workspace, workspace.views.push(trigger.user, args["view"]))


def update(workspace: Workspace, args: Json) -> Json:
    """Another content for a modal that is still open."""
    if ("view_id" in args) == ("external_id" in args):
        raise explained("invalid_arguments", ["Provide one of `view_id` and `external_id`"])
    view = workspace.views.find(args.get("view_id"), args.get("external_id"))
    return _shown(workspace, workspace.views.update(view, args["view"], args.get("hash")))


def publish(workspace: Workspace, args: Json) -> Json:
    """The home tab of one person."""
    member = workspace.member(args["user_id"])
    if not workspace.home_tab:
        raise Refused("not_enabled")
    if member.is_bot or member.deleted:
        raise Refused("user_not_found")
    return _shown(workspace, workspace.views.publish(member.id, args["view"], args.get("hash")))


def _shown(workspace: Workspace, view: View) -> Json:
    return {"ok": True, "view": workspace.views.as_json(view)}


def upload_url(workspace: Workspace, args: Json) -> Json:
    """Where to send a file."""
    if args["length"] <= 0:
        raise Refused("invalid_arguments")
    upload = workspace.uploads.expect(args["filename"], args["length"], args.get("alt_txt", ""))
    return {"ok": True, "upload_url": f"{workspace.address}/upload/{upload.id}", "file_id": upload.id}


def complete_upload(workspace: Workspace, args: Json) -> Json:
    """Share files that have arrived in a channel, as one message."""
    channel_id = args.get("channel_id") or args.get("channels")
    if channel_id is not None and (channel_id in workspace.members or "," in channel_id):
        raise Refused("invalid_channel")  # the stand-in knows sharing in one channel, by its id
    channel = workspace.writable(channel_id) if channel_id else None
    if channel is not None and BOT_USER not in channel.members:
        raise Refused("not_in_channel")
    if not all(isinstance(one, dict) and "id" in one for one in args["files"]):
        raise Refused("invalid_arguments")
    files = [workspace.uploads.complete(one["id"], one.get("title")).as_json() for one in args["files"]]
    if channel is not None:
        comment = args.get("initial_comment", "")
        workspace.post(channel, BOT_USER, comment, files=files, thread_ts=args.get("thread_ts"))
    return {"ok": True, "files": files}


_OPENING = {"trigger_id": "string!", "view": "object!"}
METHODS = {
    "views.open": Method(open_, _OPENING, tier=TIER_4),
    "views.push": Method(push, _OPENING, tier=TIER_4),
    "views.update": Method(
        update, {"view": "object!", "view_id": "string", "external_id": "string", "hash": "string"}, tier=TIER_4
    ),
    "views.publish": Method(publish, {"user_id": "string!", "view": "object!", "hash": "string"}, tier=TIER_4),
    "files.getUploadURLExternal": Method(
        upload_url,
        {"filename": "string!", "length": "integer!", "alt_txt": "string", "snippet_type": "string"},
        ("files:write",),
        TIER_4,
    ),
    "files.completeUploadExternal": Method(
        complete_upload,
        {
            "files": "object!",
            "channel_id": "string",
            "channels": "string",
            "initial_comment": "string",
            "thread_ts": "string",
        },
        ("files:write",),
        TIER_4,
    ),
}
