"""A list that may be long: as much of it as a message shows well, with a way on to the rest and a way back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button

AT_ONCE = 10
"""How many are shown at once, each with a line and a button: what fits on one screen."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Part(Generic[Row]):
    """Some of a list in its order: ``number`` parts, from 0, come before it; ``in_all`` rows are in the whole list."""

    rows: Sequence[Row]
    number: int
    in_all: int

    def ways(self, t: Translator, verb: str) -> Iterator[Button]:
        """The buttons to the parts after and before this one, where there are any; ``verb`` shows the list."""
        left = self.in_all - (self.number + 1) * AT_ONCE
        if left > 0:
            yield Button(t("list.more", n=left), Action(verb, arg=str(self.number + 1)))
        if self.number:
            yield Button(t("list.back"), Action(verb, arg=str(self.number - 1)))


def part(arg: str, find: Callable[[int, int], tuple[Sequence[Row], int]]) -> Part[Row]:
    """The part that an action's ``arg`` names, or the first one where there is no such part (any more).

    ``find(most, skip)`` gives at most so many rows without the first few, and how many there are in all.
    """
    number = int(arg) if arg.isdigit() and len(arg) <= _DIGITS else 0
    rows, in_all = find(AT_ONCE, number * AT_ONCE)
    if number and not rows:
        return part("", find)
    return Part(rows, number, in_all)


_DIGITS = 6
"""More than any list needs, and few enough for every database to count so far."""
