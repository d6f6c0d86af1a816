"""What a person's address looks like in Slack: a member id, and never the id of a channel or a conversation."""

import re

from storage.people.addresses import Shape

SLACKBOT = "USLACKBOT"
"""Slack's own voice, which its ``is_bot`` does not call a bot."""

# A letter that says what it is of, and eight signs or more: longer ones came with the years, and none was ever shorter.
# https://docs.slack.dev/changelog/2016-08-11-user-id-format-changes
_MEMBER = re.compile(r"[UW][A-Z0-9]{8,20}")


def is_persons(address: str) -> bool:
    """Whether this is the shape of a person's id, and not of a room's: those begin with C, G or D."""
    return _MEMBER.fullmatch(address) is not None and address != SLACKBOT


SHAPE = Shape(is_persons, "U012AB3CD")
