"""Buttons that are headings among others and do nothing: who presses one is told what it is, in words that pass."""

from enum import StrEnum

from flows.engine.language.texts import Translator
from flows.engine.views.refusals import UnknownButton
from handlers.telegram.rendering.question_actions import Op, QuestionAction, is_step

WEEKDAYS = "0123456"
"""The arguments of the headings that name a day of the week, from Monday on."""


class Heading(StrEnum):
    """What such a button is: the argument of its step."""

    SHEET = "sheet"
    MONTH = "month"
    EMPTY = "empty"


def heading(data: str, t: Translator) -> str:
    """What to tell who pressed it; empty where this button does something."""
    try:
        step = QuestionAction.unpack(data) if is_step(data) else None
    except UnknownButton:
        return ""
    if step is None or step.op is not Op.STAY:
        return ""
    if step.arg in tuple(WEEKDAYS):
        return t("asked.heading.weekday", day=t.weekday(int(step.arg)))
    known = step.arg if step.arg in {one.value for one in Heading} else Heading.EMPTY
    return t(f"asked.heading.{known}")
