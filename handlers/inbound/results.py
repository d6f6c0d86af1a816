"""What the router did with an event. Channels match on all of these, and end with ``assert_never``."""

from dataclasses import dataclass
from typing import assert_never

from flows.engine.views.view import View


@dataclass(frozen=True)
class Answered:
    """It was done, looked up or refused just now, and this is to be said."""

    view: View


@dataclass(frozen=True)
class Repeat:
    """It was done before, when it was brought the first time; this time nothing was done."""


@dataclass(frozen=True)
class Redraw:
    """It was done, and what its button stands in says so once it is drawn anew."""


@dataclass(frozen=True)
class NothingToSay:
    """It was done, and asks for no answer: a window was closed."""


Result = Answered | Repeat | Redraw | NothingToSay


def to_say(result: Result) -> View | None:
    """What is to be said about it to who did it, or None: then what they see says it already."""
    match result:
        case Answered(view):
            return view
        case Repeat() | Redraw() | NothingToSay():
            return None
        case never:
            assert_never(never)
