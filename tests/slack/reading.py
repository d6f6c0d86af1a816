"""What a text looks like on somebody's screen, and what in it is alive: mentions and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.slack.moment import shown

Json = dict[str, Any]

_ANGLE = re.compile(r"<([^<>\n]*)>")
_BARE_LINK = re.compile(r"(?<![\w/@.|<])(?:https?://|www\.)[^\s<>|]+")
_MARKS = re.compile(r"(?<![\w*~`])([*_~`])(?=\S)([^\n]*?\S)\1(?![\w*~`])")


@dataclass(frozen=True)
class Reader:
    """Who reads: their language and zone, and the moment (unix seconds)."""

    locale: str
    zone: str
    now: float

    def read(self, text: Any) -> str:
        """A text object, or a plain string of mrkdwn, as it is shown."""
        if not isinstance(text, dict):
            return self.marked(str(text))
        words = text.get("text", "")
        return decoded(words) if text.get("type") == "plain_text" else self.marked(words)

    def marked(self, text: str) -> str:
        """Mrkdwn as it is shown: without its marks, with moments, mentions and links written out."""
        pieces, end = [], 0
        for found in _ANGLE.finditer(text):
            pieces += [_unmarked(text[end : found.start()]), self._angle(found[1])]
            end = found.end()
        return "".join([*pieces, _unmarked(text[end:])])

    def _angle(self, inside: str) -> str:
        if inside.startswith("!date^"):
            parts, _, fallback = inside.partition("|")
            _, unix, pattern, *_ = [*parts.split("^"), "", ""]
            whole = unix.lstrip("-").isdecimal()
            return (shown(int(unix), pattern, self.locale, self.zone, self.now) if whole else None) or decoded(fallback)
        target, _, label = inside.partition("|")
        return decoded(label or _spoken(target))


def _spoken(target: str) -> str:
    if target.startswith("!"):
        return "@" + target[1:].partition("^")[0]
    return target


def _unmarked(text: str) -> str:
    return decoded(_MARKS.sub(r"\2", text))


def decoded(text: str) -> str:
    """The three signs that Slack escapes, as themselves."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentions(text: str) -> list[str]:
    """What would call somebody: people, channels, groups, ``<!channel>`` and its like. A moment calls nobody."""
    inside = (found[1] for found in _ANGLE.finditer(text))
    return [f"<{one}>" for one in inside if one[:1] in "@#!" and one and not one.startswith("!date^")]


def links(text: str, *, bare: bool) -> list[str]:
    """What can be clicked: written as a link, linked inside a moment, or (``bare``) found by Slack itself."""
    found = [one for one in (hit[1] for hit in _ANGLE.finditer(text)) if one and one[0] not in "@#!"]
    found += [one.partition("|")[0].split("^")[3] for one in _moments(text) if one.partition("|")[0].count("^") > 2]
    return found + (_BARE_LINK.findall(_ANGLE.sub(" ", text)) if bare else [])


def _moments(text: str) -> Iterator[str]:
    return (hit[1] for hit in _ANGLE.finditer(text) if hit[1].startswith("!date^"))


def mrkdwn_of(value: Any) -> Iterator[Json]:
    """Every mrkdwn text in some blocks, wherever it stands."""
    if isinstance(value, list):
        for one in value:
            yield from mrkdwn_of(one)
    elif isinstance(value, dict):
        if value.get("type") in {"mrkdwn", "markdown"}:
            yield value
        for one in value.values():
            yield from mrkdwn_of(one)
