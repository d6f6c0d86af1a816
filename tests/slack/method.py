"""One method of the Web API: what it takes, what it needs, how often it may be called, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.slack.channel import Channel
from tests.slack.refusal import Refused
from tests.slack.workspace import Workspace

Json = dict[str, Any]
Run = Callable[[Workspace, Json], Json]


@dataclass(frozen=True)
class Method:
    """``scopes``: the token must have one of these. ``tier``: calls a minute (Slack's page on rate limits), 0 for none.

    ``app_level`` methods take the app's token instead of the bot's.
    """

    run: Run
    takes: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    tier: int = 0
    app_level: bool = False

    def permitted(self, workspace: Workspace) -> None:
        """Refuse a token without any scope that would do."""
        need(workspace, self.scopes)


def need(workspace: Workspace, scopes: tuple[str, ...]) -> None:
    """Refuse a token that has none of these scopes, as Slack says it."""
    if scopes and not workspace.scopes.intersection(scopes):
        raise Refused("missing_scope", needed=",".join(scopes), provided=",".join(sorted(workspace.scopes)))


def channel_for(workspace: Workspace, name: str, right: str) -> Channel:
    """A channel for which the token has the right (``read`` or ``history``) of its kind."""
    channel = workspace.channel(name)
    need(workspace, (f"{channel.scope}:{right}",))
    return channel
