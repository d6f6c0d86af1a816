"""The words people type behind a command, in Dutch and English, and the buttons that do the same."""

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
    **dict.fromkeys(("menu", "start", *HELP), "menu:0:0"),
    **dict.fromkeys(("nl", "nederlands", "dutch"), "language:0:0:nl"),
    **dict.fromkeys(("en", "engels", "english"), "language:0:0:en"),
}
"""What is typed, in small letters, to the packed action it stands for."""


def action_for(words: str) -> str | None:
    """The packed action behind these words, or None where they are no command."""
    return COMMANDS.get(" ".join(words.lower().split()))
