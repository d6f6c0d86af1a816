"""What Telegram asks of the buttons under a message."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from tests.telegram.refusal import bad

Json = dict[str, Any]

MOST_BUTTONS, MOST_IN_ROW = 100, 8
"""A keyboard's limits; found out by bot makers, not published. Clients show no more than eight beside each other."""
MOST_BYTES = 10 * 1024
"""The limit of a whole keyboard, written as JSON; found out too."""
DATA_BYTES = 64

_LOOKS = {"text", "icon_custom_emoji_id", "style"}


def check(markup: Json | None) -> None:
    """Refuse what Telegram would; the fields themselves were held against their description before."""
    if not markup or "inline_keyboard" not in markup:
        return
    rows = markup["inline_keyboard"]
    for row in rows:
        for button in row:
            _button(button)
    largest = max((len(row) for row in rows), default=0)
    if sum(len(row) for row in rows) > MOST_BUTTONS or largest > MOST_IN_ROW or _size(markup) > MOST_BYTES:
        raise bad("reply markup is too long")


def shown(markup: Json | None) -> Json | None:
    """What is left of a keyboard: one without any button is none."""
    return None if markup is not None and not any(markup.get("inline_keyboard", [True])) else markup


def _size(markup: Json) -> int:
    return len(json.dumps(markup, ensure_ascii=False, separators=(",", ":")).encode())


def _button(button: Json) -> None:
    actions = [name for name in button if name not in _LOOKS and button[name] != ""]
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: Text of the button must be non-empty")
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one action is allowed")
    if len(button.get("callback_data", "").encode()) > DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        _address(button["url"])


def _address(url: str) -> None:
    parts = urlsplit(url if "//" in url or ":" in url else f"http://{url}")
    if parts.scheme not in {"http", "https", "tg"}:
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if parts.scheme != "tg" and not re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", parts.hostname or ""):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
