"""What a person does in a private chat, from the press or the words to what they see of it.

A form is asked in one message that changes. What a person writes stands below it, so after a few messages, or a while,
the question is asked in a new message, and the former one says so.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.actions import Action
from flows.errors import UnknownButton
from flows.texts import Texts
from flows.view import Button, View
from handlers.channel import NotEver, NotNow
from handlers.inbound import Pressed, Said
from handlers.router import Router
from handlers.telegram import asking, commands
from handlers.telegram.answers import answer, read
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.decode import Deed, Press, Puzzle, Words
from handlers.telegram.fronts import Front, Fronts
from handlers.telegram.message import message
from handlers.telegram.questions import Questions, Shown
from handlers.telegram.steps import Op, Step, is_step

log = logging.getLogger(__name__)

BELOW = 3
"""So many messages of the person may stand below a question before it is asked in a new one."""
IN_SIGHT = timedelta(minutes=10)
"""After so long without an answer a question is asked in a new message, when the person writes again."""
LATE = timedelta(minutes=15)
"""Words that waited so long, because the bot was down, are answered with an excuse."""


CHANGEABLE = timedelta(hours=48)
"""After so long Telegram lets no message be changed (Bot API, "Updating messages")."""
LANGUAGES_REMEMBERED = 50_000


class Turns:
    """Takes the turns of people whom the programme knows. ``zone`` is the programme's."""

    def __init__(
        self,
        router: Router,
        channel: TelegramChannel,
        fronts: Fronts,
        texts: Texts,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._router, self._channel, self._fronts, self._texts = router, channel, fronts, texts
        self._now, self._zone = now, zone
        self._questions = Questions(router, texts, now)
        self._languages: dict[int, str] = {}

    async def press(self, press: Press) -> None:
        """A button under a message of ours, of whatever age; or a made-up one."""
        packed, is_answer = read(press.data)
        if is_step(press.data):
            await self._step(press)
            return
        view = await self._router.handle(Pressed(press.event_id, press.sender, packed))
        if view is not None:
            await self._show(press, Shown(view), press.ref if is_answer else None)

    async def say(self, words: Words) -> None:
        """Words: an answer to the question in front of the person, or else what they are to the bot itself."""
        front = await self._fronts.at(words.address)
        shown = await self._questions.typed(words, front) if front else None
        if front is not None and shown is not None:
            await self._show(words, shown, self._in_sight(front), front)
            return
        view = await self._router.handle(Said(words.event_id, words.sender, words.text))
        if view is not None:
            await self._show(words, Shown(self._excused(view, words.at)))

    async def command(self, words: Words, name: str, rest: str) -> None:
        """A command with what stands behind it."""
        view = await self._commanded(words, name, rest)
        if view is not None:
            await self._show(words, Shown(self._excused(view, words.at)))

    async def begin(self, deed: Deed, action: str) -> None:
        """Do what a button with this action does, and answer in a new message."""
        view = await self._router.handle(Pressed(deed.event_id, deed.sender, action))
        if view is not None:
            await self._show(deed, Shown(view))

    async def tell(self, deed: Deed, view: View) -> None:
        """Answer in a new message with this."""
        await self._show(deed, Shown(view))

    async def apologise(self, deed: Deed, fault: str) -> None:
        """Say that something of ours failed, with an id to quote."""
        t = self._texts.into(self._languages.get(deed.chat_id))
        menu = Button(t("menu.title"), Action("menu"))
        await self._show(deed, Shown(View(t("error.unexpected", fault=fault), buttons=(menu,)).speaking(t.language)))

    async def puzzle(self, puzzle: Puzzle) -> None:
        """Something that is no answer: it is said why not, and what to do."""
        front = await self._fronts.at(puzzle.address)
        view = await self._questions.page(puzzle, front.draft_id, front.page) if front else None
        if front is not None and view is not None and view.form is not None:
            note = self._questions.words(view)(f"asked.puzzle.{puzzle.kind}")
            await self._show(puzzle, Shown(view, replace(front.look, note=note)), self._in_sight(front), front)
            return
        menu = await self._router.handle(Pressed(puzzle.event_id, puzzle.sender, "menu:0:0"))
        if menu is not None and puzzle.kind != "edited":
            await self._show(puzzle, Shown(menu.noting(self._texts.into(menu.language)("telegram.only_words"))))

    async def _step(self, press: Press) -> None:
        try:
            step = Step.unpack(press.data)
            if step.op is Op.STAY:
                return
            front = await self._fronts.at(press.address) if step.op in (Op.TICK, Op.DONE, Op.SHEET, Op.EVERY) else None
            shown = await self._questions.step(press, step, front)
        except UnknownButton:
            # The router says so, in the person's words, with how to go on.
            view = await self._router.handle(Pressed(press.event_id, press.sender, press.data))
            shown = Shown(view) if view else None
        if shown is not None:
            await self._show(press, shown, press.ref)

    async def _commanded(self, words: Words, name: str, rest: str) -> View | None:
        action = commands.action_for(name, rest)
        if action is not None:
            return await self._router.handle(Pressed(words.event_id, words.sender, action))
        said = "help" if name in commands.HELP else f"{name} {rest}".strip()
        view = await self._router.handle(Said(words.event_id, words.sender, said))
        t = self._texts.into(view.language if view else None)
        if view is not None and name in commands.LANGUAGE:
            return commands.choose_language(t)
        return view.noting(t("telegram.commands")) if view is not None and name in commands.HELP else view

    async def _show(self, deed: Deed, shown: Shown, ref: str | None = None, front: Front | None = None) -> None:
        """Show it, in the place of the message ``ref`` where that can be."""
        self._languages.pop(deed.chat_id, None)
        self._languages[deed.chat_id] = shown.view.language
        if len(self._languages) > LANGUAGES_REMEMBERED:
            del self._languages[next(iter(self._languages))]
        try:
            await (self._ask(deed, shown, ref, front) if shown.view.form else self._answer(deed, shown.view, ref))
        except (NotNow, NotEver) as why:
            # What it tells of is done, and stands in the menu and the lists.
            log.warning("An answer did not arrive: %s", type(why).__name__, extra={"action": "telegram.answer_lost"})

    async def _ask(self, deed: Deed, shown: Shown, ref: str | None, front: Front | None) -> None:
        assert shown.view.form is not None
        t = self._questions.words(shown.view)
        said = asking.question(shown.view, shown.look, t, self._now().astimezone(self._zone))
        now_at = await self._channel.show(deed.chat_id, said, ref)
        below = front.below + 1 if front and front.ref == now_at else 0
        before = await self._fronts.keep(deed.address, shown.view.form, shown.look, now_at, below)
        if before is not None and before.ref not in ("", now_at):
            await self._close(before, shown.view)

    async def _close(self, front: Front, view: View) -> None:
        """Have the message in which a question stood say that it goes on elsewhere, where it can still be changed."""
        t = self._questions.words(view)
        if self._now() - front.at < CHANGEABLE:
            with suppress(NotEver):
                await self._channel.edit(front.ref, View(t("asked.below")), t)

    async def _answer(self, deed: Deed, view: View, ref: str | None) -> None:
        t = self._texts.into(view.language)
        if view.file is not None:
            await self._channel.post(deed.chat_id, view, t)
        else:
            await self._channel.show(deed.chat_id, answer(message(view, t)), ref)
        await self._fronts.clear(deed.address)

    def _in_sight(self, front: Front) -> str | None:
        seen = front.below < BELOW and self._now() - front.at < IN_SIGHT
        return front.ref if seen and front.ref else None

    def _excused(self, view: View, at: datetime) -> View:
        if self._now() - at < LATE:
            return view
        return view.noting(self._texts.into(view.language)("telegram.late"))
