"""Where a session is, as far as it matters to who could come: the town, and not the street."""

import re
from functools import lru_cache
from typing import Protocol

_DIGIT = re.compile(r"\d")
_POSTCODE = re.compile(r"\b\d{4} ?[A-Z]{2}\b")
"""A Dutch postcode, as PostNL writes it: four digits and two capitals."""


_DUTCH = {
    "the hague": "Den Haag",
    "'s-gravenhage": "Den Haag",
    "\u2019s-gravenhage": "Den Haag",
    "s-gravenhage": "Den Haag",
    "den bosch": "'s-Hertogenbosch",
    "\u2019s-hertogenbosch": "'s-Hertogenbosch",
    "s-hertogenbosch": "'s-Hertogenbosch",
    "bois-le-duc": "'s-Hertogenbosch",
    "flushing": "Vlissingen",
    "hook of holland": "Hoek van Holland",
    "leyden": "Leiden",
    "ljouwert": "Leeuwarden",
}
"""Towns by the other names that people have for them, in small letters: in English, and of old."""


class Spot(Protocol):
    """Something that is online, or at a place."""

    @property
    def online(self) -> bool:
        """Whether it is online; its place then counts for nothing."""

    @property
    def place(self) -> str:
        """Where it is, as people write it."""


@lru_cache(maxsize=4096)
def town(place: str) -> str:
    """The town in a place as people write it down, "" where it names none: town first, or a street and then the town.

    For "Den Haag, Turfmarkt 147", "Turfmarkt 147, 2511 DP Den Haag" and "Turfmarkt 147 The Hague" it is "Den Haag".
    """
    named = _named(place)
    return _DUTCH.get(named.casefold(), named)


def _named(place: str) -> str:
    parts = [part.strip() for part in _POSTCODE.sub(" ", place).split(",")]
    whole = (part for part in parts if part and not _DIGIT.search(part))
    return next(whole, None) or _beside_a_number(parts[0])


def _beside_a_number(part: str) -> str:
    words = part.split()
    numbers = [index for index, word in enumerate(words) if _DIGIT.search(word)]
    if not numbers:
        return ""
    # Before a house number stands the street, which is no town.
    return " ".join(words[numbers[-1] + 1 :] or words[: max(numbers[0] - 1, 0)])


def same_place(one: str, other: str) -> bool:
    """Whether people mean the same town by these."""
    return (town(one) or one.strip()).casefold() == (town(other) or other.strip()).casefold()


def elsewhere(one: Spot, other: Spot) -> bool:
    """Whether the two are apart: in different towns, or only one of them online, which takes a quiet room."""
    return one.online != other.online or not (one.online or same_place(one.place, other.place))
