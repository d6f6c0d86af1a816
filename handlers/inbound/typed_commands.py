"""The words people type, behind a command or to the bot itself, in both languages, and the buttons that do the same."""

from flows.engine.capability import Registry
from flows.home.capability import HELP


def action_for(capabilities: Registry, words: str) -> str | None:
    """The packed action behind these words, or None where they are no command."""
    action = capabilities.action_for(words)
    return action.pack() if action else None


def said(capabilities: Registry, words: str) -> str | None:
    """The same for words said to the bot itself, with or without a stroke in front.

    There, saying nothing, or asking for help, is no command.
    """
    meant = words.strip().removeprefix("/")
    return action_for(capabilities, meant) if meant and meant.lower() not in HELP else None
