"""One question of a form's page as a message: what is asked, how to answer, and buttons for all that can be pressed.

Pure: the same page, looked at in the same way, gives the same message.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from flows.form import Choice, Kind
from flows.texts import Translator
from flows.view import Button, FormField, FormPage, View
from handlers.telegram import limits
from handlers.telegram.answers import as_answer
from handlers.telegram.calendar import Key, Rows
from handlers.telegram.keys import ON_A_SHEET, is_small, listed, rows
from handlers.telegram.look import Look, asked
from handlers.telegram.message import Said
from handlers.telegram.steps import Op, Step
from handlers.telegram.text import html, line, split

SHOWN = 300
"""Signs of a long answer that are shown back beside its question."""
_BACK = "form.back"


def question(view: View, look: Look, t: Translator, now: datetime) -> Said:
    """The message that asks a page of a form. ``now`` is the local time, from which days and hours are offered."""
    page = view.form
    assert page is not None
    field = asked(page, look)
    lines = [*_above(view, page, field, look, t), *(_field_lines(field, look, t) if field else _so_far(page))]
    keys = list(_buttons(page, field, rows(field, look, t, now))) if field else list(_overview(page))
    keyboard = [*keys, _ways(view, page, field, t)]
    return Said(tuple(split("\n\n".join(filter(None, lines)), limits.TEXT)), InlineKeyboardMarkup(keyboard))


def _above(view: View, page: FormPage, field: FormField | None, look: Look, t: Translator) -> Iterator[str]:
    yield f"<b>{html(page.title)}</b>" + (f"\n<i>{html(place)}</i>" if (place := _place(page, field, t)) else "")
    yield html(look.note)
    yield html(view.text)


def _place(page: FormPage, field: FormField | None, t: Translator) -> str:
    number = [one.name for one in page.fields].index(field.name) + 1 if field else 0
    which = t("asked.place", number=number, of=len(page.fields)) if number and len(page.fields) > 1 else ""
    return " \u00b7 ".join(filter(None, (page.position, which)))


def _field_lines(field: FormField, look: Look, t: Translator) -> Iterator[str]:
    if field.error:
        wrote = html(t("asked.wrote", words=_short(str(field.typed)))) + "\n" if isinstance(field.typed, str) else ""
        yield f"\u26a0\ufe0f {wrote}{html(field.error)}"
    yield f"<b>{html(field.label)}</b>" + (f"\n{html(field.help)}" if field.help else "")
    yield _explained(listed(field, look))
    if field.answered and not field.error:
        yield html(t("asked.now", answer=_short(field.shown)))
    yield html(_how(field, look, t))


def _explained(choices: Sequence[Choice]) -> str:
    """What the choices are, where their names alone do not say it."""
    return "\n".join(f"\u2022 <b>{html(one.label)}</b>: {html(one.help)}" for one in choices if one.help)


def _how(field: FormField, look: Look, t: Translator) -> str:
    """How to answer, where the buttons alone do not say it."""
    if look.offers:
        return t("asked.meant", what=look.offers[0].label) if len(look.offers) == 1 else t("asked.several")
    if look.words:
        return t("asked.found" if look.found else "asked.found_none", words=_short(look.words))
    return _HOW.get(field.kind, _type)(field, look, t)


def _search(field: FormField, _look: Look, t: Translator) -> str:
    return t("asked.search") if len(field.choices) > ON_A_SHEET else ""


def _number(field: FormField, _look: Look, t: Translator) -> str:
    if is_small(field):
        return ""
    if field.low is None or field.high is None:
        return t("asked.number")
    return t("asked.number_between", low=field.low, high=field.high)


def _moment(_field: FormField, look: Look, t: Translator) -> str:
    return t("asked.time", day=t.day(date.fromisoformat(look.day))) if look.day else t("asked.moment")


def _type(_field: FormField, _look: Look, t: Translator) -> str:
    return t("asked.text")


_HOW: Mapping[Kind, Callable[[FormField, Look, Translator], str]] = {
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
    packed = Step(page.draft_id, page.page, name, key.op, key.arg).pack()
    return InlineKeyboardButton(line(key.label, limits.BUTTON), callback_data=packed)


def _ways(view: View, page: FormPage, field: FormField | None, t: Translator) -> list[InlineKeyboardButton]:
    """The ways out that the flow gives. Within a page, the way back leads to the question before."""
    is_first = field is None or field.name == page.fields[0].name
    inside = Step(page.draft_id, page.page, field.name, Op.BACK).pack() if field else ""
    back = [] if is_first else [InlineKeyboardButton(t("form.back"), callback_data=inside)]
    return [*back, *(_way(button, inside) for button in view.buttons if is_first or button.action.verb != _BACK)]


def _way(button: Button, inside: str) -> InlineKeyboardButton:
    back = inside if button.action.verb == _BACK else ""
    return InlineKeyboardButton(button.label, callback_data=back or as_answer(button.action.pack()))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}\u2026"
