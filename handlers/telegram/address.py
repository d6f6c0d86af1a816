"""What a person's address looks like in Telegram: a user's id, and never the id of a group, which is negative."""

import re

from storage.people.addresses import Shape

LARGEST = 2**52 - 1
"""Ids have at most 52 significant bits: https://core.telegram.org/bots/api#user."""

NOBODYS = frozenset({"777000", "136817688", "1087968824"})
"""Telegram itself, and whom it names where a channel or a nameless administrator wrote."""

_NUMBER = re.compile(r"[1-9][0-9]{0,15}")


def is_persons(address: str) -> bool:
    """Whether this is the id of a user as Telegram writes it: digits alone, without a sign, a zero or a dot before."""
    return _NUMBER.fullmatch(address) is not None and int(address) <= LARGEST and address not in NOBODYS


SHAPE = Shape(is_persons, "123456789")
