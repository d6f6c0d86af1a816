"""What the buttons under a question do: they fill in an answer, or show the question another way.

A step carries all it needs, so that a button works after a restart, a week later, and in whichever process. Like a
button's action it is worth nothing by itself: the answer it carries is held against the form when it arrives.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from flows.engine.views.action import MAX_BYTES, MAX_ID
from flows.engine.views.refusals import UnknownButton

MARK = "~"
"""Begins a step, and no action: those begin with a letter."""
_BETWEEN = "|"


class Op(StrEnum):
    """What a step does; what its ``arg`` is, where it has one."""

    ANSWER = "v"
    """Answers with the ``arg``."""
    NOTHING = "n"
    """Leaves the question without an answer, on purpose."""
    TICK = "t"
    """Ticks a choice, or takes the tick away; the ``arg`` is the choice."""
    DONE = "k"
    """Answers with what is ticked."""
    SHEET = "s"
    """Shows other choices; the ``arg`` is the number of the sheet, from 0."""
    EVERY = "x"
    """Shows all choices again, after a search."""
    MONTH = "m"
    """Shows another month; the ``arg`` is one of its days."""
    DAY = "d"
    """Asks for the time on a day; the ``arg`` is the day."""
    FIELD = "f"
    """Asks this question again."""
    BACK = "b"
    """Asks the question before this one."""
    GO_ON = "g"
    """Leaves the page as it is and goes on."""
    STAY = "o"
    """Does nothing: a heading among buttons; the ``arg`` says what it is (``headings``)."""


@dataclass(frozen=True)
class QuestionAction:
    """A step on one page of a draft; ``field`` is the question it is about."""

    draft_id: int
    page: str
    field: str
    op: Op
    arg: str = ""

    def pack(self) -> str:
        """The step as text for a button. Raises ValueError where it does not fit in Telegram's 64 bytes."""
        packed = MARK + _BETWEEN.join((str(self.draft_id), self.page, self.field, self.op.value, self.arg))
        if len(packed.encode()) > MAX_BYTES:
            raise ValueError(f"too long for a button: {packed!r}")
        return packed

    @classmethod
    def unpack(cls, packed: str) -> Self:
        """The step in a button's text. Raises UnknownButton for anything this bot would not have written."""
        parts = packed.removeprefix(MARK).split(_BETWEEN, 4)
        if not is_step(packed) or len(parts) != 5 or len(packed.encode(errors="replace")) > MAX_BYTES:
            raise UnknownButton
        draft, page, field, op, arg = parts
        if not (draft.isascii() and draft.isdigit() and int(draft) <= MAX_ID) or op not in {one.value for one in Op}:
            raise UnknownButton
        return cls(int(draft), page, field, Op(op), arg)


def is_step(packed: str) -> bool:
    """Whether a button's text is a step of a question, and not the action of a flow."""
    return packed.startswith(MARK)
