"""What the tokens are worth: asked of Slack itself, for ``check``. Changes and prints nothing."""

import json
import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from handlers.slack.errors import CODES, Meaning
from handlers.slack.scopes import lacking

SECONDS = 5
"""How long Slack may take to answer one call. A person is waiting."""

_quiet = logging.getLogger(__name__).getChild("sdk")
_quiet.setLevel(logging.CRITICAL)  # what it would say is told as a Found, in words for the person who asked


class Point(StrEnum):
    """What can come out."""

    BOT = "bot"
    """The bot token works; ``detail`` is the id of the workspace or organisation it is of."""

    BOT_REFUSED = "bot_refused"
    """The bot token is not, or no longer, one of Slack's; ``detail`` is Slack's error code, as for all refusals."""

    BOT_OTHERWISE = "bot_otherwise"
    """Slack said something else to the bot token."""

    SCOPES = "scopes"
    """The bot token lacks scopes; ``detail`` names them."""

    ELSEWHERE = "elsewhere"
    """None of the ids that should be served is the token's; ``detail`` is what the token is of."""

    FURTHER = "further"
    """``detail`` names ids that should be served and that this token cannot reach."""

    APP = "app"
    """The app-level token works."""

    APP_REFUSED = "app_refused"
    APP_SCOPE = "app_scope"
    """The app-level token lacks connections:write."""

    APP_OTHERWISE = "app_otherwise"

    UNREACHABLE = "unreachable"
    """No server that answers as Slack does; ``detail`` is why."""

    BUSY = "busy"
    """Slack asks to wait; ``detail`` is the seconds, where it says so."""


@dataclass(frozen=True)
class Found:
    """One thing that was found. ``detail`` holds ids and codes, never a token or a name."""

    point: Point
    detail: str = ""


def inspect(*, bot_token: str, app_token: str, api_url: str, team_ids: Collection[str] = ()) -> list[Found]:
    """What Slack says to these tokens. ``app_token`` may be empty, over HTTP; ``team_ids`` are those to be served.

    Takes two calls of at most SECONDS each, and one where Slack cannot be reached.
    """
    client = WebClient(base_url=f"{api_url.rstrip('/')}/", timeout=SECONDS, retry_handlers=[], logger=_quiet)
    found: list[Found] = []
    try:
        found += _bot(lambda: client.auth_test(token=bot_token), team_ids)
        if app_token:
            found += _app(lambda: client.apps_connections_open(app_token=app_token))
    except _Silent as why:
        found.append(Found(why.point, why.detail))
    return found


class _Silent(Exception):
    """Slack says nothing about the tokens, now."""

    def __init__(self, point: Point, detail: str) -> None:
        super().__init__(point)
        self.point, self.detail = point, detail


def _bot(call: Callable[[], SlackResponse], team_ids: Collection[str]) -> Iterator[Found]:
    answer = _answer(call)
    if isinstance(answer, str):
        yield Found(Point.BOT_REFUSED if _is_lost(answer) else Point.BOT_OTHERWISE, answer)
        return
    own = {identity for key in ("team_id", "enterprise_id") if isinstance(identity := answer.get(key), str)}
    yield Found(Point.BOT, ", ".join(sorted(own, reverse=True)))
    yield from _served(own, frozenset(team_ids), everywhere=answer.get("is_enterprise_install") is True)
    granted = _header(answer, "x-oauth-scopes")
    if granted and (absent := lacking(scope.strip() for scope in granted.split(","))):
        yield Found(Point.SCOPES, ", ".join(absent))


def _served(own: set[str], wished: frozenset[str], *, everywhere: bool) -> Iterator[Found]:
    """An organisation's token reaches all of its workspaces, any other only its own."""
    further = sorted(wished - own)
    if wished and not wished & own and not everywhere:
        yield Found(Point.ELSEWHERE, ", ".join(sorted(own, reverse=True)))
    elif further and not everywhere:
        yield Found(Point.FURTHER, ", ".join(further))


def _app(call: Callable[[], SlackResponse]) -> Iterator[Found]:
    answer = _answer(call)
    if not isinstance(answer, str):
        yield Found(Point.APP)
    elif answer == "missing_scope":
        yield Found(Point.APP_SCOPE, answer)
    else:
        yield Found(Point.APP_REFUSED if _is_lost(answer) else Point.APP_OTHERWISE, answer)


def _is_lost(code: str) -> bool:
    return CODES.get(code) is Meaning.LOST


def _answer(call: Callable[[], SlackResponse]) -> SlackResponse | str:
    """Slack's answer, or the code of its refusal. Raises _Silent where there is neither."""
    try:
        return call()
    except SlackApiError as refusal:
        return _refusal(refusal.response)
    except (OSError, HTTPException, SlackClientError, json.JSONDecodeError) as why:
        raise _Silent(Point.UNREACHABLE, _reason(why)) from None


def _refusal(answer: SlackResponse) -> str:
    code = answer.get("error")
    if answer.status_code == 429 or CODES.get(str(code)) is Meaning.SLOWER:
        raise _Silent(Point.BUSY, _header(answer, "retry-after"))
    if answer.status_code >= 500 or not isinstance(code, str) or not code.replace("_", "").isalnum():
        raise _Silent(Point.UNREACHABLE, f"its answer is not one of Slack's (HTTP {answer.status_code})")
    return code


def _header(answer: SlackResponse, name: str) -> str:
    """A header of the answer, whichever way its name is written; empty where there is none."""
    return next((str(text) for key, text in answer.headers.items() if key.lower() == name), "")


def _reason(why: Exception) -> str:
    cause = getattr(why, "reason", why)
    if isinstance(cause, TimeoutError):
        return f"no answer within {SECONDS} seconds"
    return getattr(cause, "strerror", None) or type(cause).__name__
