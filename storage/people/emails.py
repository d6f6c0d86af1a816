"""E-mail addresses, each written in one way, so that two of them are the same person's when they are equal.

The one place where an address is taken in: whatever stores one or compares one calls ``normalised`` or ``or_none``.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from storage.people.signs import without_invisible

_SCHEME = "mailto:"


class NotAnAddress(ValueError):
    """The text is no e-mail address."""


class MixedAlphabets(NotAnAddress):
    """The address has letters of more than one alphabet, which look alike: a Latin and a Cyrillic a."""


def normalised(text: str) -> str:
    """The one way to write this e-mail address. Raises NotAnAddress, or MixedAlphabets, where it is none.

    Two that differ in capitals, in how an accent is made, in signs that nobody sees or in how their domain is written
    (``xn--`` or not) are the same. Whether anything arrives there is not looked at.
    """
    address = _folded(_bare(without_invisible(text)))
    if any(sign != unicodedata.normalize("NFKC", sign) for sign in address):
        raise MixedAlphabets("a sign that stands for another one")
    try:
        found = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as why:
        raise NotAnAddress(f"{why}") from None
    # What the library gives has the letters of the domain, where ``xn--`` hid them.
    if len(set(_alphabets(found))) > 1:
        raise MixedAlphabets("letters of more than one alphabet")
    return found


def or_none(text: str | None) -> str | None:
    """The one way to write this e-mail address, or None where it is none, so that nobody can be known by it."""
    try:
        return normalised(text) if text else None
    except NotAnAddress:
        return None


def to_settle(stored: Mapping[int, str]) -> dict[int, str]:
    """The new way to write stored addresses, by the ids of their people: only of those that change.

    What is no address stays out, and so does one that would become somebody else's: the one who has it in this way
    already keeps it, else the first.
    """
    taken = set(stored.values())
    settled: dict[int, str] = {}
    for person_id, email in sorted(stored.items()):
        one = or_none(email)
        if one is not None and one not in taken:
            settled[person_id] = one
            taken.add(one)
    return settled


def _bare(text: str) -> str:
    """The address alone, of what a mail programme or a spreadsheet puts around one. All white space is stripped."""
    bare = text.strip()
    if bare.startswith("<") and bare.endswith(">"):
        bare = bare[1:-1].strip()
    if bare[: len(_SCHEME)].lower() == _SCHEME:
        # In a link signs may be written as %40, and more may follow: RFC 6068, section 2.
        bare = without_invisible(unquote(bare[len(_SCHEME) :].partition("?")[0])).strip()
    return bare


def _folded(text: str) -> str:
    """The text in small letters, its accents composed.

    Not ``casefold``, which makes straße and strasse one: those are two domains, of two owners.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _alphabets(address: str) -> Iterator[str]:
    """The alphabet of each letter, as the first word of its name in Unicode. Raises NotAnAddress for odder signs.

    A letter that is of no alphabet by that word, such as a modifier letter, counts as one of an alphabet of its own.
    """
    for sign in address:
        if sign.isascii():
            if sign.isalpha():
                yield "LATIN"
            continue
        if unicodedata.category(sign)[0] not in "LM":
            raise NotAnAddress("a sign that is no letter")
        word = unicodedata.name(sign, "?").split()[0]
        if word != "COMBINING":  # an accent, of whatever alphabet the letter below it is
            yield word
