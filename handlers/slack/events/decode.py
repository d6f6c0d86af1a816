"""What Slack brings, read: who did what, and where they saw it.

Only the sender in a payload is believed: Slack signed that part, and the rest may have been made up.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from flows.engine.views.action import MAX_ID
from handlers.inbound.events import Closed, Pressed, Sender, Submitted, TextMessage
from handlers.slack.rendering.fields import answers
from handlers.slack.rendering.limits import ID
from handlers.slack.rendering.text import storable

CHANNEL = "slack"

Payload = Mapping[str, Any]


UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What can be raised by whoever looks for things in a payload that is none of Slack's making."""

_NOTHING, _TEXT = type(None), str
_SHAPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("view", "container", "message", "channel", "state"), (dict, _NOTHING)),
    **dict.fromkeys(("user", "team", "enterprise"), (dict, _TEXT, _NOTHING)),
    **dict.fromkeys(("type", "team_id", "enterprise_id", "user_id", "callback_id", "command"), (_TEXT, _NOTHING)),
    **dict.fromkeys(("trigger_id", "response_url", "event_id", "action_id", "block_id"), (_TEXT, _NOTHING)),
    "authorizations": (list, _NOTHING),
}
"""What kinds of thing may stand under a payload's names."""
_NAMES_OF_ACTIONS = ("action_id", "block_id", "type")
_CARRIED = ("page", "send", "place", "number", "gone")


class Where(StrEnum):
    """Where a button stood."""

    HOME = "home"
    MODAL = "modal"
    LETTER = "letter"
    """A message that the bot sent by itself; it changes when its subject does."""
    ANSWER = "answer"
    """A message that answered what the person did; the next answer takes its place."""
    WHISPER = "whisper"
    """A message in a channel that only this person sees."""
    COMMAND = "command"
    """No button: a command or a shortcut."""


@dataclass(frozen=True)
class Spot:
    """The place of a press: ``channel`` and ``ts`` of its message, or ``view_id`` and ``hash`` of its window."""

    where: Where
    channel: str = ""
    ts: str = ""
    view_id: str = ""
    hash: str = ""
    response_url: str = ""

    @property
    def is_private(self) -> bool:
        """Whether this is the direct conversation with the bot, where nobody else reads along."""
        return self.channel.startswith("D")

    @property
    def ref(self) -> str:
        """The message's reference, as the dispatcher keeps it."""
        return f"{self.channel}:{self.ts}"


@dataclass(frozen=True)
class Meta:
    """What a window of ours carries along: which draft and page it asks, what its button sends, what it is about."""

    draft_id: int = 0
    page: str = ""
    send: str = ""
    place: str = ""
    number: str = ""
    gone: str = ""


@dataclass(frozen=True)
class Press:
    """A button, or whatever opens the same thing. ``trigger`` lets a window open, for three seconds."""

    event: Pressed
    spot: Spot
    trigger: str


def is_sound(body: object) -> bool:
    """Whether a payload has the shape of one of Slack's, as far as anything depends on it before it is read here."""
    if not isinstance(body, dict):
        return False
    event, actions = body.get("event", {}), body.get("actions", [{}])
    return (
        all(isinstance(body.get(name), kinds) for name, kinds in _SHAPES.items())
        and all(isinstance(one, dict) for one in body.get("authorizations") or ())
        and isinstance(event, dict)
        and ("event" not in body or isinstance(event.get("type"), str))
        and isinstance(actions, list)
        and bool(actions)
        and all(isinstance(one, dict) and _are_texts(one, _NAMES_OF_ACTIONS) for one in actions)
        and (body.get("type") != "block_actions" or all(one.get("action_id") for one in actions))
        and _are_names(body, ("trigger_id", "event_id", "user_id"))
        and all(_are_names(part(body, name), ("id",)) for name in ("user", "channel"))
        and (not event or _is_named(event))
        and _are_texts(part(body, "user"), ("id", "team_id"))
        and _are_texts(part(body, "view"), ("id", "callback_id", "type"))
        and _are_names(part(body, "view"), ("id", "hash"))
    )


def _is_named(event: Payload) -> bool:
    # Who and where stand as an id in some events, and with all that is known of them in others.
    told = (event.get(name) for name in ("user", "channel"))
    named = all(_are_names(one, ("id",)) for one in told if isinstance(one, dict))
    plain = [name for name in ("user", "channel") if not isinstance(event.get(name), dict)]
    return named and _are_names(event, ("channel_type", "event_ts", "inviter", "ts", *plain))


def sender(user_id: str) -> Sender:
    """The person of a payload, as the router knows them."""
    return Sender(CHANNEL, user_id)


