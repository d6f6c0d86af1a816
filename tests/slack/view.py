"""Modals and home tabs: what each person has open, and how it changes."""

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.slack.refusal import Refused
from tests.slack.stored import Key, state_json, state_of, stored, stored_blocks
from tests.slack.surfaces import check_view

Json = dict[str, Any]

DEEPEST = 3
"""Views on one stack (Slack's page on modals)."""


@dataclass
class View:
    """A modal or a home tab as it stands; ``errors`` are those shown at its fields, by block id."""

    id: str
    user: str
    payload: Json
    hash: str
    root: str = ""
    previous: str | None = None
    state: dict[Key, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """``modal`` or ``home``."""
        return str(self.payload["type"])

    def set(self, payload: Json) -> None:
        """Show something else in its place; what was filled in stays where block and action keep their ids."""
        self.payload = {**stored(payload), "blocks": stored_blocks(payload["blocks"])}
        kept = self.state
        self.state = {key: kept.get(key, value) for key, value in state_of(self.payload["blocks"]).items()}
        self.errors = {}
        self.hash = f"{uuid.uuid4().int % 10**10}.{uuid.uuid4().hex[:8]}"


class Views:
    """Every open view of the workspace."""

    def __init__(self, team: str, app: str, bot: str, enterprise: str | None = None) -> None:
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.unshown: list[View] = []
        self._about = {"team_id": team, "app_id": app, "app_installed_team_id": enterprise or team, "bot_id": bot}
        self._numbers = itertools.count(1)

    def open(self, user: str, payload: Any, *, seen: bool = True) -> View:
        """A first modal; what was open before makes way. One that is not ``seen`` is only kept."""
        check_view(payload, "modal")
        self._free_name(payload)
        view = self._made(user, payload)
        if seen:
            self.stacks[user] = [view]
        else:
            self.unshown.append(view)
        return view

    def push(self, user: str, payload: Any) -> View:
        """A modal on top of the one that is open."""
        stack = self.stacks.get(user)
        if not stack:
            raise Refused("not_found")
        check_view(payload, "modal")
        if len(stack) >= DEEPEST:
            raise Refused("push_limit_reached")
        self._free_name(payload)
        view = self._made(user, payload)
        view.root, view.previous = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def update(self, view: View, payload: Any, given_hash: str | None = None) -> View:
        """Another content for a modal; refused when it changed since the hash was seen."""
        check_view(payload, view.kind)
        if given_hash is not None and given_hash != view.hash:
            raise Refused("hash_conflict")
        self._free_name(payload, but=view)
        view.set(payload)
        return view

    def publish(self, user: str, payload: Any, given_hash: str | None = None) -> View:
        """Another home tab for this person."""
        view = self.homes.get(user)
        if view is not None:
            return self.update(view, payload, given_hash)
        check_view(payload, "home")
        if given_hash is not None:
            raise Refused("hash_conflict")
        self._free_name(payload)
        self.homes[user] = self._made(user, payload)
        return self.homes[user]

    def find(self, view_id: str | None, external_id: str | None = None) -> View:
        """An open modal or home tab, by its id or the app's own name for it."""
        for view in self._all():
            if (view_id and view.id == view_id) or (external_id and view.payload.get("external_id") == external_id):
                return view
        raise Refused("not_found")

    def top(self, user: str) -> View | None:
        """The modal that this person sees."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def leave(self, view: View) -> None:
        """Take a modal away, with all that stands on top of it."""
        stack = self.stacks.get(view.user, [])
        if view in stack:
            del stack[stack.index(view) :]

    def as_json(self, view: View) -> Json:
        """The view object of payloads and answers."""
        shown = view.payload
        defaults = {"private_metadata": "", "callback_id": "", "external_id": "", "close": None, "submit": None}
        if view.kind == "home":
            defaults["title"] = {"type": "plain_text", "text": "View Title", "emoji": True}  # type: ignore[assignment]  # as Slack does
        flags = {"clear_on_close": False, "notify_on_close": False}
        whose = {
            "id": view.id,
            "hash": view.hash,
            "root_view_id": view.root or view.id,
            "previous_view_id": view.previous,
        }
        return {**self._about, **defaults, **flags, **shown, **whose, "state": state_json(view.state)}

    def _made(self, user: str, payload: Json) -> View:
        view = View(f"V{next(self._numbers):09d}", user, payload, "")
        view.root = view.id
        view.set(payload)
        return view

    def _all(self) -> list[View]:
        return [*self.homes.values(), *itertools.chain.from_iterable(self.stacks.values())]

    def _free_name(self, payload: Json, but: View | None = None) -> None:
        name = payload.get("external_id")
        if name and any(view is not but and view.payload.get("external_id") == name for view in self._all()):
            raise Refused("duplicate_external_id")
