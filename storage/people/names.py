"""What people and things are called, on one line and without anything that nobody sees."""

import unicodedata

from storage.people.signs import JOINERS, without_invisible

_BLANK = "\u2800"
"""Unicode has it for a symbol of Braille; to everybody else it is a space."""


def cleaned(text: str) -> str:
    """The name on one line: a space for any white space, accents composed, and no sign of which nothing is seen.

    Joiners stay within words, for in Persian, in the scripts of India and in emoji they change what is seen. What sets
    the direction of writing goes, as it makes one name look like another. Empty where nothing is left to see.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = without_invisible(text.replace(_BLANK, " "), JOINERS)
    printed = "".join(sign for sign in seen if sign.isprintable() or sign.isspace() or sign in JOINERS)
    words = (word.strip(JOINERS) for word in printed.split())
    return unicodedata.normalize("NFC", " ".join(word for word in words if _is_seen(word)))


def _is_seen(word: str) -> bool:
    """Whether there is anything but accents, which need a letter to stand on."""
    return any(unicodedata.category(sign)[0] != "M" and sign not in JOINERS for sign in word)
