"""Windows (Slack calls them modals): opened while Slack lets them open, filled when there is something to show."""

import logging
from typing import Any

from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.slack.sending.api import ApiClient

log = logging.getLogger(__name__)


class Windows:
    """Every call says whether the person sees the window now; where not, they have to be told another way.

    A trigger opens a window for three seconds, once (docs.slack.dev, "Opening modals"). And a window may have been
    closed before there is something to put in it.
    """

    def __init__(self, web: ApiClient) -> None:
        self._web = web

    async def open(self, trigger: str, payload: dict[str, Any]) -> str | None:
        """Open a window; gives its id, or None where Slack does not let it open (any more)."""
        if not trigger:
            return None
        try:
            answer = await self._web.ask_at_once(self._web.client.views_open, trigger_id=trigger, view=payload)
        except (RetryLater, NeverDeliverable) as refused:
            _note(refused)
            return None
        view: dict[str, Any] = answer["view"]
        return str(view["id"])

    async def show(self, view_id: str, payload: dict[str, Any]) -> bool:
        """Show something else in a window."""
        try:
            await self._web.ask_at_once(self._web.client.views_update, view_id=view_id, view=payload)
        except (RetryLater, NeverDeliverable) as refused:
            _note(refused)
            return False
        return True


def _note(refused: Exception) -> None:
    log.warning("A window shows nothing: %s", refused, extra={"action": "slack.window"})
