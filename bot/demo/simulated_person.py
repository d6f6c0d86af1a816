"""Somebody who uses the bot as a person does: reads, presses the button that says so, fills in what is asked.

The story plays with actors, and so do the tests: whatever an actor cannot do, a person could not do either.
"""

import itertools
from collections.abc import Mapping
from typing import Any

from flows.engine.forms.definition import Kind
from flows.engine.language.markup import plain
from flows.engine.views.view import Button, FormField, FormPage, View
from handlers.inbound.events import Pressed, Sender, Submitted, TextMessage
from handlers.inbound.results import Result, to_say
from handlers.inbound.router import Router
from handlers.outbound.memory_channel import MemoryChannel

_events = itertools.count(1)


class NoSuchButton(LookupError):
    """There is no button with these words in front of the person."""


class SimulatedPerson:
    """``screen`` is the answer to what the person did last; ``channel`` holds what else arrived for them."""

    def __init__(self, name: str, address: str, router: Router, channel: MemoryChannel) -> None:
        self.name = name
        self.sender = Sender(channel.name, address)
        self.screen: View | None = None
        self._router, self._channel = router, channel

    @property
    def messages(self) -> list[View]:
        """The messages that stand in this person's chat now, in their order."""
        return self._channel.chat(self.sender.address)

    @property
    def last(self) -> View:
        """The newest message. Raises IndexError when there is none."""
        return self.messages[-1]

    def button(self, words: str) -> Button:
        """The newest button whose label begins with ``words``. Raises NoSuchButton."""
        views = [*([self.screen] if self.screen else []), *reversed(self.messages)]
        for view in views:
            for button in view.buttons:
                if button.label.startswith(words):
                    return button
        raise NoSuchButton(f"{self.name} has no button {words!r}: {[b.label for v in views for b in v.buttons]}")

    async def press(self, words: str) -> View | None:
        """Press the newest button that begins with these words."""
        return await self.send_action(self.button(words).action.pack())

    async def send_action(self, packed: str, *, event_id: str = "") -> View | None:
        """Press a button by what it carries, whoever's it is. A repeat of ``event_id`` is a repeat of the press."""
        answer = await self._router.handle(Pressed(event_id or _new_id(), self.sender, packed))
        return self._look_at(answer)

    async def say(self, text: str) -> View | None:
        """Say something in free words."""
        self._look_at(await self._router.handle(TextMessage(_new_id(), self.sender, text)))
        return self.screen

    def _look_at(self, answer: Result) -> View | None:
        seen = plain(to_say(answer))
        self.screen = seen or self.screen
        return seen

    @property
    def form(self) -> FormPage:
        """The page of a form in front of the person. Raises LookupError when there is none."""
        if self.screen is None or self.screen.form is None:
            raise LookupError(f"{self.name} is not asked anything: {self.screen}")
        return self.screen.form

    async def fill(self, **answers: Any) -> View | None:
        """Answer the page in front of the person, by field name; a choice by (the start of) its words or by value."""
        page = self.form
        given = {field.name: self._answer(field, answers.get(field.name, field.value)) for field in page.fields}
        return await self.submit(page, given)

    async def submit(self, page: FormPage, given: Mapping[str, Any]) -> View | None:
        """Send answers to a page exactly as they are."""
        event = Submitted(_new_id(), self.sender, page.draft_id, page.page, given)
        self._look_at(await self._router.handle(event))
        return self.screen

    def _answer(self, field: FormField, given: Any) -> Any:
        if field.kind is Kind.CHOICES and isinstance(given, list):
            return [_chosen(field, one) for one in given]
        return _chosen(field, given) if field.kind is Kind.CHOICE and given is not None else given


def _chosen(field: FormField, words: str) -> str:
    matching = (c.value for c in field.choices if words == c.value or c.label.startswith(words))
    return next(matching, words)


def _new_id() -> str:
    return f"actor-{next(_events)}"
