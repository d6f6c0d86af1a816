"""How Slack is reached and how it reaches us, and the sentence for when it does not."""

from dataclasses import dataclass
from typing import Literal, Self

from slack_sdk.errors import SlackApiError

from flows.engine.policy import Rules
from handlers.outbound import channel


@dataclass(frozen=True)
class Access:
    """How Slack is reached, and how it reaches us. ``team_ids`` empty: the workspace that the token is of.

    ``also_serve`` are words of ``handlers.slack.interactions.accounts``. Somebody who is not served may
    write to ``programme_email``.
    """

    bot_token: str
    app_token: str
    signing_secret: str
    team_ids: frozenset[str]
    api_url: str
    over: Literal["socket", "http"]
    host: str
    port: int
    command: str
    also_serve: frozenset[str] = frozenset()
    programme_email: str = Rules.programme_email


class StartRefused(channel.StartRefused):
    """The bot cannot begin in Slack with these settings; the message says why in one sentence."""

    @classmethod
    def because(cls, trouble: Exception, token: str) -> Self:
        """The error for a failed call to Slack. ``token`` is the name of the setting whose token it was made with."""
        if not isinstance(trouble, SlackApiError):
            return cls(f"Slack cannot be reached ({type(trouble).__name__}); is SLACK_API_URL right, and the network?")
        told = getattr(trouble.response, "data", None)
        if not isinstance(told, dict):
            return cls("What answers at SLACK_API_URL is not Slack; is the address right, and the network?")
        return cls(f"Slack refuses {token} ({told.get('error')}); dialoogreeks check says what to do.")
