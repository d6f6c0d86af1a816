"""What ``check`` finds, one thing at a time."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """``BAD`` stops the bot from doing its work, ``NOTE`` is only good to know."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "missing"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``text`` says how it stands and, where it is bad, what to do."""

    mark: Mark
    subject: str
    text: str


def good(text: str) -> tuple[Mark, str]:
    """The mark and the text of something that is as it should be."""
    return Mark.GOOD, text


def note(*sentences: str) -> tuple[Mark, str]:
    """The mark and the text of something that is good to know."""
    return Mark.NOTE, " ".join(sentences)


def bad(*sentences: str) -> tuple[Mark, str]:
    """The mark and the text of something that stops the bot: what is wrong, and what to do."""
    return Mark.BAD, " ".join(sentences)
