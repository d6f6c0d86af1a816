"""Messages that answer what a person did, told apart from letters: the next answer takes an answer's place.

A letter changes when its subject does, and stays where it is. Telegram brings nothing back of a message but what its
buttons carry, so the buttons of an answer carry a mark.
"""

from dataclasses import replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from flows.engine.views.action import MAX_BYTES
from handlers.telegram.rendering.keyboard import ANSWER_MARK
from handlers.telegram.rendering.message import RenderedMessage
from handlers.telegram.rendering.question_actions import is_step


def as_answer(packed: str) -> str:
    """A button's text with the mark; without it where it would not fit, and then it is answered below."""
    fits = len(packed.encode()) < MAX_BYTES
    return f"{ANSWER_MARK}{packed}" if fits else packed


def read(data: str) -> tuple[str, bool]:
    """A button's text without the mark, and whether its message is an answer, whose place the next one takes."""
    return data.removeprefix(ANSWER_MARK), data.startswith(ANSWER_MARK) or is_step(data)


def answer(said: RenderedMessage) -> RenderedMessage:
    """The same message, as one that answers."""
    if said.keyboard is None:
        return said
    rows = [[_marked(button) for button in row] for row in said.keyboard.inline_keyboard]
    return replace(said, keyboard=InlineKeyboardMarkup(rows))


def _marked(button: InlineKeyboardButton) -> InlineKeyboardButton:
    packed = button.callback_data
    if not isinstance(packed, str) or packed.startswith(ANSWER_MARK) or is_step(packed):
        return button
    return InlineKeyboardButton(button.text, callback_data=as_answer(packed), style=button.style)
