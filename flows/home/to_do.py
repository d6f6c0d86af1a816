"""What waits for a person, of all that the subjects find: the first few, in their order."""

from collections.abc import Iterator
from itertools import islice

from flows.engine.contributions import Look, Waiting

MOST = 8
"""As much as is shown at once. Whoever has more to do begins with these."""


def first_few(look: Look) -> tuple[list[Waiting], bool]:
    """What waits, what others wait for in front, and whether there is more than is shown."""
    last = list(_kept(look))
    room = max(MOST - len(last), 0)
    first = list(islice(_questions(look, room + 1), room + 1))
    return [*first[:room], *last], len(first) > room


def first(look: Look) -> Waiting | None:
    """The first thing that waits, or None."""
    return next(_questions(look, 1), None) or next(_kept(look), None)


def _questions(look: Look, most: int) -> Iterator[Waiting]:
    for kind in look.turn.context.capabilities.to_do:
        if not kind.kept:
            yield from kind.find(look, most)


def _kept(look: Look) -> Iterator[Waiting]:
    for kind in look.turn.context.capabilities.to_do:
        if kind.kept:
            yield from islice(kind.find(look, 1), 1)
