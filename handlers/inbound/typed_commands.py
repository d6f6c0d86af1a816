"""The words people type, behind a command or to the bot itself, in both languages, and the buttons that do the same."""

import re
from collections.abc import Mapping

HELP = ("help", "hulp", "?")
"""The words that ask what there is to type."""

COMMANDS: Mapping[str, str] = {
    "": "ask:0:0",
    **dict.fromkeys(("aanvraag", "vraag", "nieuw", "ask", "request", "new"), "ask:0:0"),
    **dict.fromkeys(("status", "aanvragen", "requests"), "requests:0:0"),
    **dict.fromkeys(("bijeenkomsten", "sessies", "agenda", "sessions", "session"), "sessions:0:0"),
    **dict.fromkeys(("profiel", "profile"), "profile:0:0"),
    **dict.fromkeys(("open",), "steer.open:0:0"),
    **dict.fromkeys(("link", "koppel", "koppelen"), "link:0:0"),
    **dict.fromkeys(("bereik", "kanalen", "channels"), "reach:0:0"),
    **dict.fromkeys(("uitnodigen", "uitnodiging", "uitnodigingen", "invite", "invitations"), "invites:0:0"),
    **dict.fromkeys(("menu", "start", *HELP), "menu:0:0"),
    **dict.fromkeys(("nl", "nederlands", "dutch"), "language:0:0:nl"),
    **dict.fromkeys(("en", "engels", "english"), "language:0:0:en"),
}
"""What is typed, in small letters, to the packed action it stands for."""


_LINKS = re.compile(r"(?:link|koppel(?:en)?)\s+([a-z0-9]{4})[\s-]*([a-z0-9]{4})", re.ASCII)
"""The word and the code that another channel showed."""


def action_for(words: str) -> str | None:
    """The packed action behind these words, or None where they are no command."""
    meant = " ".join(words.lower().split())
    linking = _LINKS.fullmatch(meant)
    return f"link.take:0:0:{linking[1]}{linking[2]}" if linking else COMMANDS.get(meant)


def said(words: str) -> str | None:
    """The same for words said to the bot itself, with or without a stroke in front.

    There, saying nothing, or asking for help, is no command.
    """
    meant = words.strip().removeprefix("/")
    return action_for(meant) if meant and meant.lower() not in HELP else None