def user_of(body: Payload) -> str:
    """The id of whoever did this; empty where Slack names nobody."""
    event = part(body, "event")
    user = event.get("user") or part(body, "user").get("id") or body.get("user_id") or ""
    # Some events carry the whole profile where others carry the id.
    return str(user.get("id", "")) if isinstance(user, Mapping) else str(user)


def meta(view: Payload) -> Meta:
    """What the window carries. An odd one counts as empty, and then fits no draft."""
    try:
        carried = json.loads(str(view.get("private_metadata") or "{}"))
    except (ValueError, RecursionError):
        return Meta()
    if not isinstance(carried, dict):
        return Meta()
    draft = carried.get("draft")
    texts = {name: text for name in _CARRIED if isinstance(text := carried.get(name), str)}
    return Meta(draft_id=draft if _is_id(draft) else 0, **texts)


def pressed(body: Payload, zone: ZoneInfo) -> Press:
    """A button, or an entry of a menu of buttons. In a form's window, what stands in its fields comes along."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    packed = str(action.get("value") or part(action, "selected_option").get("value") or "")
    view, spot = part(body, "view"), _spot(body, str(action.get("block_id") or ""))
    carried = meta(view) if spot.where is Where.MODAL else Meta()
    typed = answers(view, zone) if carried.draft_id else {}
    event = Pressed(once(body), sender(user_of(body)), packed, carried.page, typed)
    return Press(event, spot, str(body.get("trigger_id") or ""))


def asked(body: Payload, packed: str) -> Press:
    """A command or shortcut, as the button that does the same."""
    spot = Spot(Where.COMMAND, response_url=str(body.get("response_url") or ""))
    return Press(Pressed(once(body), sender(user_of(body)), packed), spot, str(body.get("trigger_id") or ""))


def submitted(body: Payload, zone: ZoneInfo) -> Submitted:
    """A page of a form."""
    view = part(body, "view")
    carried = meta(view)
    return Submitted(once(body), sender(user_of(body)), carried.draft_id, carried.page, answers(view, zone))


def sent(body: Payload) -> Pressed:
    """The button of a summary, which Slack gives the place of a form's own."""
    return Pressed(once(body), sender(user_of(body)), meta(part(body, "view")).send)


def closed(body: Payload, zone: ZoneInfo) -> Closed:
    """A form's window that was closed with answers in it."""
    view = part(body, "view")
    carried = meta(view)
    event_id = f"{view.get('id', '')}.closed"
    return Closed(event_id, sender(user_of(body)), carried.draft_id, carried.page, answers(view, zone))


def said(body: Payload) -> TextMessage:
    """Words, in a direct message or beside a mention."""
    event = part(body, "event")
    return TextMessage(event_id(body), sender(user_of(body)), storable(str(event.get("text") or "")))


def event_id(body: Payload) -> str:
    """The name of this event, the same in every delivery of it."""
    event = part(body, "event")
    named = ".".join(str(event.get(name, "")) for name in ("type", "channel", "event_ts"))
    return str(body.get("event_id") or named)


def _is_id(found: object) -> TypeGuard[int]:
    return isinstance(found, int) and not isinstance(found, bool) and 0 < found <= MAX_ID


def _are_texts(found: Payload, names: Iterable[str]) -> bool:
    return all(isinstance(found.get(name), (str, _NOTHING)) for name in names)


def _are_names(found: Payload, names: Iterable[str]) -> bool:
    """Whether these could be names that Slack gives: no longer than a database indexes, in signs that it keeps."""
    told = (found.get(name) for name in names)
    return all(name is None or (isinstance(name, str) and len(name) <= ID and name.isprintable()) for name in told)


def once(body: Payload) -> str:
    """The name of this interaction: the same in every delivery of it, over either mode, and another at each press."""
    view = part(body, "view")
    return str(body.get("trigger_id") or f"{view.get('id', '')}.{view.get('hash', '')}.{body.get('type', '')}")


def _spot(body: Payload, block_id: str) -> Spot:
    container, view = part(body, "container"), part(body, "view")
    if view:
        where = Where.HOME if view.get("type") == "home" else Where.MODAL
        return Spot(where, view_id=str(view.get("id") or ""), hash=str(view.get("hash") or ""))
    origin = Where.LETTER if block_id.startswith(Where.LETTER.value) else Where.ANSWER
    return Spot(
        Where.WHISPER if container.get("is_ephemeral") else origin,
        channel=str(container.get("channel_id") or part(body, "channel").get("id") or ""),
        ts=str(container.get("message_ts") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def part(body: Payload, name: str) -> Payload:
    """What stands in the payload under this name, where that holds something itself; and else nothing."""
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}
