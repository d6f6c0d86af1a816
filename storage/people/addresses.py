"""What people's addresses look like: each channel says it of its own, and nothing here knows any channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How a person's address looks in one channel. ``example`` is one, to show to people."""

    fits: Callable[[str], bool]
    example: str


Shapes = Mapping[str, Shape]
"""The shape in each channel that people can be reached in, by the channel's name in the storage."""


def is_somebodys(shapes: Shapes, channel: str, address: str) -> bool:
    """Whether there is such a channel, and a person can be at this address of it."""
    return channel in shapes and shapes[channel].fits(address)
