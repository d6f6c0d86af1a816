"""What a person does in Slack, from the press to what they see of it.

Where a window is called for, it opens while Slack lets it: at once with what is asked where that is ready in a moment,
and else with a word of patience that is replaced. What cannot be shown where it was asked comes as a direct message.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar, assert_never
from zoneinfo import ZoneInfo

from flows.engine import faults
from flows.engine.forms.definition import Choice
from flows.engine.language.texts import Texts, Translator
from flows.engine.views.action import MAX_ID, Action
from flows.engine.views.refusals import NotKnownHere, UnknownButton
from flows.engine.views.view import Button, Style, View
from handlers.inbound.events import Event, Pressed, Submitted
from handlers.inbound.results import Answered, NothingToSay, Redraw, Repeat, Result, to_say
from handlers.inbound.router import Router
from handlers.outbound.channel import RetryLater
from handlers.slack.events import decode
from handlers.slack.events.decode import Payload, Press, Where
from handlers.slack.interactions.member_directory import Arrivals
from handlers.slack.interactions.turned_away import Sentences, TurnedAway
from handlers.slack.rendering.fields import errors, field_of
from handlers.slack.rendering.modal import loading, modal
from handlers.slack.sending.modals import Windows
from handlers.slack.sending.replies import Replies

log = logging.getLogger(__name__)

READY_SOON = 0.3
"""Seconds that a window waits for what it is to show. After that it opens with a word of patience: Slack gives 3 s."""
ANSWER_BY = 2.2
"""Seconds after which a submission is answered with a word of patience: Slack gives 3 s in all."""
LANGUAGES_REMEMBERED = 50_000

Ack = dict[str, Any]
"""What Slack is told in answer to a submission: errors at their fields, or what the window shows next."""
Kind = TypeVar("Kind")


class Interactions:
    """Takes the turns of who is served. Anybody else gets one of the ``sentences``, and nothing of theirs is done."""

    def __init__(
        self,
        router: Router,
        arrivals: Arrivals,
        sentences: Sentences,
        windows: Windows,
        replies: Replies,
        texts: Texts,
        zone: ZoneInfo,
    ) -> None:
        self.capabilities = router.capabilities
        self._router, self._arrivals, self._windows, self._replies = router, arrivals, windows, replies
        self._sentences, self._texts, self._zone = sentences, texts, zone
        self._languages: dict[str, str] = {}
        self._late: set[asyncio.Task[None]] = set()
        self._acted: Callable[[str], None] = lambda _user: None

    def when_acted(self, hear: Callable[[str], None]) -> None:
        """Have ``hear`` called with the id of everybody whose event was taken in, each time."""
        self._acted = hear

    async def press(self, press: Press) -> None:
        """A button, or a command or shortcut that does what a button does."""
        taking = asyncio.ensure_future(self.answered(press.event))
        window = await self._opened_meanwhile(press, taking, opens=self._wants_window(press))
        match await taking:
            case Answered(view):
                await self._show(press, view, window)
            case Repeat() | Redraw() | NothingToSay():
                if window:
                    await self._windows.show(window, self._modal(await self._as_it_stands(press.event)))
            case never:
                assert_never(never)

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

    async def ask_about(self, body: Payload, asking: Callable[[Translator], dict[str, Any]]) -> None:
        """Ask what of a message goes along into a request about it; ``asking`` gives the window that does."""
        press = decode.asked(body, Action("menu").pack())
        taking = asyncio.ensure_future(self.answered(press.event))
        window = await self._opened_meanwhile(press, taking, opens=True)
        view = to_say(await taking)
        if isinstance(view, TurnedAway):
            await self._show(press, view, window)
        if view is None or isinstance(view, TurnedAway):
            return
        t = self._words(press.event)
        if not await self._filled(press, window, asking(t)):
            again = View(t("slack.too_late"), buttons=(Button(t("menu.ask"), Action("ask"), Style.PRIMARY),))
            await self._replies.tell(press.event.sender.address, again.speaking(t.language))

    async def close(self, body: Payload) -> None:
        """A form's window was closed: what stood in it is kept, and the person told where."""
        event = decode.closed(body, self._zone)
        view = to_say(await self.answered(event))
        # Who is not served asked for nothing by this.
        if view is not None and not isinstance(view, TurnedAway):
            await self._replies.tell(event.sender.address, view)

    async def search(self, body: Payload) -> list[Choice]:
        """The choices that fit what was typed in a field of a form; none for who is not served."""
        field = field_of(str(body.get("block_id") or ""))
        if field is None or field[0] > MAX_ID or not (await self._arrivals.meet(decode.user_of(body))).served:
            return []
        asker, typed = decode.sender(decode.user_of(body)), str(body.get("value") or "")
        return await self._router.search(asker, field[0], field[1], typed)

    async def answered(self, event: Event) -> Result:
        """Like ``take``, for what Slack brings only once: what went wrong is an answer too."""
        return await self._told(event, self.take(event))

    async def _told(self, event: Event, taking: Awaitable[Kind]) -> Kind | Answered:
        try:
            return await taking
        except RetryLater:
            return Answered(self._not_now(event))
        except Exception as error:  # noqa: BLE001  # A person's turn ends here: they get an answer with an id to quote.
            fault = faults.report(log, "What a person did in Slack failed", error)
            t = self._words(event)
            return Answered(View(t("error.unexpected", fault=fault), buttons=(_menu(t),)).speaking(t.language))

    async def take(self, event: Event) -> Result:
        """What was done with an event, from whoever it comes. Raises RetryLater where Slack does not say who."""
        user = event.sender.address
        standing = await self._arrivals.meet(user)
        try:
            result = await self._router.handle(event, newcomers=True) if standing.served else None
        except NotKnownHere:
            # The programme knew this person a moment ago and does not any more.
            standing = await self._arrivals.meet_anew(user)
            result = await self._router.handle(event) if standing.served else None
        if result is None:
            return await self._sentences.answer_once(event.event_id, standing)
        self._acted(user)
        if isinstance(result, Answered):
            self._languages.pop(user, None)
            self._languages[user] = result.view.language
            if len(self._languages) > LANGUAGES_REMEMBERED:
                del self._languages[next(iter(self._languages))]
        return result

    async def stop(self, seconds: float) -> None:
        """Wait so long for answers that are late, and then give them up."""
        await finished(self._late, seconds)

    async def _opened_meanwhile(self, press: Press, taking: "asyncio.Future[Result]", *, opens: bool) -> str | None:
        """The id of a window with a word of patience, where it ``opens`` and what it will show takes its time."""
        await asyncio.wait({taking}, timeout=READY_SOON)
        if taking.done() or not opens:
            return None
        return await self._windows.open(press.trigger, loading(self._words(press.event)))

    async def _show(self, press: Press, view: View, window: str | None) -> None:
        user = press.event.sender.address
        seen = window or (press.spot.view_id if press.spot.where is Where.MODAL else None)
        if not (seen or self._wants_window(press) or _asks(view)):
            await self._replies.answer(user, press.spot, view)
            return
        shown = await self._filled(press, seen, self._modal(view))
        if not shown or _finished(press.event, view):
            await self._replies.tell(user, self._lasting(view) if shown else view)

    async def _filled(self, press: Press, window: str | None, payload: dict[str, Any]) -> bool:
        """Show something in the window, or in a new one where there is none yet; whether it is there to be seen."""
        if window:
            return await self._windows.show(window, payload)
        return await self._windows.open(press.trigger, payload) is not None

    async def _next(self, event: Event, result: Result) -> Ack:
        view = to_say(result)
        if view is None:
            return {"response_action": "update", "view": self._modal(await self._as_it_stands(event))}
        if view.form is not None and (wrong := errors(view.form)) and _same_page(event, view):
            return {"response_action": "errors", "errors": wrong}
        if _finished(event, view):
            self._keep(asyncio.create_task(self._replies.tell(event.sender.address, self._lasting(view))))
        return {"response_action": "update", "view": self._modal(view)}

    async def _submit_late(self, event: Event, taking: "asyncio.Future[Result]", view_id: str) -> None:
        view = to_say(await self._told(event, taking))
        shown = await self._windows.show(view_id, self._modal(view or await self._as_it_stands(event)))
        # What was taken in before was told of then.
        if view is not None and (not shown or _finished(event, view)):
            await self._replies.tell(event.sender.address, self._lasting(view) if shown else view)

    async def _as_it_stands(self, event: Event) -> View:
        """How things stand now, for a window whose event was taken in before."""
        return (await self._told(event, self._looked(event))).view

    async def _looked(self, event: Event) -> Answered:
        standing = await self._arrivals.meet(event.sender.address)
        if not standing.served:
            return Answered(self._sentences.answer(standing))
        draft = getattr(event, "draft_id", 0)
        packed = Action("form.resume", draft).pack() if draft else Action("menu").pack()
        return Answered(await self._router.look(event.sender, packed))

    def _not_now(self, event: Event) -> View:
        """What is said where Slack does not tell now who somebody is: with the same button once more."""
        t = self._words(event)
        again = Action("menu")
        if isinstance(event, Pressed):
            with suppress(UnknownButton):
                again = Action.unpack(event.action)
        button = Button(t("slack.once_more"), again, Style.PRIMARY)
        return View(t("slack.not_now"), buttons=(button,)).speaking(t.language)

    def _modal(self, view: View) -> dict[str, Any]:
        return modal(view, self.t(view))

    def _words(self, event: Event) -> Translator:
        return self._texts.into(self._languages.get(event.sender.address))

    def _wants_window(self, press: Press) -> bool:
        """Whether the answer is a window whatever it is: on the home tab, or where something is asked first."""
        where, verb = press.spot.where, Action.verb_of(press.event.action)
        return where is Where.HOME or (where is not Where.MODAL and verb in self.capabilities.asks_first)

    def _lasting(self, view: View) -> View:
        """What is kept of an answer that stood in a window: not the buttons that soon are out of date."""
        shows = self.capabilities.shows
        return replace(view, buttons=tuple(button for button in view.buttons if button.action.verb in shows))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._late.add(task)
        task.add_done_callback(self._late.discard)


def _menu(t: Translator) -> Button:
    return Button(t("menu.title"), Action("menu"))


async def finished(tasks: Iterable["asyncio.Future[Any]"], seconds: float) -> None:
    """Wait so long for these, and then have them stop."""
    under_way = [task for task in tasks if not task.done()]
    if under_way:
        _, late = await asyncio.wait(under_way, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _asks(view: View) -> bool:
    return view.form is not None or any(button.action.verb == "form.send" for button in view.buttons)


def _same_page(event: Event, view: View) -> bool:
    return view.form is not None and view.form.page == getattr(event, "page", "")


def _finished(event: Event, view: View) -> bool:
    """Whether this answer ends a form: it is worth finding again after the window is closed."""
    if isinstance(view, TurnedAway):
        return False
    sends = isinstance(event, Pressed) and event.action.startswith("form.send:")
    submits = not isinstance(event, Pressed)
    return (sends or submits) and not _asks(view)
