"""The buttons that answer a question, row by row: what each says, and which step it takes."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from flows.engine.forms.definition import Choice, Kind
from flows.engine.language.texts import Translator
from flows.engine.views.view import FormField
from handlers.telegram.rendering import date_picker
from handlers.telegram.rendering.date_picker import Key, Rows
from handlers.telegram.rendering.inert_buttons import Heading
from handlers.telegram.rendering.question_actions import Op
from handlers.telegram.rendering.question_state import QuestionState, ticked

ON_A_SHEET = 8
"""Choices under one message: as many as a phone shows together with the question."""
FEW_NUMBERS = 12
"""So many numbers are offered as buttons; of more, one is typed."""
SHORT = 14
"""Signs of a label with which two fit beside each other on a phone."""
NUMBERS_IN_ROW = 6
_BOX = {True: "\u2611", False: "\u2610"}


def rows(field: FormField, look: QuestionState, t: Translator, now: datetime) -> Rows:
    """All rows under a question. ``now`` is the local time."""
    if look.offers:
        return _offered(look, t)
    kind = _KINDS.get(field.kind)
    return [*(kind(field, look, t, now) if kind else []), *_leaving(field, t)]


def _offered(look: QuestionState, t: Translator) -> Rows:
    if len(look.offers) == 1:
        only = look.offers[0]
        return [[Key(t("asked.yes"), only.op, only.arg), Key(t("asked.no"), Op.FIELD)]]
    return [*([Key(one.label, one.op, one.arg)] for one in look.offers), [Key(t("asked.none_of_these"), Op.FIELD)]]


def listed(field: FormField, look: QuestionState) -> Sequence[Choice]:
    """The choices on the sheet in front of the person."""
    every = look.found if look.words else field.choices
    start = _sheet(len(every), look.sheet) * ON_A_SHEET
    return every[start : start + ON_A_SHEET]


def names(field: FormField, look: QuestionState) -> Mapping[str, str]:
    """The choices on the sheet by value, each as short as it can be told from every other."""
    every = {one.label for one in field.choices}
    sheet = listed(field, look)
    short = {one.value: _name(one, every) for one in sheet}
    twice = {name for name, often in Counter(short.values()).items() if often > 1}
    return {one.value: one.label if short[one.value] in twice else short[one.value] for one in sheet}


def _name(one: Choice, every: Collection[str]) -> str:
    """The choice's name without what is explained above the buttons, and without a parent that is a choice itself."""
    if one.help:
        return one.label.partition(" (")[0]
    name, _, above = one.label.rpartition(" \u00b7 ")
    return name if above in every and name else one.label


def _sheet(count: int, wanted: int) -> int:
    return min(max(wanted, 0), max(0, (count - 1) // ON_A_SHEET))


def _choices(field: FormField, look: QuestionState, t: Translator, _now: datetime) -> Rows:
    mark = {field.value: "\u2713 "}
    named = names(field, look)
    keys = [Key(f"{mark.get(value, '')}{name}", Op.ANSWER, value) for value, name in named.items()]
    return [*_beside(keys), *_leafing(field, look, t)]


def _ticks(field: FormField, look: QuestionState, t: Translator, _now: datetime) -> Rows:
    ticks = ticked(field, look)
    keys = [Key(f"{_BOX[value in ticks]} {name}", Op.TICK, value) for value, name in names(field, look).items()]
    done = [[Key(t("asked.done", n=len(ticks)), Op.DONE)]] if ticks else []
    return [*([key] for key in keys), *_leafing(field, look, t), *done]


def _beside(keys: Iterable[Key]) -> Rows:
    """Short ones two by two, the others below each other."""
    rows: list[list[Key]] = []
    for key in keys:
        last = rows[-1] if rows else []
        if len(last) == 1 and len(last[0].label) <= SHORT and len(key.label) <= SHORT:
            last.append(key)
        else:
            rows.append([key])
    return rows


def _leafing(field: FormField, look: QuestionState, t: Translator) -> Rows:
    every = len(look.found if look.words else field.choices)
    sheets, sheet = (every + ON_A_SHEET - 1) // ON_A_SHEET, _sheet(every, look.sheet)
    row = [
        *([Key("\u2039", Op.SHEET, str(sheet - 1))] if sheet else []),
        Key(t("asked.sheet", number=sheet + 1, of=sheets), Op.STAY, Heading.SHEET),
        *([Key("\u203a", Op.SHEET, str(sheet + 1))] if sheet < sheets - 1 else []),
    ]
    return [*([row] if sheets > 1 else []), *([[Key(t("asked.every"), Op.EVERY)]] if look.words else [])]


def is_small(field: FormField) -> bool:
    """Whether the number asked for is one of a few, which are offered as buttons."""
    return field.low is not None and field.high is not None and field.high - field.low < FEW_NUMBERS


def _numbers(field: FormField, _look: QuestionState, _t: Translator, _now: datetime) -> Rows:
    if not is_small(field) or field.low is None or field.high is None:
        return []
    keys = [Key(str(n), Op.ANSWER, str(n)) for n in range(field.low, field.high + 1)]
    return [keys[start : start + NUMBERS_IN_ROW] for start in range(0, len(keys), NUMBERS_IN_ROW)]


def _dates(field: FormField, look: QuestionState, t: Translator, now: datetime) -> Rows:
    rows = date_picker.month(t, now, look.month or str(field.value or ""), str(field.value or ""))
    return [[Key(key.label, Op.ANSWER if key.op is Op.DAY else key.op, key.arg) for key in row] for row in rows]


def _moments(field: FormField, look: QuestionState, t: Translator, now: datetime) -> Rows:
    if look.day:
        return [*date_picker.hours(now, look.day), [Key(t("asked.other_day"), Op.MONTH, look.day)]]
    chosen = str(field.value or "")[:10]
    return date_picker.month(t, now, look.month or chosen, chosen)


def _leaving(field: FormField, t: Translator) -> Iterator[list[Key]]:
    """Leave it empty where that may be, or as it was answered before."""
    if not (field.required or field.needed):
        yield [Key(t("asked.empty" if field.value is not None else "asked.skip"), Op.NOTHING)]
    if field.value is not None and field.kind is not Kind.CHOICES:
        yield [Key(t("asked.leave"), Op.GO_ON)]


_KINDS: Mapping[Kind, Callable[[FormField, QuestionState, Translator, datetime], Rows]] = {
    Kind.CHOICE: _choices,
    Kind.CHOICES: _ticks,
    Kind.NUMBER: _numbers,
    Kind.DATE: _dates,
    Kind.MOMENT: _moments,
}
