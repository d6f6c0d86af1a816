"""The way to the menu, under whatever shows how things stand: nobody is left with a list and nothing to press."""

from dataclasses import replace

from flows.capabilities import CAPABILITIES
from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View

LEAVES = frozenset({"form.stop", "form.drop"})
"""The verbs of buttons after which nothing is in front of the person any more."""
_HOME = frozenset({"menu", "language"})
"""The verbs that only the menu, and what leads to it, has buttons for."""


def homeward(view: View, packed: str, t: Translator) -> View:
    """The answer to a button with this action, with a way to the menu where there is none yet."""
    shows = packed.partition(":")[0] in CAPABILITIES.shows | LEAVES
    has_way = any(button.action.verb in _HOME for button in view.buttons)
    if view.form is not None or has_way or not shows:
        return view
    return replace(view, buttons=(*view.buttons, Button(t("menu.title"), Action("menu"))))
