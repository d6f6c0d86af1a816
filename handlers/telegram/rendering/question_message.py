"""One question of a form's page as a message: what is asked, how to answer, and buttons for all that can be pressed.

Pure: the same page, looked at in the same way, gives the same message.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from flows.engine.forms.definition import Choice, Kind
from flows.engine.language.texts import Translator
from flows.engine.views.view import Button, FormField, FormPage, View
from handlers.telegram.rendering import limits
from handlers.telegram.rendering.answer_buttons import ON_A_SHEET, is_small, listed, rows
from handlers.telegram.rendering.answer_messages import as_answer
from handlers.telegram.rendering.date_picker import Key, Rows
from handlers.telegram.rendering.keyboard import rows as side_by_side
from handlers.telegram.rendering.message import RenderedMessage
from handlers.telegram.rendering.question_actions import Op, QuestionAction
from handlers.telegram.rendering.question_state import QuestionState, asked, ticked
from handlers.telegram.rendering.text import html, line, split

SHOWN = 300
"""Signs of a long answer that are shown back beside its question."""
_BACK = "form.back"


def question(view: View, look: QuestionState, t: Translator, now: datetime) -> RenderedMessage:
    """The message that asks a page of a form. ``now`` is the local time, from which days and hours are offered."""
    page = view.form
    assert page is not None
    field = asked(page, look)
    before = _chosen_before(page, field) if field else []
    if field and before and not look.month and field.value is None:
        look = replace(look, month=str(before[-1].value)[:10])
    told = _field_lines(field, look, before, t) if field else _so_far(page)
    lines = [*_above(view, page, look), *told]
    keys = list(_buttons(page, field, rows(field, look, t, now))) if field else list(_overview(page))
    keyboard = [*keys, *side_by_side(_ways(view, page, field, t))]
    return RenderedMessage(tuple(split("\n\n".join(filter(None, lines)), limits.TEXT)), InlineKeyboardMarkup(keyboard))


def _above(view: View, page: FormPage, look: QuestionState) -> Iterator[str]:
    # The question says what the page is about; a form of one page has no place to tell, and so its name.
    yield f"<i>{html(page.position)}</i>" if page.position else f"<b>{html(page.title)}</b>"
    yield html(look.note)
    yield html(view.text)


def _chosen_before(page: FormPage, field: FormField) -> list[FormField]:
    """The days and moments that were chosen on this page before this question: near them the next one will be."""
    before = takewhile(lambda one: one.name != field.name, page.fields)
    return [one for one in before if one.kind in (Kind.DATE, Kind.MOMENT) and one.value is not None]


def _field_lines(field: FormField, look: QuestionState, before: Sequence[FormField], t: Translator) -> Iterator[str]:
    yield "\n".join(f"\u2713 {html(one.shown)}" for one in before)
    if field.error:
        yield f"\u26a0\ufe0f {_wrote(field, t)}{html(field.error)}"
    yield f"<b>{html(field.label)}</b>" + (f"\n{html(field.help)}" if field.help else "")
    yield _explained(listed(field, look))
    if field.answered and not field.error:
        yield html(t("asked.now", answer=_short(field.shown)))
    yield _ticked_elsewhere(field, look, t)
    told_before = before and field.kind is Kind.MOMENT and not (look.day or look.offers)
    if not (told_before or (field.error and field.kind is Kind.NUMBER)):
        # What is wrong with a number says already how to answer.
        yield html(_how(field, look, t))


def _wrote(field: FormField, t: Translator) -> str:
    """What was answered and is not right, as it was written: days and moments were pressed, or shown in full."""
    if not isinstance(field.typed, str):
        return ""
    try:
        if field.kind is Kind.DATE:
            return html(t("asked.chose", what=t.day(date.fromisoformat(field.typed)))) + "\n"
        if field.kind is Kind.MOMENT:
            return (
                html(t("asked.chose", what=t.moment(datetime.fromisoformat(field.typed).replace(tzinfo=t.zone)))) + "\n"
            )
    except ValueError:
        pass  # It is neither, and stands there as it is.
    return html(t("asked.wrote", words=_short(field.typed))) + "\n"


def _ticked_elsewhere(field: FormField, look: QuestionState, t: Translator) -> str:
    """What is ticked, where some of it stands on another sheet."""
    ticks = ticked(field, look) if field.kind is Kind.CHOICES else {}
    here = {one.value for one in listed(field, look)}
    return html(t("asked.ticked", what=t.listing(ticks.values()))) if set(ticks) - here else ""


def _explained(choices: Sequence[Choice]) -> str:
    """What the choices are, where their names alone do not say it: folded up, for most know which one they want."""
    lines = "\n".join(f"\u2022 <b>{html(one.label)}</b>: {html(one.help)}" for one in choices if one.help)
    return f"<blockquote expandable>{lines}</blockquote>" if lines else ""


def _how(field: FormField, look: QuestionState, t: Translator) -> str:
    """How to answer, where the buttons alone do not say it."""
    if look.offers:
        return t("asked.meant", what=look.offers[0].label) if len(look.offers) == 1 else t("asked.several")
    if look.words:
        return t("asked.found" if look.found else "asked.found_none", words=_short(look.words))
    return _HOW.get(field.kind, _type)(field, look, t)


def _search(field: FormField, _look: QuestionState, t: Translator) -> str:
    return t("asked.search") if len(field.choices) > ON_A_SHEET else ""


def _number(field: FormField, _look: QuestionState, t: Translator) -> str:
    if is_small(field):
        return ""
    if field.low is None or field.high is None:
        return t("asked.number")
    return t("asked.number_between", low=field.low, high=field.high)


def _moment(_field: FormField, look: QuestionState, t: Translator) -> str:
    return t("asked.time", day=t.day(date.fromisoformat(look.day))) if look.day else t("asked.moment")


def _type(field: FormField, _look: QuestionState, t: Translator) -> str:
    return "" if field.help else t("asked.text")


_HOW: Mapping[Kind, Callable[[FormField, QuestionState, Translator], str]] = {
    Kind.CHOICE: _search,
    Kind.CHOICES: _search,
    Kind.NUMBER: _number,
    Kind.DATE: lambda _field, _look, t: t("asked.date"),
    Kind.MOMENT: _moment,
}


def _so_far(page: FormPage) -> Iterator[str]:
    yield "\n".join(f"{html(one.label)}\n<b>{html(_short(one.shown))}</b>" for one in page.fields)


def _buttons(page: FormPage, field: FormField | None, keys: Rows) -> Iterator[list[InlineKeyboardButton]]:
    for row in keys:
        yield [_button(page, field.name if field else "", key) for key in row]


def _overview(page: FormPage) -> Iterator[list[InlineKeyboardButton]]:
    """Every answer of a page, to be changed, and the way on."""
    for one in page.fields:
        yield [_button(page, one.name, Key(f"\u270e {one.label}", Op.FIELD))]
    yield [_button(page, "", Key(page.submit, Op.GO_ON))]


def _button(page: FormPage, name: str, key: Key) -> InlineKeyboardButton:
    packed = QuestionAction(page.draft_id, page.page, name, key.op, key.arg).pack()
    return InlineKeyboardButton(line(key.label, limits.BUTTON), callback_data=packed)


def _ways(view: View, page: FormPage, field: FormField | None, t: Translator) -> list[InlineKeyboardButton]:
    """The ways out that the flow gives. Within a page, the way back leads to the question before."""
    is_first = field is None or field.name == page.fields[0].name
    inside = QuestionAction(page.draft_id, page.page, field.name, Op.BACK).pack() if field else ""
    back = [] if is_first else [InlineKeyboardButton(t("form.back"), callback_data=inside)]
    return [*back, *(_way(button, inside) for button in view.buttons if is_first or button.action.verb != _BACK)]


def _way(button: Button, inside: str) -> InlineKeyboardButton:
    back = inside if button.action.verb == _BACK else ""
    return InlineKeyboardButton(button.label, callback_data=back or as_answer(button.action.pack()))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}\u2026"
