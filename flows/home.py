"""The menu: what waits for this person, and what they can do."""

from collections.abc import Iterator

from flows import roles, waiting
from flows.actions import Action
from flows.desk import Turn
from flows.texts import Translator
from flows.view import Button, Style, View
from storage import outbox, people

GREETINGS = frozenset(
    {"hallo", "hoi", "hi", "hey", "hello", "dag", "goedemorgen", "goedemiddag", "goedenavond", "good", "morning"}
    | {"afternoon", "evening", "help", "hulp", "menu", "start"}
)
"""Words that ask for nothing but the menu, in both languages whatever the person reads."""


def menu(turn: Turn) -> View:
    """A greeting, what waits for an answer, and a button for everything this person may do."""
    t, leads = turn.t, people.facilitator(turn.uow, turn.me) is not None
    ways, more = waiting.ways(turn, leads=leads)
    said = [t("menu.hello", name=turn.person.name), *([t("menu.waiting.rest")] if more else [])]
    return View("\n\n".join(said), title=t("menu.title"), buttons=(*ways, *_doors(turn, leads=leads)))


def heard(turn: Turn, text: str) -> View:
    """The menu, after free words; for anything but a greeting or a call for help it says that nobody reads them."""
    said = "".join(sign for sign in text.casefold() if sign.isalpha() or sign.isspace()).split()
    view = menu(turn)
    return view if GREETINGS.issuperset(said) else view.noting(turn.t("menu.not_read"))


def _doors(turn: Turn, *, leads: bool) -> Iterator[Button]:
    t = turn.t
    yield Button(t("menu.ask"), Action("ask"), Style.PRIMARY)
    yield Button(t("menu.requests"), Action("requests"))
    yield Button(t("menu.sessions"), Action("sessions"))
    if leads:
        yield Button(t("menu.profile"), Action("profile"))
    if roles.steers(turn):
        yield Button(t("menu.open"), Action("steer.open"))
    if turn.person.programme_team and outbox.dead(turn.uow, 1):
        yield Button(t("undelivered.title"), Action("lost"))
    yield other_language(t)


def other_language(t: Translator) -> Button:
    """The way to the other of the two languages; its words are in that one."""
    return Button(t("menu.language"), Action("language", arg="en" if t.language == "nl" else "nl"))


def speak(turn: Turn, action: Action) -> View:
    """Go on in the other language."""
    if action.arg in ("nl", "en"):
        turn.person.language = action.arg
    return menu(turn)
