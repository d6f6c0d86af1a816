"""What a person does in a private chat, from the press or the words to what they see of it."""

from collections.abc import Callable
from datetime import datetime

from flows.engine.language.texts import Texts
from flows.engine.views.action import Action
from flows.engine.views.refusals import UnknownButton
from flows.engine.views.view import View
from handlers.inbound.events import Pressed, TextMessage
from handlers.inbound.router import Router
from handlers.telegram.interactions import commands
from handlers.telegram.interactions.menu_button import homeward
from handlers.telegram.interactions.open_question import Fronts, OpenQuestion, Place
from handlers.telegram.interactions.presenter import Showing
from handlers.telegram.interactions.questions import Questions, Shown
from handlers.telegram.interactions.shortcuts import ACTIONS, wish
from handlers.telegram.rendering.answer_messages import read
from handlers.telegram.rendering.question_actions import Op, QuestionAction, is_step
from handlers.telegram.sending.channel import TelegramChannel
from handlers.telegram.updates.decode import Press, UnsupportedMessage, UserAction, Words
from handlers.telegram.updates.redelivery import Redelivery


class Interactions:
    """Takes the turns of people whom the programme knows."""

    def __init__(
        self,
        router: Router,
        channel: TelegramChannel,
        fronts: Fronts,
        texts: Texts,
        now: Callable[[], datetime],
        retelling: Redelivery,
        showing: Showing,
    ) -> None:
        self._channel, self._fronts, self._texts, self._retelling = channel, fronts, texts, retelling
        self._showing, self.capabilities = showing, router.capabilities
        self._questions = Questions(router, fronts, texts, now)

    async def hear(self, query_id: str, data: str, chat_id: int) -> None:
        """Stop a pressed button from spinning, and say what it is where it does nothing.

        Raises RetryLater and NeverDeliverable where it spins on.
        """
        await self._channel.hear(query_id, self._showing.remark(data, chat_id))

    async def press(self, press: Press) -> None:
        """A button under a message of ours, of whatever age; or a made-up one."""
        packed, is_answer = read(press.data)
        if is_step(press.data):
            await self._step(press)
            return
        view = await self._answer(Pressed(press.event_id, press.sender, packed))
        if view is not None:
            await self._showing.show(press, Shown(view), Place(press.ref if is_answer else None))

    async def say(self, words: Words) -> None:
        """Words: an answer to the question in front of the person, or else what they are to the bot itself."""
        front = await self._fronts.at(words.address)
        if front is not None and await self._wished(words, front):
            return
        if front is not None:
            place = self._showing.place(front, words.chat_id)
            shown = await self._questions.typed(words, front, place)
            if shown is not None:
                await self._showing.show(words, shown, place, front)
                return
        view = await self._answer(TextMessage(words.event_id, words.sender, words.text))
        if view is not None:
            await self._showing.show(words, Shown(view))

    async def command(self, words: Words, name: str, rest: str) -> None:
        """A command with what stands behind it."""
        front = await self._fronts.at(words.address) if wish(words.text) else None
        if front is not None and await self._wished(words, front):
            return
        view = await self._commanded(words, name, rest)
        if view is not None:
            await self._showing.show(words, Shown(view))

    async def begin(self, deed: UserAction, action: str) -> None:
        """Do what a button with this action does, and answer in a new message."""
        view = await self._answer(Pressed(deed.event_id, deed.sender, action))
        if view is not None:
            await self._showing.show(deed, Shown(view))

    async def tell(self, deed: UserAction, view: View) -> None:
        """Answer with this: in the place of what was pressed, else in a new message."""
        own = isinstance(deed, Press) and deed.ref.startswith(f"{deed.chat_id}:")
        await self._showing.show(deed, Shown(view), Place(deed.ref if isinstance(deed, Press) and own else None))

    async def apologise(self, deed: UserAction, fault: str) -> None:
        """Say that something of ours failed, with an id to quote."""
        await self._showing.sorry(deed, fault)

    async def stop(self, seconds: float) -> None:
        """Wait so long for what is still to be shown, and then give it up."""
        await self._showing.stop(seconds)

    async def puzzle(self, puzzle: UnsupportedMessage) -> None:
        """Something that is no answer: it is said why not, and what to do."""
        front = await self._fronts.at(puzzle.address)
        shown = await self._questions.puzzled(puzzle, front) if front else None
        if front is not None and shown is not None:
            await self._showing.show(puzzle, shown, self._showing.place(front, puzzle.chat_id), front)
            return
        if puzzle.kind == "edited":
            return
        menu = await self._answer(Pressed(puzzle.event_id, puzzle.sender, Action("menu").pack()))
        if menu is not None:
            await self._showing.show(puzzle, Shown(menu.noting(self._texts.into(menu.language)("telegram.only_words"))))

    async def _answer(self, event: Pressed | TextMessage) -> View | None:
        view = await self._retelling.answer(event)
        if view is None:
            return None
        return homeward(self.capabilities, view, self._retelling.meant(event), self._texts.into(view.language))

    async def _wished(self, words: Words, front: OpenQuestion) -> bool:
        """Do what a word that stands for a button does; False for an answer, and where there is no form any more."""
        wanted = wish(words.text)
        if wanted is None or not await self._questions.stands(words, front):
            return False
        place = self._showing.place(front, words.chat_id)
        if verb := ACTIONS.get(wanted):
            view = await self._answer(Pressed(words.event_id, words.sender, f"{verb}:{front.draft_id}:0"))
            shown = Shown(view) if view else None
        else:
            shown = await self._questions.wished(words, front, wanted, place)
        if shown is not None:
            await self._showing.show(words, shown, place, front)
        return True

    async def _step(self, press: Press) -> None:
        try:
            step = QuestionAction.unpack(press.data)
            if step.op is Op.STAY:
                return
            front = await self._fronts.at(press.address) if step.op in (Op.TICK, Op.DONE, Op.SHEET, Op.EVERY) else None
            shown: Shown | None = await self._questions.step(press, step, front)
        except UnknownButton:
            # The router says so, in the person's words, with how to go on.
            view = await self._answer(Pressed(press.event_id, press.sender, press.data))
            shown = Shown(view) if view else None
        if shown is not None:
            await self._showing.show(press, shown, Place(press.ref))

    async def _commanded(self, words: Words, name: str, rest: str) -> View | None:
        action = commands.action_for(self.capabilities, name, rest)
        if action is not None:
            return await self._answer(Pressed(words.event_id, words.sender, action))
        said = "help" if name in commands.HELP else f"{name} {rest}".strip()
        view = await self._answer(TextMessage(words.event_id, words.sender, said))
        t = self._texts.into(view.language if view else None)
        if view is not None and name in commands.LANGUAGE:
            return commands.choose_language(t)
        if view is not None and name in commands.HELP:
            return view.noting(commands.explanation(t, self.capabilities))
        return view
