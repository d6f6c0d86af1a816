"""What people see of what they did: an answer below, or a question in the one message that changes.

What a person writes stands below the question, so after a few messages, or a while, it is asked in a new message, and
the former one says so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from flows.engine import faults
from flows.engine.language.texts import Texts, Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.telegram.interactions.open_question import Fronts, OpenQuestion, Place
from handlers.telegram.interactions.questions import Shown
from handlers.telegram.rendering import question_message
from handlers.telegram.rendering.answer_messages import answer
from handlers.telegram.rendering.inert_buttons import heading
from handlers.telegram.rendering.message import message
from handlers.telegram.sending.channel import TelegramChannel
from handlers.telegram.updates.backlog import is_late
from handlers.telegram.updates.decode import Press, UserAction, Words
from handlers.telegram.updates.redelivery import Redelivery

log = logging.getLogger(__name__)

BELOW = 3
"""So many messages of the person may stand below a question before it is asked in a new one."""
IN_SIGHT = timedelta(minutes=10)
"""After so long without an answer a question is asked in a new message, when the person writes again."""
CHANGEABLE = timedelta(hours=48)
"""After so long Telegram lets no message be changed (Bot API, "Updating messages")."""
SOON = 2.0
"""Seconds after which who waits behind an answer waits no more: Telegram may ask to wait for long with one chat."""
MANY = 4
"""Where somebody sent so many more things meanwhile, only the last is answered, for each has to wait a second."""
LANGUAGES_REMEMBERED = 50_000
ANEW = Place()
"""A new message."""


class Showing:
    """``zone`` is the programme's; ``behind`` tells how many updates of a chat wait behind the one worked on."""

    def __init__(
        self,
        channel: TelegramChannel,
        fronts: Fronts,
        texts: Texts,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        retelling: Redelivery,
        behind: Callable[[int], int],
    ) -> None:
        self._channel, self._fronts, self._texts, self._retelling = channel, fronts, texts, retelling
        self._now, self._zone, self._behind = now, zone, behind
        self._languages: dict[int, str] = {}
        self._last: dict[int, asyncio.Task[None]] = {}

    async def show(
        self, deed: UserAction, shown: Shown, place: Place = ANEW, front: OpenQuestion | None = None
    ) -> None:
        """Show it, in the place of a message where that can be; with an excuse where it comes late.

        Returns when it is to be seen, or after a moment: then it is shown when Telegram lets it, in the chat's order.
        """
        self._remember(deed.chat_id, shown.view.language)
        # What stands in front of them is kept first, for what they do next is about that, seen or not.
        shown, before = await self._kept(deed, shown, place, front)
        shown = self._excused(shown) if _waited(deed, self._now()) else shown
        # Who wrote the same once more sees that it was read: the question comes below, though it says nothing new.
        say = partial(self._ask, anew=front is not None and not shown.again) if shown.view.form else self._answer
        last = self._last.get(deed.chat_id)
        saying = self._shown_after(last, deed, partial(say, deed, shown, place.ref, before))
        showing = self._last[deed.chat_id] = asyncio.create_task(saying)
        showing.add_done_callback(lambda done: self._forget(deed.chat_id, done))
        await _soon(showing, SOON if last is None else 0)

    async def sorry(self, deed: UserAction, fault: str) -> None:
        """Say that something of ours failed, with an id to quote."""
        t = self._texts.into(self._languages.get(deed.chat_id))
        menu = Button(t("menu.title"), Action("menu"))
        await self.show(deed, Shown(View(t("error.unexpected", fault=fault), buttons=(menu,)).speaking(t.language)))

    def place(self, front: OpenQuestion, chat_id: int) -> Place:
        """Where a question is asked once more: in its message, where the person still has that before them."""
        covered = self._channel.spoke_below(front.ref)
        seen = front.below < BELOW and self._now() - front.at < IN_SIGHT and not covered
        return Place(front.ref, front.below + 1) if front.ref and (seen or self._is_crowded(chat_id)) else Place()

    def remark(self, data: str, chat_id: int) -> str:
        """What to say at once of a press that does nothing else; empty for others."""
        return heading(data, self._texts.into(self._languages.get(chat_id)))

    def words(self, view: View) -> Translator:
        """The words in the language of a view."""
        return self._texts.into(view.language)

    async def stop(self, seconds: float) -> None:
        """Wait so long for what is still to be shown, and then give it up."""
        if under_way := list(self._last.values()):
            _, lost = await asyncio.wait(under_way, timeout=seconds)
            for showing in lost:
                showing.cancel()
            await asyncio.gather(*lost, return_exceptions=True)

    async def _kept(
        self, deed: UserAction, shown: Shown, place: Place, front: OpenQuestion | None
    ) -> tuple[Shown, OpenQuestion | None]:
        """Keep which question stands there now, if one does; gives what is to be shown, and what stood there before."""
        page = shown.view.form
        if page is None:
            if shown.kept is None:
                await self._fronts.clear(deed.address)
            return shown, front
        now = self._fronts.front(page, shown.look, place)
        kept = shown.kept or await self._fronts.keep(deed, now, once=shown.once)
        look = shown.look if shown.kept else kept.look
        return replace(shown, look=look, again=shown.again or kept.again), kept.before

    async def _shown_after(
        self, last: "asyncio.Task[None] | None", deed: UserAction, say: Callable[[], Awaitable[None]]
    ) -> None:
        if last is not None:
            await asyncio.wait({last})
        try:
            await say()
        except (RetryLater, NeverDeliverable) as why:
            # What it tells of is done, and stands in the menu and the lists.
            log.warning("An answer did not arrive: %s", type(why).__name__, extra={"action": "telegram.answer_lost"})
        await self._retelling.told(deed.event_id)

    async def _ask(
        self, deed: UserAction, shown: Shown, ref: str | None, before: OpenQuestion | None, *, anew: bool
    ) -> None:
        assert shown.view.form is not None
        t = self.words(shown.view)
        said = question_message.question(shown.view, shown.look, t, self._now().astimezone(self._zone))
        now_at = await self._channel.show(deed.chat_id, said, ref, anew=anew)
        if now_at != ref:
            await self._fronts.moved(deed.address, ref or "", now_at)
        if before is not None and before.ref not in ("", now_at):
            await self._close(before, shown.view)

    async def _close(self, front: OpenQuestion, view: View) -> None:
        """Have the message in which a question stood say that it goes on elsewhere, where it can still be changed."""
        t = self.words(view)
        if self._now() - front.at < CHANGEABLE:
            with suppress(NeverDeliverable):
                await self._channel.edit(front.ref, View(t("asked.below")), t)

    async def _answer(self, deed: UserAction, shown: Shown, ref: str | None, front: OpenQuestion | None) -> None:
        view = shown.view
        t, now_at = self.words(view), ""
        if view.file is not None:
            # It is to be kept, so the next answer does not take its place.
            now_at = await self._channel.post(deed.chat_id, view, t, ref)
        elif ref is not None or not self._is_crowded(deed.chat_id):
            now_at = await self._channel.show(deed.chat_id, answer(message(view, t)), ref)
        if front is not None and now_at and front.ref not in ("", now_at):
            await self._close(front, view)

    def _is_crowded(self, chat_id: int) -> bool:
        return self._behind(chat_id) >= MANY

    def _forget(self, chat_id: int, showing: "asyncio.Task[None]") -> None:
        if self._last.get(chat_id) is showing:
            del self._last[chat_id]

    def _excused(self, shown: Shown) -> Shown:
        excuse = self.words(shown.view)("telegram.late")
        if shown.view.form is None:
            return replace(shown, view=shown.view.noting(excuse))
        note = "\n\n".join(filter(None, (excuse, shown.look.note)))
        return replace(shown, look=replace(shown.look, note=note))

    def _remember(self, chat_id: int, language: str) -> None:
        self._languages.pop(chat_id, None)
        self._languages[chat_id] = language
        if len(self._languages) > LANGUAGES_REMEMBERED:
            del self._languages[next(iter(self._languages))]


async def _soon(showing: "asyncio.Task[None]", seconds: float) -> None:
    """Wait so long for it. What goes wrong by then is raised, what goes wrong later is told of."""
    try:
        await asyncio.wait({showing}, timeout=seconds)
    finally:
        if not showing.done():
            showing.add_done_callback(_tell)
    if showing.done():
        showing.result()


def _tell(showing: "asyncio.Task[None]") -> None:
    if not showing.cancelled() and (error := showing.exception()) is not None:
        faults.report(log, "Showing an answer failed", error)


def _waited(deed: UserAction, now: datetime) -> bool:
    return deed.waited if isinstance(deed, Press) else isinstance(deed, Words) and is_late(deed.at, now)
