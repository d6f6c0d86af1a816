"""Words as Telegram shows them: what people typed stands there as they typed it, in pieces that fit in a message.

Telegram's HTML has an escape for everything that means something in it: https://core.telegram.org/bots/api#html-style.
Addresses, ``@names`` and ``/commands`` are made links by each app itself, whoever typed them. They are left so: an
address is there to be followed, none of them does anything before it is pressed, and nothing that people typed goes to
a group, where a name would call its owner.
"""

import re
from collections.abc import Iterator
from html import escape

from flows.engine.language.markup import unmarked
from handlers.telegram.rendering import limits

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_TAG = re.compile(r"<(/?)([a-z-]+)[^>]*>")
_LONGEST_ENTITY = len("&quot;")
_GAPS = ("\n\n", "\n", ". ", "? ", "! ", " ")
"""Where a text is cut, the best place first."""


def html(text: str) -> str:
    """The text for Telegram's HTML, shown sign for sign. Moments stand in their words, in the reader's own zone."""
    return escape(_LINE_BREAKS.sub("\n", unmarked(text)), quote=False)


def line(text: str, limit: int) -> str:
    """The text in one line without any marks, of at most ``limit`` characters; never empty, which Telegram refuses."""
    words = " ".join(unmarked(text).split())
    if not is_visible(words):
        return "…"
    if len(words) <= limit:
        return words
    end = words.rfind(" ", limit // 2, limit)
    return words[: end if end > 0 else limit - 1] + "…"


def is_visible(text: str) -> bool:
    """Whether there is anything to see in it. Telegram refuses a message without."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def split(html_text: str, limit: int = limits.TEXT) -> list[str]:
    """Rendered text in pieces of at most ``limit`` UTF-16 units, tags included, parted where a reader would.

    No tag and no escape is cut; what is open at a cut is closed before it and opened again behind it.
    """
    return list(_pieces(html_text.strip(), limit))


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def _pieces(rest: str, limit: int) -> Iterator[str]:
    while units(rest) > limit:
        before, closing, opening = _parted(rest, limit)
        yield before.rstrip() + closing
        rest = opening + rest[len(before) :].lstrip()
    if rest:
        yield rest


def _parted(rest: str, limit: int) -> tuple[str, str, str]:
    """What comes before the cut, the tags that close it, and those that go on behind it."""
    room = limit
    while True:
        before = rest[: _end(rest, _fitting(rest, room))]
        opened = _open(before)
        closing = "".join(f"</{name}>" for name, _ in reversed(opened))
        if units(before) + len(closing) <= limit:
            return before, closing, "".join(tag for _, tag in opened)
        room -= len(closing)


def _fitting(rest: str, room: int) -> int:
    """How many signs fit in so many units."""
    return len(rest.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore"))


def _end(rest: str, most: int) -> int:
    for gap in _GAPS:
        at = rest.rfind(gap, most // 3, most)
        end = at + len(gap.rstrip())
        if at >= 0 and _whole(rest, end) == end:
            return end
    return _whole(rest, most) or most


def _whole(rest: str, end: int) -> int:
    """The nearest end, at most ``end``, that cuts through no tag and no escape."""
    opened = rest.rfind("<", 0, end)
    if opened >= 0 and ">" not in rest[opened:end]:
        return opened
    escaped = rest.rfind("&", max(0, end - _LONGEST_ENTITY + 1), end)
    return escaped if escaped >= 0 and ";" not in rest[escaped:end] else end


def _open(before: str) -> list[tuple[str, str]]:
    """The tags that are open at its end: their names, and the tags themselves."""
    opened: list[tuple[str, str]] = []
    for tag in _TAG.finditer(before):
        if tag[1]:
            opened.pop()
        else:
            opened.append((tag[2], tag[0]))
    return opened
