"""What Slack brings, read: who did what, and where they saw it.

Nothing in a payload but who sent it is believed: Slack signed that part, and the rest may have been made up.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from handlers.inbound import Closed, Pressed, Said, Sender, Submitted
from handlers.slack.fields import answers

CHANNEL = "slack"

Payload = Mapping[str, Any]


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
    def ref(self) -> str:
        """The message's reference, as the courier keeps it."""
        return f"{self.channel}:{self.ts}"


@dataclass(frozen=True)
class Meta:
    """What a window of ours carries along: which draft and page it asks, or what its button sends."""

    draft_id: int = 0
    page: str = ""
    send: str = ""
    about: str = ""


@dataclass(frozen=True)
class Press:
    """A button, or whatever opens the same thing. ``trigger`` lets a window open, for three seconds."""

    event: Pressed
    spot: Spot
    trigger: str


def sender(user_id: str) -> Sender:
    """The person of a payload, as the router knows them."""
    return Sender(CHANNEL, user_id)


def user_of(body: Payload) -> str:
    """The id of whoever did this; empty where Slack names nobody."""
    event = _part(body, "event")
    user = event.get("user") or _part(body, "user").get("id") or body.get("user_id") or ""
    # Some events carry the whole profile where others carry the id.
    return str(user.get("id", "")) if isinstance(user, Mapping) else str(user)


def meta(view: Payload) -> Meta:
    """What the window carries. An odd one counts as empty, and then fits no draft."""
    try:
        carried = json.loads(str(view.get("private_metadata") or "{}"))
    except ValueError:
        return Meta()
    if not isinstance(carried, dict):
        return Meta()
    draft = carried.get("draft")
    texts = {name: text for name in ("page", "send", "about") if isinstance(text := carried.get(name), str)}
    return Meta(draft_id=draft if isinstance(draft, int) and not isinstance(draft, bool) else 0, **texts)


def pressed(body: Payload, zone: ZoneInfo) -> Press:
    """A button, or an entry of a menu of buttons. In a form's window, what stands in its fields comes along."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    packed = str(action.get("value") or _part(action, "selected_option").get("value") or "")
    view, spot = _part(body, "view"), _spot(body, str(action.get("block_id") or ""))
    carried = meta(view) if spot.where is Where.MODAL else Meta()
    typed = answers(view, zone) if carried.draft_id else {}
    event = Pressed(_once(body), sender(user_of(body)), packed, carried.page, typed)
    return Press(event, spot, str(body.get("trigger_id") or ""))


def asked(body: Payload, packed: str) -> Press:
    """A command or shortcut, as the button that does the same."""
    spot = Spot(Where.COMMAND, response_url=str(body.get("response_url") or ""))
    return Press(Pressed(_once(body), sender(user_of(body)), packed), spot, str(body.get("trigger_id") or ""))


def submitted(body: Payload, zone: ZoneInfo) -> Submitted:
    """A page of a form."""
    view = _part(body, "view")
    carried = meta(view)
    return Submitted(_once(body), sender(user_of(body)), carried.draft_id, carried.page, answers(view, zone))


def sent(body: Payload) -> Pressed:
    """The button of a summary, which Slack gives the place of a form's own."""
    return Pressed(_once(body), sender(user_of(body)), meta(_part(body, "view")).send)


def closed(body: Payload, zone: ZoneInfo) -> Closed:
    """A form's window that was closed with answers in it."""
    view = _part(body, "view")
    carried = meta(view)
    event_id = f"{view.get('id', '')}.closed"
    return Closed(event_id, sender(user_of(body)), carried.draft_id, carried.page, answers(view, zone))


def said(body: Payload) -> Said:
    """Words, in a direct message or beside a mention."""
    event = _part(body, "event")
    once = str(body.get("event_id") or f"{event.get('channel', '')}.{event.get('ts', '')}")
    return Said(once, sender(user_of(body)), str(event.get("text") or ""))


def _once(body: Payload) -> str:
    # The same for every delivery of the same interaction, over either mode; Slack makes a new one for each press.
    view = _part(body, "view")
    return str(body.get("trigger_id") or f"{view.get('id', '')}.{view.get('hash', '')}.{body.get('type', '')}")


def _spot(body: Payload, block_id: str) -> Spot:
    container, view = _part(body, "container"), _part(body, "view")
    if view:
        where = Where.HOME if view.get("type") == "home" else Where.MODAL
        return Spot(where, view_id=str(view.get("id") or ""), hash=str(view.get("hash") or ""))
    origin = Where.LETTER if block_id.startswith(Where.LETTER.value) else Where.ANSWER
    return Spot(
        Where.WHISPER if container.get("is_ephemeral") else origin,
        channel=str(container.get("channel_id") or _part(body, "channel").get("id") or ""),
        ts=str(container.get("message_ts") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def _part(body: Payload, name: str) -> Payload:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
