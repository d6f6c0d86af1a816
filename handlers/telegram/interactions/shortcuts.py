"""Words that answer no question: typed while one stands there, they do what a button of it does.

They are few, and none of them is a place or a reason, so that nobody misses an answer by them.
"""

from collections.abc import Mapping
from enum import StrEnum

LONGEST = 20
"""Signs; whatever is longer is none of these words."""


class Wish(StrEnum):
    """What somebody wants who types such a word."""

    STOP = "stop"
    """Leave the form for now, and keep the answers."""
    BACK = "back"
    """See the question before."""
    ON = "on"
    """Go on with what stands there, or with nothing where that may be."""
    OVER = "over"
    """Begin the form anew, after being asked whether they are sure."""
    HELP = "help"
    """Learn what can be done here."""
    MENU = "menu"
    """See the menu; the form waits."""


_WORDS: Mapping[str, Wish] = {
    **dict.fromkeys(("stop", "stoppen", "stop voor nu", "stop for now", "quit"), Wish.STOP),
    **dict.fromkeys(("annuleer", "annuleren", "cancel"), Wish.STOP),
    **dict.fromkeys(("terug", "vorige", "back", "go back", "previous"), Wish.BACK),
    **dict.fromkeys(("klaar", "volgende", "verder", "done", "next", "sla over", "skip"), Wish.ON),
    **dict.fromkeys(("opnieuw", "begin opnieuw", "start over", "restart"), Wish.OVER),
    **dict.fromkeys(("help", "hulp", "?"), Wish.HELP),
    "menu": Wish.MENU,
}
ACTIONS: Mapping[Wish, str] = {Wish.STOP: "form.stop", Wish.OVER: "form.over", Wish.MENU: "menu"}
"""The verbs of the buttons that do the same."""


def wish(text: str) -> Wish | None:
    """What these words want, with or without a stroke before them; None for an answer."""
    words = " ".join(text.casefold().split()).removeprefix("/") if len(text) <= LONGEST else ""
    return _WORDS.get(words) or _WORDS.get(words.rstrip(".!"))
