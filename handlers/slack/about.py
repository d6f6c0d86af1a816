"""Asking for a dialogue about a message: what of it goes along is the person's to say, before the form begins.

The place the message stands at goes along by itself; its text does only when the person ticks that. Both go into the
request's context, which nobody reads but the facilitator who accepts.
"""

import json
from typing import Any

from flows.texts import Translator
from handlers.inbound import Began
from handlers.slack import decode, limits
from handlers.slack.blocks import named, paragraphs, words
from handlers.slack.decode import Payload

ABOUT = "about"
"""The ``callback_id`` of this window."""

CONTEXT = 2_000
"""The most characters that a request's context holds."""
_FOR_THE_PLACE = 500
_TEXT, _TICK = "text", "along"


def window(body: Payload, t: Translator) -> dict[str, Any]:
    """The window that asks what goes along, for the payload of a shortcut on a message."""
    text = str(decode.part(body, "message").get("text") or "")
    place = t("about.place", place=_permalink(body))
    blocks = [*paragraphs(t("about.told")), *([_tick(t)] if text else [])]
    return {
        "type": "modal",
        "callback_id": ABOUT,
        "title": words(t("about.title"), limits.VIEW_TITLE),
        "submit": words(t("form.next"), limits.VIEW_TITLE),
        "close": words(t("slack.close"), limits.VIEW_TITLE),
        "private_metadata": json.dumps({"place": place, "text": _carried(text)}),
        "blocks": named(blocks, ABOUT),
    }


def begun(body: Payload) -> Began:
    """The request that begins with what goes along."""
    sent, view = decode.sent(body), decode.part(body, "view")
    carried = decode.meta(view)
    values = decode.part(decode.part(view, "state"), "values")
    ticked = decode.part(decode.part(values, _TEXT), _TICK).get("selected_options")
    context = f"{carried.place}\n\n{carried.text}" if ticked else carried.place
    return Began(sent.event_id, sent.sender, "request", known={"context": context[:CONTEXT]})


def _tick(t: Translator) -> dict[str, Any]:
    option = {"text": words(t("about.tick"), limits.OPTION), "value": _TICK}
    return {
        "type": "input",
        "block_id": _TEXT,
        "optional": True,
        "label": words(t("about.text"), limits.LABEL),
        "element": {"type": "checkboxes", "action_id": _TICK, "options": [option]},
    }


def _carried(text: str) -> str:
    """As much of the text as fits in the window's 3,000 characters of JSON, where one sign may take twelve."""
    kept = text[:CONTEXT]
    while len(json.dumps(kept)) > limits.PRIVATE_METADATA - _FOR_THE_PLACE:
        kept = kept[: len(kept) * 3 // 4]
    return kept if kept == text else f"{kept.rstrip()}…"


def _permalink(body: Payload) -> str:
    """Where the message stands, as an address that Slack opens."""
    domain = str(decode.part(body, "team").get("domain") or "app")
    channel = str(decode.part(body, "channel").get("id") or "")
    ts = str(body.get("message_ts") or "").replace(".", "")
    return f"https://{domain}.slack.com/archives/{channel}/p{ts}"
