"""What a subject hands in to the menu, the home page and the to-do list, as values that its capability declares.

``flows.home`` puts them in their order, the lowest ``order`` first, and limits how many are shown. A look changes
nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flows.engine.context import Turn
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry, Section, Style

FEW = 5
"""As many of a kind as a section of the home page shows; the rest is a press away."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Look:
    """One look at everything of the person whose turn it is: what several subjects have to know is looked up once."""

    turn: Turn
    _known: dict[Callable[[Turn], Any], Any] = field(default_factory=dict)

    def once(self, find: Callable[[Turn], Value]) -> Value:
        """Give what ``find`` gives for this turn, calling it the first time only."""
        if find not in self._known:
            self._known[find] = find(self.turn)
        found: Value = self._known[find]
        return found


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: as it stands in a list of such things, and the one button that leads to it elsewhere."""

    entry: Callable[[], Entry]
    way: Button


@dataclass(frozen=True)
class ToDo:
    """Things of one kind that wait for a person. ``find`` gives at most so many of them, the most pressing first.

    ``kept``: the first of them has the last place, however much else waits.
    """

    order: int
    find: Callable[[Look, int], Iterable[Waiting]]
    kept: bool = False


@dataclass(frozen=True)
class HomeSection:
    """A section of the home page, below what waits. ``show`` gives None where it does not concern this person."""

    order: int
    show: Callable[[Look], Section | None]


class Place(StrEnum):
    """Where a button of a subject stands."""

    FIRST = "first"
    """On the home page, above all else, once the programme can serve."""
    MENU = "menu"
    """In the menu, once the programme can serve."""
    ALWAYS = "always"
    """In the menu, also while nothing can be asked for yet."""
    FOOT = "foot"
    """At the foot of the home page."""
    NEXT = "next"
    """Below an answer that leaves nothing to press."""


def _everybody(_look: Look) -> bool:
    return True


@dataclass(frozen=True)
class MenuButton:
    """A button in the menu or on the home page. ``label`` is a text key; ``concerns`` tells who gets it."""

    order: int
    label: str
    action: Action
    places: frozenset[Place]
    style: Style = Style.PLAIN
    concerns: Callable[[Look], bool] = _everybody


def rest(look: Look, in_all: int, label: str, action: Action) -> tuple[Entry, ...]:
    """The last entry of a section that shows ``FEW`` of so many: how many more, and the way there; else nothing."""
    t = look.turn.t
    return (Entry(t("front.rest", n=in_all - FEW), buttons=(Button(t(label), action),)),) if in_all > FEW else ()
