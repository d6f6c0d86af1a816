"""The menu: what waits for this person, and what they can do."""

from collections.abc import Iterator
from dataclasses import replace

from flows.engine.context import Turn
from flows.engine.contributions import Look, Place
from flows.engine.language.texts import LANGUAGES, Translator
from flows.engine.views.action import Action
from flows.engine.views.refusals import UnknownButton
from flows.engine.views.view import Button, View
from flows.home import to_do
from flows.programme import readiness

GREETINGS = frozenset(
    {"hallo", "hoi", "hi", "hey", "hello", "dag", "goedemorgen", "goedemiddag", "goedenavond", "good", "morning"}
    | {"afternoon", "evening"}
)
"""Words that ask for nothing but the menu, in both languages whatever the person reads."""
HELP = frozenset({"help", "hulp"})
"""Words that ask what there is to type."""


def menu(turn: Turn) -> View:
    """A greeting, what waits for an answer, and a button for everything this person may do.

    As long as nothing can be asked for, who has to do what first.
    """
    t, look = turn.t, Look(turn)
    always = (*buttons(look, Place.ALWAYS), other_language(t))
    if not readiness.is_open(turn):
        return View(readiness.not_yet(turn), title=t("menu.title"), buttons=always)
    waiting, more = to_do.first_few(look)
    ways = (one.way for one in waiting)
    said = [t("menu.hello", name=turn.person.name), *([t("menu.waiting.rest")] if more else [])]
    return View("\n\n".join(said), title=t("menu.title"), buttons=(*ways, *buttons(look, Place.MENU), *always))


def _words(turn: Turn) -> str:
    """What there is to type."""
    commands = turn.context.capabilities.commands
    return turn.t("menu.words", words=", ".join(turn.t(f"command.{one.name}.quoted") for one in commands))


def buttons(look: Look, place: Place) -> Iterator[Button]:
    """The buttons that the subjects have for this person in one place, in their order."""
    for one in look.turn.context.capabilities.buttons:
        if place in one.places and one.concerns(look):
            yield Button(look.turn.t(one.label), one.action, one.style)


def button(t: Translator) -> Button:
    """The way to the menu."""
    return Button(t("menu.title"), Action("menu"))


def heard(turn: Turn, text: str) -> View:
    """The menu, after free words; a call for help gets the words there are, and who says more that nobody reads it."""
    said = set("".join(sign for sign in text.casefold() if sign.isalpha() or sign.isspace()).split())
    view = menu(turn)
    if not said <= GREETINGS | HELP:
        return view.noting(turn.t("menu.not_read"))
    return replace(view, text=f"{view.text}\n\n{_words(turn)}") if said & HELP or "?" in text else view


def other_language(t: Translator, verb: str = "language") -> Button:
    """The way to the other of the two languages; its words are in that one."""
    return Button(t("menu.language"), Action(verb, arg="en" if t.language == "nl" else "nl"))


def speak(turn: Turn, action: Action) -> View:
    """Go on in the other language, from the menu."""
    switch(turn, action)
    return menu(turn)


def switch(turn: Turn, action: Action) -> None:
    """Go on in the other language without a word: what the button stands in is drawn anew. Raises UnknownButton."""
    if action.arg not in LANGUAGES:
        raise UnknownButton
    turn.person.language = action.arg
