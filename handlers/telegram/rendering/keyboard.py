"""Buttons under a message: short ones side by side, long ones on a row of their own, none too many for Telegram."""

import json
from collections.abc import Iterable, Iterator, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style
from handlers.telegram.rendering import limits
from handlers.telegram.rendering.question_actions import is_step
from handlers.telegram.rendering.text import line

IN_A_ROW = 28
"""Signs that fit beside each other on a narrow telephone. All buttons in a row are as wide as the widest."""
ANSWER_MARK = "!"
"""Begins the text of a button under an answer, and no action: those begin with a letter."""
WAYS_OUT = frozenset({"form.back", "form.stop", "form.over", "form.discard", "menu"})
"""The verbs of buttons that lead away from what is shown: they stand in rows of their own."""
ALONE = frozenset({"form.over", "form.discard"})
"""The verbs of buttons that throw away what was written: nothing stands beside them to be missed."""

SIDE_BY_SIDE = 3

_STYLES = {Style.PRIMARY: KeyboardButtonStyle.PRIMARY.value, Style.DANGER: KeyboardButtonStyle.DANGER.value}
"""Apps from before 2026 show all buttons alike."""


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """The buttons as they stand under a message, in their order; None without any.

    Where there are more than Telegram takes, those before the last two are left out: ways on and back stand last.
    """
    keys = _fitting([key(button) for button in buttons])
    return InlineKeyboardMarkup(list(rows(keys))) if keys else None


def key(button: Button) -> InlineKeyboardButton:
    """A button that does what this one does. Raises ValueError where its action does not fit."""
    words, does = line(button.label, limits.BUTTON), button.action.pack()
    return InlineKeyboardButton(words, callback_data=does, style=_STYLES.get(button.style))


def rows(keys: Iterable[InlineKeyboardButton]) -> Iterator[list[InlineKeyboardButton]]:
    """The buttons in rows that can be read on a telephone, in their order."""
    row: list[InlineKeyboardButton] = []
    for one in keys:
        if row and not _side_by_side([*row, one]):
            yield row
            row = []
        row.append(one)
    if row:
        yield row


def _side_by_side(row: Sequence[InlineKeyboardButton]) -> bool:
    widest, verbs = max(len(one.text) for one in row), {_verb(one) for one in row}
    fits = len(row) <= SIDE_BY_SIDE and widest * len(row) <= IN_A_ROW
    return fits and not verbs & ALONE and (verbs <= WAYS_OUT or not verbs & WAYS_OUT)


def _verb(one: InlineKeyboardButton) -> str:
    packed = one.callback_data if isinstance(one.callback_data, str) else ""
    return "form.back" if is_step(packed) else Action.verb_of(packed.removeprefix(ANSWER_MARK))


def _fitting(keys: list[InlineKeyboardButton]) -> list[InlineKeyboardButton]:
    while len(keys) > limits.BUTTONS or _size(keys) > limits.KEYBOARD_BYTES:
        del keys[-3]
    return keys


def _size(keys: Iterable[InlineKeyboardButton]) -> int:
    # Counted with a row for each button, which takes the most characters.
    written = [[one.to_dict()] for one in keys]
    return len(json.dumps({"inline_keyboard": written}, ensure_ascii=False).encode())
