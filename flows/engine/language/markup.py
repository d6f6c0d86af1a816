"""Moments and links in a text, marked so that a channel may write them for its reader: in their zone, to be pressed.

A mark keeps the instant beside the words; a link is what the bot means to be one, and no other words ever are. The
signs of marks come from Unicode's private use area, which no form takes in from a person, so nobody can type one. A
channel that writes moments no better than the words drops the marks with ``plain``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")

_OPENS, _PARTS, _CLOSES = "\ue000", "\ue001", "\ue002"
_LINK = "u"
_MARK = re.compile(f"{_OPENS}(?:([lst])([a-z]{{2}})(-?\\d+)|{_LINK}){_PARTS}([^{_OPENS}{_PARTS}{_CLOSES}]*){_CLOSES}")


class Size(StrEnum):
    """How much of a moment is told: all of it, a short form of it, or only the time of day."""

    LONG = "l"
    SHORT = "s"
    TIME = "t"


@dataclass(frozen=True)
class Stamp:
    """A moment in a text. ``unix`` is in seconds; ``words`` say it in ``language``, for whom the text was written."""

    size: Size
    language: str
    unix: int
    words: str


@dataclass(frozen=True)
class Link:
    """An address in a text, to be opened."""

    url: str


def as_link(url: str) -> str:
    """The address of a page, marked as one to open."""
    return f"{_OPENS}{_LINK}{_PARTS}{url}{_CLOSES}"


def stamped(size: Size, language: str, moment: datetime, words: str) -> str:
    """``words`` with the mark of the moment they are about."""
    return f"{_OPENS}{size.value}{language}{int(moment.timestamp())}{_PARTS}{words}{_CLOSES}"


def parts(text: str) -> Iterator[str | Stamp | Link]:
    """The text in its order: stretches of plain words, and the moments and links between them."""
    end = 0
    for mark in _MARK.finditer(text):
        if mark.start() > end:
            yield text[end : mark.start()]
        yield Stamp(Size(mark[1]), mark[2], int(mark[3]), mark[4]) if mark[1] else Link(mark[4])
        end = mark.end()
    if end < len(text):
        yield text[end:]


def unmarked(text: str) -> str:
    """The text with every moment in its words, and every link as its address."""
    return _MARK.sub(r"\4", text) if _OPENS in text else text


def plain(value: T) -> T:
    """The same value, with every text in it unmarked: of views, their buttons, facts and forms."""
    return _plain(value)  # type: ignore[no-any-return]  # each kind of value gives its own kind back


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return unmarked(value) if type(value) is str else value
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return replace(value, **changed)
    return value
