"""Whom the bot serves: the workspaces that are set, and in them their own people. Anybody else gets one polite line."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from flows.texts import Texts
from handlers.slack.decode import Payload, user_of
from handlers.slack.failures import TROUBLES

log = logging.getLogger(__name__)

STRANGERS_REMEMBERED = 1_000
"""So many get their line once. Beyond that the first ones might get it again."""


class Gate:
    """``served`` are ids of workspaces and Enterprise Grid organisations. ``limited`` hears that Slack held events."""

    def __init__(self, served: frozenset[str], texts: Texts, limited: Callable[[], Awaitable[None]]) -> None:
        self._served, self._texts, self._limited = served, texts, limited
        self._told: dict[str, None] = {}

    async def guard(
        self,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  # Bolt hands it in by this name
    ) -> BoltResponse:
        """Bolt's middleware: on to the listeners, or no further."""
        body: Payload = req.body
        if body.get("type") == "app_rate_limited":
            await self._limited()
            return BoltResponse(status=200)
        if self.serves(body):
            return await next()
        log.info("Somebody from elsewhere was turned away", extra={"action": "slack.stranger"})
        await self._decline(body)
        return BoltResponse(status=200)

    def serves(self, body: Payload) -> bool:
        """Whether this comes from a workspace that is served, and from one of its own people."""
        installed, visitors = _installed(body), _team_of_person(body)
        return bool(self._served & installed) and (not visitors or bool(self._served & (visitors | _grid(body))))

    async def _decline(self, body: Payload) -> None:
        url, who = str(body.get("response_url") or ""), user_of(body)
        if not url or who in self._told:
            return
        if len(self._told) >= STRANGERS_REMEMBERED:
            self._told.clear()
        self._told[who] = None
        try:
            line = self._texts.into(None)("slack.not_served")
            await AsyncWebhookClient(url).send(text=line, response_type="ephemeral", replace_original=False)
        except TROUBLES:
            log.info("Somebody from elsewhere could not be told", extra={"action": "slack.stranger"})


def _installed(body: Payload) -> frozenset[str]:
    teams = [body.get("team_id"), _id(body.get("team")), body.get("enterprise_id"), _id(body.get("enterprise"))]
    return frozenset(str(team) for team in teams if team)


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
