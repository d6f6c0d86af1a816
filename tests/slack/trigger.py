"""Trigger ids: the right to open one modal, for three seconds after somebody did something."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from tests.slack.refusal import Refused

LIVES = 3.0
"""Seconds (Slack's page on handling user interaction)."""


@dataclass
class Trigger:
    """Who did something, and in which modal, if in one. ``submitting`` when it was sending that modal."""

    user: str
    view: str | None
    born: float
    submitting: bool = False
    used: bool = False


class Triggers:
    """All trigger ids that were given out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._given: dict[str, Trigger] = {}

    def issue(self, user: str, view: str | None = None, *, submitting: bool = False) -> str:
        """A new trigger id for what this person just did."""
        name = f"{next(self._numbers)}.1700000000.{hash((user, self._clock())) & 0xFFFFFFFF:08x}"
        self._given[name] = Trigger(user, view, self._clock(), submitting)
        return name

    def use(self, name: str) -> Trigger:
        """Take the right; refuses what is unknown, too old or used."""
        trigger = self._given.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._clock() - trigger.born > LIVES:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger
