"""Whom the bot serves: the workspaces that are set, and in them their own people. Anybody else gets one polite line."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest

from flows.texts import Texts
from flows.view import View
from handlers.slack import decode
from handlers.slack.decode import Payload, part, user_of
from handlers.slack.once import Once
from handlers.slack.replies import Replies

log = logging.getLogger(__name__)

STRANGERS_REMEMBERED = 1_000
"""So many get their line once. Beyond that the first ones might get it again."""


class Gate:
    """``served`` are ids of workspaces and Enterprise Grid organisations. ``limited`` hears that Slack held events."""

    def __init__(
        self,
        served: frozenset[str],
        texts: Texts,
        limited: Callable[[], Awaitable[None]],
        replies: Replies,
        once: Once,
    ) -> None:
        self._served, self._texts, self._limited, self._replies, self._once = served, texts, limited, replies, once
        self._told: dict[str, None] = {}

    async def guard(
        self,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  # Bolt hands it in by this name
    ) -> BoltResponse:
        """Bolt's middleware: on to the listeners, or no further."""
        body: Payload = req.body
        if "app_rate_limited" in (body.get("type"), part(body, "event").get("type")):
            await self._limited()
            return BoltResponse(status=200)
        if self.serves(body):
            return await next()
        log.info("Somebody from elsewhere was turned away: %s", user_of(body), extra={"action": "slack.stranger"})
        await self._decline(body)
        return BoltResponse(status=200)

    def serves(self, body: Payload) -> bool:
        """Whether this comes from a workspace that is served, and from one of its own people."""
        installed, visitors = _installed(body), _team_of_person(body)
        return bool(self._served & installed) and (not visitors or bool(self._served & (visitors | _grid(body))))

    async def _decline(self, body: Payload) -> None:
        """Say once what is the matter, where that is possible: below a press or a command, or beside a mention."""
        url, who, event = str(body.get("response_url") or ""), user_of(body), part(body, "event")
        mentioned = event.get("type") == "app_mention" and not event.get("bot_id") and bool(who)
        if not (url or mentioned) or who in self._told:
            return
        if len(self._told) >= STRANGERS_REMEMBERED:
            self._told.clear()
        self._told[who] = None
        # The number of the event is all that is kept, so that another process is not the second to say so.
        if not await self._once.do(decode.event_id(body) if event else decode.once(body)):
            return
        t = self._texts.into(None)
        if url:
            await self._replies.line(url, t("slack.not_served"))
        else:
            await self._replies.whisper(str(event.get("channel") or ""), who, View(t("slack.not_served")))


def _installed(body: Payload) -> frozenset[str]:
    """The workspaces, or the organisation, in which the app is installed that this was brought to.

    What happens in a channel shared with others may name their workspace first; ours is among the ``authorizations``.
    """
    ours = [one.get(name) for one in body.get("authorizations") or () for name in ("team_id", "enterprise_id")]
    teams = [body.get("team_id"), _id(body.get("team")), body.get("enterprise_id"), _id(body.get("enterprise"))]
    seen = [body.get("context_team_id"), part(body, "view").get("app_installed_team_id")]
    return frozenset(str(team) for team in (*teams, *ours, *seen) if team)


def _grid(body: Payload) -> frozenset[str]:
    whole = [body.get("enterprise_id"), _id(body.get("enterprise"))]
    return frozenset(str(one) for one in whole if one)


def _team_of_person(body: Payload) -> frozenset[str]:
    """The workspace of whoever did it, where Slack tells: in a shared channel it may be another company's."""
    user, event = body.get("user"), body.get("event")
    told: list[Any] = [user.get("team_id") if isinstance(user, dict) else None]
    if isinstance(event, dict):
        told += [event.get("user_team")]
    return frozenset(str(team) for team in told if team)


def _id(part: object) -> object:
    return part.get("id") if isinstance(part, dict) else None
