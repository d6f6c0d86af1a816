"""Response URLs: for half an hour, five answers to one interaction or command."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.slack.blocks import Json
from tests.slack.channel import Channel, Post
from tests.slack.chat_methods import change
from tests.slack.refusal import Refused
from tests.slack.stored import state_of, stored_blocks
from tests.slack.surfaces import check_message
from tests.slack.workspace import BOT_USER, Workspace

LIVES, USES = 30 * 60.0, 5
"""Seconds, and answers (Slack's page on handling user interaction)."""


@dataclass
class Hook:
    """For whom and where an answer is, and to which message, if to one."""

    channel: Channel
    user: str
    post: Post | None
    born: float
    used: int = 0


class Hooks:
    """All response URLs that were given out."""

    def __init__(self, workspace: Workspace) -> None:
        self.posted: list[Json] = []
        self._workspace = workspace
        self._hooks: dict[str, Hook] = {}
        self._numbers = itertools.count(1)
        self.clock: Callable[[], float] = workspace.clock

    def issue(self, channel: Channel, user: str, post: Post | None = None) -> str:
        """A new address to answer to."""
        name = f"{next(self._numbers)}"
        self._hooks[name] = Hook(channel, user, post, self.clock())
        return f"{self._workspace.address}/actions/{self._workspace.team}/{name}"

    async def handle(self, request: web.Request) -> web.Response:
        """An answer, posted by the app."""
        try:
            hook = self._usable(request.match_info["name"])
            body = await request.json()
            self.posted.append(body)
            self.apply(hook, body)
        except Refused as refusal:
            return web.json_response(refusal.as_json(), status=404 if "url" in refusal.error else 400)
        return web.Response(text="ok")

    def _usable(self, name: str) -> Hook:
        hook = self._hooks.get(name)
        if hook is None or self.clock() - hook.born > LIVES:
            raise Refused("expired_url")
        if hook.used >= USES:
            raise Refused("used_url")
        hook.used += 1
        return hook

    def apply(self, hook: Hook, body: Any) -> None:
        """Do what an answer says: say something (to that person only, unless said otherwise), replace, delete."""
        check_answer(body)
        if body.get("delete_original"):
            self._remove(hook)
        elif body.get("replace_original") and hook.post is not None:
            change(self._workspace, hook.post, body)
        else:
            self._say(hook, body)

    def _remove(self, hook: Hook) -> None:
        for posts in (hook.channel.posts, hook.channel.ephemerals):
            if hook.post in posts:
                posts.remove(hook.post)

    def _say(self, hook: Hook, body: Json) -> None:
        blocks = stored_blocks(body.get("blocks") or [])
        to = None if body.get("response_type") == "in_channel" else hook.user
        more: Json = {"blocks": blocks, "state": state_of(blocks), "to": to, "thread_ts": body.get("thread_ts")}
        self._workspace.post(hook.channel, BOT_USER, body.get("text", ""), **more)

    def say_at_once(self, channel: Channel, user: str, body: Any) -> None:
        """What a command is answered with in the same breath."""
        self.apply(Hook(channel, user, None, self.clock()), body)


_KNOWN = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "unfurl_links",
    "unfurl_media",
    "metadata",
    "mrkdwn",
}


def check_answer(body: Any) -> None:
    """Refuse an answer that Slack would not show."""
    if not isinstance(body, dict) or body.keys() - _KNOWN:
        raise Refused("invalid_payload")
    kind, words = body.get("response_type", "ephemeral"), body.get("text", "")
    if kind not in ("ephemeral", "in_channel") or not isinstance(words, str):
        raise Refused("invalid_payload")
    if not body.get("delete_original"):
        check_message(body)
