"""Which of Slack's payloads come in: those of the workspaces that are served, and what people of elsewhere do there.

What others do is taken in to be answered with one polite sentence, and for nothing else (see ``Interactions``).
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest

from handlers.slack.events.decode import Payload, part, user_of
from handlers.slack.interactions.accounts import Kind, Served
from handlers.slack.interactions.member_directory import Arrivals

log = logging.getLogger(__name__)

ANSWERED = frozenset({"message", "app_mention", "app_home_opened"})
"""The events by which a person turns to the bot."""


class Gate:
    """Stands before all listeners. ``limited`` hears that Slack held events, ``arrivals`` who is from elsewhere."""

    def __init__(self, served: Served, arrivals: Arrivals, limited: Callable[[], Awaitable[None]]) -> None:
        self._served, self._arrivals, self._limited = served, arrivals, limited

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
        return await next() if self._is_ours(body) or self._is_to_be_answered(body) else BoltResponse(status=200)

    def _is_ours(self, body: Payload) -> bool:
        """Whether this comes from a workspace that is served, and from one of its own people."""
        installed, visitors, homes = _installed(body), _team_of_person(body), self._served.homes
        return bool(homes & installed) and (not visitors or bool(homes & (visitors | _grid(body))))

    def _is_to_be_answered(self, body: Payload) -> bool:
        """Whether somebody of elsewhere turns to the bot. Where such people are served, Slack is asked who it is."""
        who = user_of(body)
        if not who or ("event" in body and part(body, "event").get("type") not in ANSWERED):
            return False
        if not self._served.includes(Kind.EXTERNAL):
            log.info("Somebody from elsewhere is turned away: %s", who, extra={"action": "slack.stranger"})
            self._arrivals.note_external(who)
        return True


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
