"""A form, asked one question at a time: what a step or typed words do to it, and how it is then looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import dropwhile, takewhile
from typing import Any, assert_never

from flows.engine.forms.definition import Kind
from flows.engine.language.texts import Texts, Translator
from flows.engine.views.action import Action
from flows.engine.views.refusals import UnknownButton
from flows.engine.views.view import FormField, View
from handlers.inbound.events import Event, Pressed, Submitted
from handlers.inbound.results import Answered, NothingToSay, Redraw, Repeat
from handlers.inbound.router import Also, Router
from handlers.telegram.interactions import typed_dates
from handlers.telegram.interactions.open_question import Fronts, Kept, OpenQuestion, Place
from handlers.telegram.interactions.shortcuts import Wish
from handlers.telegram.rendering.answer_buttons import ON_A_SHEET
from handlers.telegram.rendering.question_actions import Op, QuestionAction
from handlers.telegram.rendering.question_state import PLAIN, QuestionState, asked, ticked
from handlers.telegram.updates.decode import Press, UnsupportedMessage, UserAction, Words
from storage.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Shown:
    """What to show, and where it is a form's page, how to look at it.

    ``again``: it answers a repeat. ``once``: a repeat of it shows the question as it stands then, and changes nothing.
    ``kept``: what stands there now was kept with the answer that led to it.
    """

    view: View
    look: QuestionState = PLAIN
    again: bool = False
    once: bool = False
    kept: Kept | None = None


class Questions:
    """Takes steps and words to the router, and says what to show. Only answers count there: looking changes nothing.

    ``place`` is where the question is to stand that comes next.
    """

    def __init__(self, router: Router, fronts: Fronts, texts: Texts, now: Callable[[], datetime]) -> None:
        self._router, self._fronts, self._texts, self._now = router, fronts, texts, now

    def words(self, view: View) -> Translator:
        """The words in the language of a view; days and times in the programme's zone, as the answers of forms are."""
        return self._texts.into(view.language)

    async def step(self, press: Press, step: QuestionAction, front: OpenQuestion | None) -> Shown:
        """A button under a question. The next one takes its place."""
        place = Place(press.ref)
        match step.op:
            case Op.ANSWER | Op.GO_ON:
                answer = {step.field: step.arg or None} if step.op is Op.ANSWER else {}
                return await self._submit(press, step, answer, place)
            case Op.NOTHING:
                return await self._submit(press, step, await self._nothing(press, step), place)
            case Op.DONE:
                ticks = _base(step, front).ticks
                return await self._submit(press, step, {} if ticks is None else {step.field: list(ticks)}, place)
            case Op.BACK:
                return await self._back(press, step)
            case Op.TICK:
                return await self._tick(press, step, _base(step, front))
            case _:
                look = await self._looked(press, step, _base(step, front))
                return Shown(await self._page(press, step.draft_id, step.page), look)

    async def typed(self, words: Words, front: OpenQuestion, place: Place) -> Shown | None:
        """Words while a question stands in front of the person; None where that form can be asked no more."""
        view = await self._page(words, front.draft_id, front.page)
        if view.form is None:
            return None
        field = asked(view.form, front.look)
        if field is None:
            return await self._remarked(words, front, view, "asked.press")
        if field.kind in (Kind.CHOICE, Kind.CHOICES):
            return await self._searched(words, front, view, field, place)
        if field.kind in (Kind.DATE, Kind.MOMENT):
            look = typed_dates.heard(field, words.text, front.look, self.words(view), self._now())
            return Shown(view, look, once=True)
        step = QuestionAction(front.draft_id, front.page, field.name, Op.ANSWER)
        return self._noted(await self._submit(words, step, {field.name: words.text}, place), field, words)

    def _noted(self, shown: Shown, field: FormField, words: Words) -> Shown:
        """The next question, with the number first that was understood, where it was typed in another way."""
        if shown.view.form is None or field.kind is not Kind.NUMBER:
            return shown
        kept = next((one for one in shown.view.form.fields if one.name == field.name and not one.error), None)
        if kept is None or not kept.answered or kept.shown == words.text.strip():
            return shown
        return replace(shown, look=QuestionState(note=self.words(shown.view)("asked.noted", answer=kept.shown)))

    async def stands(self, deed: UserAction, front: OpenQuestion) -> bool:
        """Whether the form in front of the person can still be asked."""
        return (await self._page(deed, front.draft_id, front.page)).form is not None

    async def wished(self, words: Words, front: OpenQuestion, wish: Wish, place: Place) -> Shown | None:
        """A word that stands for a button of the question; None where that form can be asked no more."""
        view = await self._page(words, front.draft_id, front.page)
        if view.form is None:
            return None
        field = asked(view.form, front.look)
        step = QuestionAction(front.draft_id, front.page, field.name if field else "", Op.BACK)
        match wish:
            case Wish.BACK:
                before = await self._back(words, step)
                is_here = before.view.form is not None and before.view.form.page == front.page
                return replace(before, once=is_here)
            case Wish.ON if (answers := _left(field, front.look)) is not None:
                return await self._submit(words, step, answers, place)
            case _:
                key = "asked.help" if wish is Wish.HELP else "form.required"
                return await self._remarked(words, front, view, key)

    async def puzzled(self, puzzle: UnsupportedMessage, front: OpenQuestion) -> Shown | None:
        """The question once more, with why what was sent is no answer; None where that form can be asked no more."""
        view = await self._page(puzzle, front.draft_id, front.page)
        if view.form is None:
            return None
        return await self._remarked(puzzle, front, view, f"asked.puzzle.{puzzle.kind}")

    async def _page(self, deed: UserAction, draft_id: int, page: str) -> View:
        """The page as it stands; the refusal where it can be asked no more."""
        return await self._router.look(deed.sender, f"form.change:{draft_id}:0:{page}")

    async def _submit(self, deed: UserAction, step: QuestionAction, answers: Mapping[str, Any], place: Place) -> Shown:
        kept: list[tuple[View, Kept]] = []

        def keep(uow: UnitOfWork, view: View) -> None:
            # What is typed next answers the next question, also where this process dies before that is shown.
            kept.append((view, self._fronts.keep_with(uow, deed, view, place)))

        event = Submitted(deed.event_id, deed.sender, step.draft_id, step.page, answers)
        shown = await self._take(event, step, keep)
        # What was kept of a try that was undone is not kept, and another view is shown for it.
        return replace(shown, kept=next((one for view, one in kept if view is shown.view), None))

    async def _take(self, event: Event, step: QuestionAction, also: Also | None = None) -> Shown:
        match await self._router.handle(event, also=also):
            case Answered(view):
                return Shown(view)
            case Repeat() | Redraw() | NothingToSay():
                return Shown(
                    await self._router.look(event.sender, Action("form.resume", step.draft_id).pack()), again=True
                )
            case never:
                assert_never(never)

    async def _nothing(self, deed: UserAction, step: QuestionAction) -> Mapping[str, Any]:
        """No answer: to this moment, nor to those behind it that are asked only in case there are more."""
        view = await self._page(deed, step.draft_id, step.page)
        fields = view.form.fields if view.form else ()
        behind = [*dropwhile(lambda one: one.name != step.field, fields)]
        more = [*takewhile(_may_have_no_moment, behind)] if behind and behind[0].kind is Kind.MOMENT else []
        return {step.field: None, **{one.name: None for one in more}}

    async def _remarked(self, deed: UserAction, front: OpenQuestion, view: View, key: str) -> Shown:
        """The question as it stands, with what was found there, and this said first."""
        look, search = front.look, self._router.search
        found = await search(deed.sender, front.draft_id, look.field, look.words) if look.words else ()
        return Shown(view, replace(look, found=tuple(found), note=self.words(view)(key)), once=True)

    async def _looked(self, press: Press, step: QuestionAction, base: QuestionState) -> QuestionState:
        match step.op:
            case Op.SHEET:
                found = await self._router.search(press.sender, step.draft_id, step.field, base.words)
                return replace(base, sheet=_number(step.arg), found=tuple(found) if base.words else ())
            case Op.MONTH:
                return QuestionState(step.field, month=step.arg)
            case Op.DAY:
                return QuestionState(step.field, day=_day(step.arg))
            case Op.EVERY:
                return QuestionState(step.field, ticks=base.ticks)
            case _:
                return QuestionState(step.field)

    async def _back(self, deed: UserAction, step: QuestionAction) -> Shown:
        view = await self._page(deed, step.draft_id, step.page)
        names = [field.name for field in view.form.fields] if view.form else []
        at = names.index(step.field) if step.field in names else 0
        if at:
            return Shown(view, QuestionState(names[at - 1]))
        event = Pressed(deed.event_id, deed.sender, f"form.back:{step.draft_id}:0:{step.page}")
        before = await self._take(event, step)
        return replace(before, look=QuestionState(before.view.form.fields[-1].name if before.view.form else ""))

    async def _tick(self, press: Press, step: QuestionAction, base: QuestionState) -> Shown:
        view = await self._page(press, step.draft_id, step.page)
        field = next((one for one in view.form.fields if one.name == step.field), None) if view.form else None
        if field is None:
            return Shown(view)
        found = await self._router.search(press.sender, step.draft_id, field.name, base.words) if base.words else []
        labels = {choice.value: choice.label for choice in (*field.choices, *found)}
        ticks = ticked(field, base)
        if step.arg in ticks:
            del ticks[step.arg]
        elif step.arg in labels:
            ticks[step.arg] = labels[step.arg]
        order = [choice.value for choice in found or field.choices]
        sheet = order.index(step.arg) // ON_A_SHEET if step.arg in order else 0
        return Shown(view, QuestionState(field.name, ticks, base.words, tuple(found), sheet), once=True)

    async def _searched(self, words: Words, front: OpenQuestion, view: View, field: FormField, place: Place) -> Shown:
        found = await self._router.search(words.sender, front.draft_id, field.name, words.text)
        same = [choice for choice in found if choice.label.casefold() == words.text.strip().casefold()]
        if len(same) == 1 and field.kind is Kind.CHOICE:
            step = QuestionAction(front.draft_id, front.page, field.name, Op.ANSWER)
            return await self._submit(words, step, {field.name: same[0].value}, place)
        look = QuestionState(field.name, front.look.ticks, words.text.strip(), tuple(found))
        if len(field.choices) <= ON_A_SHEET:
            # All there is to choose stands there, and stays.
            look = replace(look, words="", found=(), note=self.words(view)("asked.not_here", words=look.words))
        return Shown(view, look, once=True)


def _may_have_no_moment(field: FormField) -> bool:
    return field.kind is Kind.MOMENT and not field.required and field.value is None


def _left(field: FormField | None, look: QuestionState) -> Mapping[str, Any] | None:
    """What is answered by going on from a question as it stands; None where it has to be answered first."""
    if field is None or (field.value is not None and field.kind is not Kind.CHOICES):
        return {}
    ticks = list(ticked(field, look)) if field.kind is Kind.CHOICES else []
    return {field.name: ticks or None} if ticks or not (field.required or field.needed) else None


def _base(step: QuestionAction, front: OpenQuestion | None) -> QuestionState:
    """What was begun at this question, where it is the one that stands in front of the person."""
    if front is not None and front.is_about(step.draft_id, step.page, step.field):
        return front.look
    return QuestionState(step.field)


def _number(arg: str) -> int:
    if not (arg.isascii() and arg.isdigit() and len(arg) <= 4):
        raise UnknownButton
    return int(arg)


def _day(arg: str) -> str:
    try:
        return date.fromisoformat(arg).isoformat()
    except ValueError:
        raise UnknownButton from None
