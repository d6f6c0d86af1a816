"""What a person does in Slack, from the press to what they see of it.

Where a window is called for, it opens while Slack lets it: at once with what is asked where that is ready in a moment,
and else with a word of patience that is replaced. What cannot be shown where it was asked comes as a direct message.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from flows.actions import Action
from flows.form import Choice
from flows.texts import Texts, Translator
from flows.view import Button, Style, View
from handlers.inbound import Event, Pressed, Submitted
from handlers.router import Router
from handlers.slack import about, decode
from handlers.slack.decode import Payload, Press, Where
from handlers.slack.fields import errors, field_of
from handlers.slack.modal import loading, modal
from handlers.slack.replies import Replies
from handlers.slack.windows import Windows
from handlers.verbs import ASKS_FIRST

READY_SOON = 0.3
"""Seconds that a window waits for what it is to show. After that it opens with a word of patience: Slack gives 3 s."""
ANSWER_BY = 2.2
"""Seconds after which a submission is answered with a word of patience: Slack gives 3 s in all."""
LANGUAGES_REMEMBERED = 50_000

Ack = dict[str, Any]
"""What Slack is told in answer to a submission: errors at their fields, or what the window shows next."""


class Turns:
    """Takes people's turns. ``meet`` sees to it that the programme knows whoever acts."""

    def __init__(
        self,
        router: Router,
        meet: Callable[[str], Awaitable[None]],
        windows: Windows,
        replies: Replies,
        texts: Texts,
        zone: ZoneInfo,
    ) -> None:
        self._router, self._meet, self._windows, self._replies = router, meet, windows, replies
        self._texts, self._zone = texts, zone
        self._languages: dict[str, str] = {}
        self._late: set[asyncio.Task[None]] = set()
        self._acted: Callable[[str], None] = lambda _user: None

    def when_acted(self, hear: Callable[[str], None]) -> None:
        """Have ``hear`` called with the id of everybody whose event was taken in, each time."""
        self._acted = hear

    async def press(self, press: Press) -> None:
        """A button, or a command or shortcut that does what a button does."""
        taking = asyncio.ensure_future(self.take(press.event))
        window = await self._opened_meanwhile(press, taking)
        view = await taking
        if view is None:
            view = await self._again(press.event) if window else None
        if view is not None:
            await self._show(press, view, window)

    def pressed(self, body: Payload) -> Press:
        """The press in a payload."""
        return decode.pressed(body, self._zone)

    def submitted(self, body: Payload) -> Submitted:
        """The answers in a payload."""
        return decode.submitted(body, self._zone)

    def t(self, view: View) -> Translator:
        """The words in the language of a view."""
        return self._texts.into(view.language)

    async def submit(self, event: Event, view_id: str) -> Ack:
        """A page of a form, or its summary; gives what the window shows next."""
        taking = asyncio.ensure_future(self.take(event))
        await asyncio.wait({taking}, timeout=ANSWER_BY)
        if taking.done():
            return await self._next(event, taking.result())
        self._keep(asyncio.create_task(self._submit_late(event, taking, view_id)))
        return {"response_action": "update", "view": loading(self._words(event))}

    async def ask_about(self, body: Payload) -> None:
        """Ask what of a message goes along into a request about it."""
        event = decode.asked(body, "menu:0:0").event
        user = event.sender.address
        if await self._windows.open(str(body.get("trigger_id") or ""), about.window(body, self._words(event))) is None:
            t = self._words(event)
            again = View(t("slack.too_late"), buttons=(Button(t("menu.ask"), Action("ask"), Style.PRIMARY),))
            await self._replies.tell(user, again.speaking(t.language))

    async def close(self, body: Payload) -> None:
        """A form's window was closed: what stood in it is kept, and the person told where."""
        event = decode.closed(body, self._zone)
        view = await self.take(event)
        if view is not None:
            await self._replies.tell(event.sender.address, view)

    async def search(self, body: Payload) -> list[Choice]:
        """The choices that fit what was typed in a field of a form."""
        field = field_of(str(body.get("block_id") or ""))
        if field is None:
            return []
        asker, typed = decode.sender(decode.user_of(body)), str(body.get("value") or "")
        return await self._router.search(asker, field[0], field[1], typed)

    async def take(self, event: Event) -> View | None:
        """The answer to an event, from whoever it comes."""
        user = event.sender.address
        await self._meet(user)
        view = await self._router.handle(event)
        self._acted(user)
        if view is not None:
            self._languages.pop(user, None)
            self._languages[user] = view.language
            if len(self._languages) > LANGUAGES_REMEMBERED:
                del self._languages[next(iter(self._languages))]
        return view

    async def stop(self) -> None:
        """Wait for answers that are late."""
        if self._late:
            await asyncio.gather(*self._late, return_exceptions=True)

    async def _opened_meanwhile(self, press: Press, taking: "asyncio.Future[View | None]") -> str | None:
        """The id of a window with a word of patience, where what it will show takes its time."""
        await asyncio.wait({taking}, timeout=READY_SOON)
        if taking.done() or not _wants_window(press):
            return None
        return await self._windows.open(press.trigger, loading(self._words(press.event)))

    async def _show(self, press: Press, view: View, window: str | None) -> None:
        user = press.event.sender.address
        seen = window or (press.spot.view_id if press.spot.where is Where.MODAL else None)
        if not (seen or _wants_window(press) or _asks(view)):
            await self._replies.answer(user, press.spot, view)
            return
        if seen:
            shown = await self._windows.show(seen, self._modal(view))
        else:
            shown = await self._windows.open(press.trigger, self._modal(view)) is not None
        if not shown or _finished(press.event, view):
            await self._replies.tell(user, view)

    async def _next(self, event: Event, view: View | None) -> Ack:
        view = view or await self._again(event)
        if view is None:
            return {}
        if view.form is not None and (wrong := errors(view.form)) and _same_page(event, view):
            return {"response_action": "errors", "errors": wrong}
        if _finished(event, view):
            self._keep(asyncio.create_task(self._replies.tell(event.sender.address, view)))
        return {"response_action": "update", "view": self._modal(view)}

    async def _submit_late(self, event: Event, taking: "asyncio.Future[View | None]", view_id: str) -> None:
        view = await taking or await self._again(event)
        if view is None:
            return
        shown = await self._windows.show(view_id, self._modal(view))
        if not shown or _finished(event, view):
            await self._replies.tell(event.sender.address, view)

    async def _again(self, event: Event) -> View | None:
        """How things stand now, for a window whose event was taken in before."""
        draft = getattr(event, "draft_id", 0)
        action = f"form.resume:{draft}:0" if draft else "menu:0:0"
        return await self._router.handle(Pressed(f"{event.event_id}.again", event.sender, action))

    def _modal(self, view: View) -> dict[str, Any]:
        return modal(view, self.t(view))

    def _words(self, event: Event) -> Translator:
        return self._texts.into(self._languages.get(event.sender.address))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._late.add(task)
        task.add_done_callback(self._late.discard)


def _wants_window(press: Press) -> bool:
    """Whether the answer is a window whatever it is: on the home tab, or where something is asked first."""
    verb = press.event.action.partition(":")[0]
    return press.spot.where is Where.HOME or (press.spot.where is not Where.MODAL and verb in ASKS_FIRST)


def _asks(view: View) -> bool:
    return view.form is not None or any(button.action.verb == "form.send" for button in view.buttons)


def _same_page(event: Event, view: View) -> bool:
    return view.form is not None and view.form.page == getattr(event, "page", "")


def _finished(event: Event, view: View) -> bool:
    """Whether this answer ends a form: it is worth finding again after the window is closed."""
    sends = isinstance(event, Pressed) and event.action.startswith("form.send:")
    submits = not isinstance(event, Pressed)
    return (sends or submits) and not _asks(view)
