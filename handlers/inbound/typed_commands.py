"""The words people type, behind a command or to the bot itself, in both languages, and the buttons that do the same."""

import re

from flows.engine.capability import Registry
from flows.home.capability import HELP

_LINKS = re.compile(r"(?:link|koppel(?:en)?)\s+([a-z0-9]{4})[\s-]*([a-z0-9]{4})", re.ASCII)
"""The word and the code that another channel showed."""


def action_for(capabilities: Registry, words: str) -> str | None:
    """The packed action behind these words, or None where they are no command."""
    meant = " ".join(words.lower().split())
    linking = _LINKS.fullmatch(meant)
    if linking:
        return f"link.take:0:0:{linking[1]}{linking[2]}"
    action = capabilities.words.get(meant)
    return action.pack() if action else None


def said(capabilities: Registry, words: str) -> str | None:
    """The same for words said to the bot itself, with or without a stroke in front.

    There, saying nothing, or asking for help, is no command.
    """
    meant = words.strip().removeprefix("/")
    return action_for(capabilities, meant) if meant and meant.lower() not in HELP else None
