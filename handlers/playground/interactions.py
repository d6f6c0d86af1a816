"""What a person does on the page: it goes to the router as from every channel, and the answer into their chat."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.inbound.events import Event, Pressed, Sender, Submitted, TextMessage
from handlers.inbound.results import to_say
from handlers.inbound.router import Router
from handlers.playground.channel import PlaygroundChannel
from handlers.playground.chats import Answer, Chats
from handlers.playground.render import belongs_to_form, rendered, still_asks
from storage.conversations import playground


@dataclass(frozen=True)
class UserAction:
    """Somebody's doing. ``event_id`` is the page's own: the same for a double click and for every repeat over the net.

    ``line_id`` is the message in which it was done, if it was in one.
    """

    person_id: int
    event_id: str
    line_id: int | None = None

    @property
    def sender(self) -> Sender:
        """Who did it, as the router knows them."""
        return Sender(PlaygroundChannel.name, str(self.person_id))

    @property
    def key(self) -> str:
        """The event's id, each person's apart, so that nobody can use up somebody else's."""
        return f"{self.person_id}:{self.event_id}"


class Interactions:
    """Takes people's turns, one at a time each. A call gives the id of the line with the answer, None for a repeat."""

    def __init__(self, router: Router, chats: Chats) -> None:
        self._router, self._chats = router, chats

    async def press(self, deed: UserAction, action: str, page: str, answers: Mapping[str, Any]) -> int | None:
        """A button, on a page of a form with what stands in its fields.

        A step of a form takes the place of the step before; anything else is answered below.
        """
        async with self._chats.turn[deed.person_id]:
            before = await asyncio.to_thread(self._before, deed)
            in_form = before is not None and action.startswith("form.") and belongs_to_form(before)
            event = Pressed(deed.key, deed.sender, action, page, answers)
            return await self._take(deed, event, _label(before, action), in_form)

    async def submit(self, deed: UserAction, draft_id: int, page: str, answers: Mapping[str, Any]) -> int | None:
        """The answers to a page of a form. The next page takes its place."""
        async with self._chats.turn[deed.person_id]:
            before = await asyncio.to_thread(self._before, deed)
            event = Submitted(deed.key, deed.sender, draft_id, page, answers)
            return await self._take(deed, event, "", before is not None)

    async def say(self, deed: UserAction, text: str) -> int | None:
        """Free words."""
        async with self._chats.turn[deed.person_id]:
            return await self._take(deed, TextMessage(deed.key, deed.sender, text), text, in_form=False)

    async def _take(self, deed: UserAction, event: Event, echo: str, in_form: bool) -> int | None:  # noqa: FBT001  # one fact
        view = to_say(await self._router.handle(event))
        if view is None:
            return None
        sent = isinstance(event, Pressed) and event.action.startswith("form.send:")
        finished = in_form and sent and not still_asks(rendered(view))
        answer = Answer(view, event.event_id, echo, deed.line_id if in_form else None, finished)
        return await self._chats.answer(deed.person_id, answer)

    def _before(self, deed: UserAction) -> dict[str, Any] | None:
        with self._chats.store.read() as uow:
            line = playground.line(uow, deed.person_id, deed.line_id) if deed.line_id is not None else None
            return line.body["view"] if line is not None and line.from_bot else None


def _label(before: dict[str, Any] | None, action: str) -> str:
    buttons = before["buttons"] if before else []
    return next((str(button["label"]) for button in buttons if button["action"] == action), "")
