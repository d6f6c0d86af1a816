"""What somebody sees in a chat. Snapshots, taken at the moment of looking."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.slack.screen import NotThere, Wanted
from tests.telegram.chat import Post
from tests.telegram.files import Files

Json = dict[str, Any]

__all__ = ["Button", "Message", "NotThere", "Paper", "Wanted", "pick", "says", "seen"]


@dataclass(frozen=True)
class Button:
    """A button under a message: it either tells the bot something (``data``) or opens an address (``url``)."""

    label: str
    data: str | None
    url: str | None


@dataclass(frozen=True)
class Paper:
    """A file that hangs in a chat."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True)
class Message:
    """A message as read. ``text`` is what it says without any marks, or what stands under its file.

    ``rows`` are its buttons as they stand below each other. ``document`` and ``photo`` are what hangs in it.
    """

    id: int
    post: Post
    text: str
    rows: tuple[tuple[Button, ...], ...]
    document: Paper | None
    photo: Paper | None
    edited: bool
    from_bot: bool
    entities: tuple[Json, ...]

    @property
    def keys(self) -> list[Button]:
        """Its buttons, top to bottom."""
        return [button for row in self.rows for button in row]

    @property
    def buttons(self) -> list[str]:
        """What its buttons say, top to bottom."""
        return [button.label for button in self.keys]

    @property
    def labels(self) -> list[list[str]]:
        """What its buttons say, row by row."""
        return [[button.label for button in row] for row in self.rows]

    @property
    def gone(self) -> bool:
        """Whether it was taken back since."""
        return self.post.deleted

    def marked(self, kind: str) -> list[str]:
        """The words that stand out in a way: ``bold``, ``italic``, ``code``, ``text_link`` …"""
        return [self._cut(one) for one in self.entities if one["type"] == kind]

    @property
    def links(self) -> dict[str, str]:
        """Words that lead somewhere, and where."""
        return {self._cut(one): one["url"] for one in self.entities if one["type"] == "text_link"}

    def _cut(self, entity: Json) -> str:
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        return self.text.encode("utf-16-le")[start:end].decode("utf-16-le")


def seen(post: Post, files: Files) -> Message:
    """A message as it stands now."""
    rows = (post.markup or {}).get("inline_keyboard", [])
    buttons = tuple(
        tuple(Button(one["text"], one.get("callback_data"), one.get("url")) for one in row) for row in rows if row
    )
    photo = post.media["photo"][0] if "photo" in post.media else None
    return Message(
        id=post.id,
        post=post,
        text=post.words or "",
        rows=buttons,
        document=_paper(post.media.get("document"), files),
        photo=_paper(photo, files),
        edited=post.edited is not None,
        from_bot=post.sender.is_bot,
        entities=tuple(post.entities),
    )


def _paper(about: Json | None, files: Files) -> Paper | None:
    if about is None:
        return None
    stored = files.kept[about["file_id"]]
    return Paper(stored.name, stored.content, stored.mime)


def says(wanted: Wanted, text: str) -> bool:
    """Whether a text has these words in it, or fits the pattern."""
    return wanted.search(text) is not None if isinstance(wanted, re.Pattern) else wanted in text


def pick(wanted: Wanted, buttons: Iterable[Button]) -> Button | None:
    """The button with that label; or the only one with those words in it; or the first that fits the pattern."""
    known = list(buttons)
    if isinstance(wanted, re.Pattern):
        return next((one for one in known if wanted.search(one.label)), None)
    whole = [one for one in known if one.label.strip().casefold() == wanted.strip().casefold()]
    part = [one for one in known if wanted.casefold() in one.label.casefold()]
    return whole[0] if whole else part[0] if len(part) == 1 else None
