"""Payloads that Slack would not bring, or that somebody made up, brought with Slack's own signature."""

import copy
from typing import Any

import aiohttp

from tests.slack import interaction
from tests.slack.answer import Answer
from tests.slack.person import Person
from tests.slack.screen import Message
from tests.slack.signed import signature
from tests.slack.stand_in import SlackStandIn

Json = dict[str, Any]


def pressing(person: Person, message: Message, value: Any, **changed: Any) -> Json:
    """The payload of a button of a message, with this value; ``changed`` are other parts of the action."""
    about = {"block_id": "letter:0", "action_id": "press:0", "type": "button", "value": value}
    action = {**about, "action_ts": person.workspace.new_ts(), **changed}
    place = interaction.in_message(
        message.channel, message.post, message.raw, person.hooks.issue(message.channel, person.id, message.post)
    )
    who = interaction.about(person.workspace, person.member)
    return interaction.block_actions(who, place, action, person.workspace.triggers.issue(person.id))


def pressing_in_modal(person: Person, value: Any, **changed: Any) -> Json:
    """The payload of a button of the modal in front of a person; ``changed`` are other parts of the view."""
    view = {**copy.deepcopy(person.modal.raw), **changed}
    action = {"block_id": "modal:0", "action_id": "press:0", "type": "button", "value": value}
    place = {"container": {"type": "view", "view_id": view["id"]}, "view": view}
    who = interaction.about(person.workspace, person.member)
    return interaction.block_actions(who, place, action, person.workspace.triggers.issue(person.id))


def submitting(person: Person, **changed: Any) -> Json:
    """The payload of the modal's submit button; ``changed`` are other parts of the view."""
    who = interaction.about(person.workspace, person.member)
    trigger = person.workspace.triggers.issue(person.id, person.modal.view.id, submitting=True)
    payload = interaction.view_submission(person.workspace, who, person.modal.view, trigger)
    return {**payload, "view": {**payload["view"], **changed}}


async def post(far: SlackStandIn, body: bytes, headers: dict[str, str] | None = None, *, age: float = 0) -> Answer:
    """Send bytes to the app, signed as Slack signs unless other headers are given."""
    signed = signature(far.signing_secret, body.decode(errors="replace"), far.workspace.clock() - age)
    about = {"Content-Type": "application/x-www-form-urlencoded", **(signed if headers is None else headers)}
    url = far.outward.http.urls[0]
    async with aiohttp.ClientSession() as client, client.post(url, data=body, headers=about) as got:
        return Answer(got.status, await got.text())
