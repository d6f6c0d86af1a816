"""What a button does when it is pressed: a verb, what it is about, and the version the person was looking at.

A button is worth nothing by itself. Its sender may have made it up, so who may do this is decided by the flow, against
the database, at the press.
"""

import re
from dataclasses import dataclass
from typing import Self

from flows.engine.views.refusals import UnknownButton

MAX_BYTES = 64
"""Telegram's limit for callback_data, the smallest of all channels (Bot API, InlineKeyboardButton)."""

MAX_ID = 2**31 - 1
"""The largest id a row can have (PostgreSQL's integer): beyond it a press is made up, and a query would fail."""

_PACKED = re.compile(r"([a-z]+(?:\.[a-z]+)?):(\d{1,10}):(\d{1,9})(?::([A-Za-z0-9_.-]*))?", re.ASCII)


@dataclass(frozen=True)
class Action:
    """``verb`` names the use case, ``id`` its subject, ``arg`` one small choice (a moment's number, a page)."""

    verb: str
    id: int = 0
    version: int = 0
    arg: str = ""

    def pack(self) -> str:
        """The action as text for a button. Raises ValueError when it does not fit in 64 bytes or has odd signs."""
        packed = f"{self.verb}:{self.id}:{self.version}" + (f":{self.arg}" if self.arg else "")
        if len(packed.encode()) > MAX_BYTES or not _PACKED.fullmatch(packed):
            raise ValueError(f"not a button's action: {packed!r}")
        return packed

    @classmethod
    def unpack(cls, packed: str) -> Self:
        """The action in a button's text. Raises UnknownButton for anything this bot would not have written."""
        found = _PACKED.fullmatch(packed) if len(packed.encode(errors="replace")) <= MAX_BYTES else None
        verb, subject, version, arg = found.groups(default="") if found else ("", "0", "0", "")
        if not verb or int(subject) > MAX_ID:
            raise UnknownButton
        return cls(verb, int(subject), int(version), arg)

    @classmethod
    def verb_of(cls, packed: str) -> str:
        """The verb in a button's text; empty for anything this bot would not have written."""
        try:
            return cls.unpack(packed).verb
        except UnknownButton:
            return ""
