"""A place in a payload that is being looked at, and the checks that a plain value must pass there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Spot:
    """Where we are in a payload (a JSON pointer) and where faults are collected."""

    path: str
    faults: list[str]

    def at(self, *keys: str | int) -> "Spot":
        """A place further in."""
        return Spot(self.path + "".join(f"/{key}" for key in keys), self.faults)

    def fault(self, words: str) -> None:
        """Say what is wrong here."""
        self.faults.append(f"{words} [json-pointer:{self.path}]")


Check = Callable[[Any, Spot], None]
"""Looks at a value and reports its faults at the spot."""


def string(most: int, least: int = 1) -> Check:
    """A text of ``least`` to ``most`` characters."""

    def check(value: Any, spot: Spot) -> None:
        if not isinstance(value, str):
            spot.fault("must be a string")
        elif len(value) < least:
            spot.fault(f"must be more than {least - 1} characters")
        elif len(value) > most:
            spot.fault(f"must be less than {most + 1} characters")

    return check


def matching(pattern: str, words: str) -> Check:
    """A text that looks so."""
    known = re.compile(pattern)

    def check(value: Any, spot: Spot) -> None:
        if not isinstance(value, str) or not known.fullmatch(value):
            spot.fault(words)

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, spot: Spot) -> None:
        if value not in allowed:
            spot.fault(f"must be one of {', '.join(allowed)}")

    return check


def whole(least: int, most: int) -> Check:
    """A whole number between two bounds; a digit in a string is not one."""

    def check(value: Any, spot: Spot) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            spot.fault("must be an integer")
        elif not least <= value <= most:
            spot.fault(f"must be between {least} and {most}")

    return check


def flag(value: Any, spot: Spot) -> None:
    """True or false, and nothing that resembles it."""
    if not isinstance(value, bool):
        spot.fault("must be a boolean")


def anything(value: Any, spot: Spot) -> None:
    """No rule of Slack's that the stand-in knows of."""


def many(each: Check, least: int, most: int) -> Check:
    """A list of so many things."""

    def check(value: Any, spot: Spot) -> None:
        if not isinstance(value, list):
            spot.fault("must provide an array")
            return
        if len(value) < least:
            spot.fault(f"must provide at least {least} items")
        if len(value) > most:
            spot.fault(f"no more than {most} items allowed")
        for index, one in enumerate(value):
            each(one, spot.at(index))

    return check


URL = string(3000)
"""Slack asks of an address that it is one and at most 3,000 characters (Block Kit reference)."""


def url(value: Any, spot: Spot) -> None:
    """A web address."""
    URL(value, spot)
    if isinstance(value, str) and not re.match(r"(https?|mailto|slack|tel):", value):
        spot.fault("must be a valid url")
