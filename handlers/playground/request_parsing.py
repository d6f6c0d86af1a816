"""What the page sends, held against what can be: anything else is answered with 400 and changes nothing."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from handlers.playground.channel import MAX_ID
from handlers.playground.interactions import UserAction

LONGEST_TEXT = 4096
"""Characters, as in the messages of chat platforms (Bot API, sendMessage)."""
SPANS: Mapping[str, timedelta | None] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "next": None,
}
_EVENT = re.compile(r"[0-9a-f-]{36}", re.ASCII)


async def body(request: web.Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises HTTPBadRequest for anything else."""
    try:
        given = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(given, dict):
        raise web.HTTPBadRequest(text="not an object")
    return given


def deed(given: Mapping[str, Any]) -> UserAction:
    """Who does something, under which id, and in which message."""
    event = given.get("event")
    if not isinstance(event, str) or not _EVENT.fullmatch(event):
        raise web.HTTPBadRequest(text="event: not an id")
    line = given.get("line")
    return UserAction(number(given.get("person")), event, None if line is None else number(line))


def looker(query: Mapping[str, str]) -> UserAction:
    """Who looks something up."""
    return UserAction(number(query.get("person")), "")


def number(given: object) -> int:
    """A row's id."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= len(str(MAX_ID)):
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MAX_ID:
        raise web.HTTPBadRequest(text="not a row's id")
    return given


def text(given: Mapping[str, Any], name: str) -> str:
    """Words that are not empty and not too long."""
    found = given.get(name)
    if not isinstance(found, str) or not found.strip() or len(found) > LONGEST_TEXT:
        raise web.HTTPBadRequest(text=f"{name}: not a text, or longer than {LONGEST_TEXT} characters")
    return found.strip()


def answers(given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers by field name."""
    found = given.get("answers")
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text="answers: not an object")
    return found


def span(given: Mapping[str, Any]) -> timedelta | None:
    """How far the clock is to be moved, or None for: to the next thing due."""
    by = given.get("by")
    if not isinstance(by, str) or by not in SPANS:
        raise web.HTTPBadRequest(text="by: not a span of the clock")
    return SPANS[by]
