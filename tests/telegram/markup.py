"""Telegram's HTML: read as Telegram reads it, refused where Telegram refuses it (Bot API, "HTML style").

Faults name the byte of the text at which they are. A tag that is not one of a few is a fault; an ``&`` that begins
nothing known stands for itself.
"""

import re
from dataclasses import dataclass
from typing import Any

from tests.telegram.refusal import bad

Json = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)(?=[\s>])))?""")
_START = re.compile(r"<([^\s>/]*)")
_END = re.compile(r"</([^\s>]*)\s*>")


@dataclass(frozen=True)
class Words:
    """A text as it is shown, and what in it looks special: offsets and lengths in UTF-16, as the Bot API counts."""

    text: str
    entities: list[Json]

    @property
    def length(self) -> int:
        """How long Telegram finds it: UTF-16 units."""
        return units(self.text)


@dataclass(frozen=True)
class _Open:
    tag: str
    value: str
    start: int


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def words(text: str, parse_mode: str | None, entities: list[Json] | None) -> Words:
    """A text as the bot sends it, as people will see it; refuses a mode other than HTML, and broken HTML."""
    if parse_mode is None or parse_mode == "":
        return _trimmed(text, entities or [])
    if parse_mode.upper() != "HTML":
        raise bad("unsupported parse_mode")
    return _Reading(text).whole()


def unescaped(text: str) -> str:
    """A text with its character references written out."""
    return _REFERENCE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    number = int(found[1]) if found[1] else int(found[2], 16)
    return chr(number) if 0 < number < 0x110000 else found[0]


def _trimmed(text: str, entities: list[Json]) -> Words:
    # Telegram takes the white space off both ends; what is marked moves along or shrinks.
    kept = text.strip()
    before, length = units(text[: len(text) - len(text.lstrip())]), units(kept)
    found = []
    for one in entities:
        start = max(0, one["offset"] - before)
        end = min(length, one["offset"] + one["length"] - before)
        if end > start:
            found.append({**one, "offset": start, "length": end - start})
    return Words(kept, found)


class _Reading:
    def __init__(self, source: str) -> None:
        self._source, self._at = source, 0
        self._text = ""
        self._open: list[_Open] = []
        self._entities: list[Json] = []

    def whole(self) -> Words:
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._end_tag()
            elif self._source[self._at] == "<":
                self._start_tag()
            else:
                self._plain()
        if self._open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return _trimmed(self._text, sorted(self._entities, key=lambda one: (one["offset"], -one["length"])))

    @property
    def _byte(self) -> int:
        return len(self._source[: self._at].encode())

    def _plain(self) -> None:
        end = self._source.find("<", self._at)
        end = len(self._source) if end < 0 else end
        self._text += unescaped(self._source[self._at : end])
        self._at = end

    def _start_tag(self) -> None:
        found = _START.match(self._source, self._at)
        assert found is not None  # it begins with "<"
        tag, here = found[1].lower(), self._byte
        if found.end() == len(self._source):
            raise _broken(f"Unclosed start tag at byte offset {here}")
        if tag not in _TAGS:
            raise _broken(f'Unsupported start tag "{tag}" at byte offset {here}')
        attributes, end = self._attributes(found.end(), tag, here)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {here}')
        value = attributes.get({"a": "href", "tg-emoji": "emoji-id", "code": "class"}.get(tag, ""), "")
        self._open.append(_Open(tag, value, units(self._text)))
        self._at = end

    def _attributes(self, at: int, tag: str, here: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while (one := _ATTRIBUTE.match(self._source, at)) is not None:
            value = one[2] or one[3] or (one[4] or "").lower()
            found[one[1].lower()] = unescaped(value)
            at = one.end()
        rest = self._source[at:].lstrip()
        if not rest.startswith(">"):
            if rest and ">" in rest:
                raise _broken(f'Empty attribute name in the tag "{tag}" at byte offset {here}')
            raise _broken(f"Unclosed start tag at byte offset {here}")
        return found, len(self._source) - len(rest) + 1

    def _end_tag(self) -> None:
        here = self._byte
        if not self._open:
            raise _broken(f"Unexpected end tag at byte offset {here}")
        found = _END.match(self._source, self._at)
        if found is None:
            raise _broken(f"Unclosed end tag at byte offset {here}")
        last = self._open.pop()
        if found[1] and found[1].lower() != last.tag:
            expected = f'expected "</{last.tag}>", found "</{found[1]}>"'
            raise _broken(f"Unmatched end tag at byte offset {here}, {expected}")
        self._close(last)
        self._at = found.end()

    def _close(self, last: _Open) -> None:
        length = units(self._text) - last.start
        entity: Json = {"type": _TAGS[last.tag], "offset": last.start, "length": length}
        if last.tag == "a":
            if not re.match(r"(https?|tg|mailto|tel|ton)[:/]", last.value):
                return  # Telegram shows the words and drops a link that leads nowhere
            entity["url"] = last.value
        if last.tag == "tg-emoji":
            entity["custom_emoji_id"] = last.value
        if length:
            self._entities.append(entity)


def _broken(words: str) -> Exception:
    return bad(f"can't parse entities: {words}")
