"""Asking for a dialogue about a message: what of it goes along is the person's to say, before the form begins.

The place the message stands at goes along by itself; its text does only when the person ticks that. Both go into the
request's context, which nobody reads but the facilitator who accepts.

Slack hands the text over with the shortcut, asked or not, and never again: the bot may not read channels. So until it
is ticked it stays in the memory of the process that got it, for half an hour, and goes nowhere: not into the window, no
table, no log. The window carries its number alone. Where the answer comes to another process, or after a restart, the
text is gone. Then whoever ticked it is told so, and can paste it in the form.
"""

import asyncio
import json
from typing import Any

from flows.engine.language.texts import Translator
from handlers.inbound.events import FormOpened
from handlers.slack.events import decode
from handlers.slack.events.decode import Payload
from handlers.slack.rendering import limits
from handlers.slack.rendering.blocks import named, paragraphs, words
from handlers.slack.rendering.text import storable

ABOUT = "about"
"""The ``callback_id`` of this window."""

CONTEXT = 2_000
"""The most characters that a request's context holds."""

KEPT_SECONDS = 1_800.0
"""How long a text is kept for whoever is asked about it."""

MOST_KEPT = 1_000
"""Texts kept at a time, some 8 MB at most; beyond that the oldest go."""

_TEXT, _TICK = "text", "along"


class About:
    """The messages that people are being asked about. To be used in one event loop."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def window(self, body: Payload, t: Translator) -> dict[str, Any]:
        """The window that asks what goes along, for the payload of a shortcut on a message."""
        text = storable(str(decode.part(body, "message").get("text") or ""))
        number = self._keep(body, text) if text else ""
        carried = {
            "place": t("about.place", place=_permalink(body)),
            "number": number,
            "gone": t("about.gone", field=t("request.field.context")),
        }
        return {
            "type": "modal",
            "callback_id": ABOUT,
            "title": words(t("about.title"), limits.VIEW_TITLE),
            "submit": words(t("form.next"), limits.VIEW_TITLE),
            "close": words(t("slack.close"), limits.VIEW_TITLE),
            "private_metadata": json.dumps(carried),
            "blocks": named([*paragraphs(t("about.told")), *([_tick(t)] if text else [])], ABOUT),
        }

    def begun(self, body: Payload) -> FormOpened | None:
        """The request that begins with what goes along; None where what was ticked is not here any more."""
        sent, carried = decode.sent(body), decode.meta(decode.part(body, "view"))
        parts = [carried.place]
        if _is_ticked(body):
            text = self._kept.get((sent.sender.address, carried.number))
            if text is None:
                return None
            parts.append(text)
        return FormOpened(sent.event_id, sent.sender, "request", known={"context": _shortened("\n\n".join(parts))})

    def _keep(self, body: Payload, text: str) -> str:
        number = decode.once(body)
        whose = decode.user_of(body), number
        if len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[whose] = text[:CONTEXT]
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._kept.pop, whose, None)
        return number


def missing(body: Payload) -> dict[str, str]:
    """What is said at the tick whose text is not here any more, as Slack takes errors."""
    return {_TEXT: decode.meta(decode.part(body, "view")).gone}


def _is_ticked(body: Payload) -> bool:
    values = decode.part(decode.part(decode.part(body, "view"), "state"), "values")
    return bool(decode.part(decode.part(values, _TEXT), _TICK).get("selected_options"))


def _tick(t: Translator) -> dict[str, Any]:
    option = {"text": words(t("about.tick"), limits.OPTION), "value": _TICK}
    return {
        "type": "input",
        "block_id": _TEXT,
        "optional": True,
        "label": words(t("about.text"), limits.LABEL),
        "element": {"type": "checkboxes", "action_id": _TICK, "options": [option]},
    }


def _shortened(context: str) -> str:
    return context if len(context) <= CONTEXT else f"{context[: CONTEXT - 1].rstrip()}…"


def _permalink(body: Payload) -> str:
    """Where the message stands, as an address that Slack opens."""
    domain = str(decode.part(body, "team").get("domain") or "app")
    channel = str(decode.part(body, "channel").get("id") or "")
    ts = str(body.get("message_ts") or "").replace(".", "")
    return f"https://{domain}.slack.com/archives/{channel}/p{ts}"
