"""The way to the menu, under whatever shows how things stand: nobody is left with a list and nothing to press."""

from dataclasses import replace

from flows.engine.capability import Registry
from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View

_HOME = frozenset({"menu", "language"})
"""The verbs that only the menu, and what leads to it, has buttons for."""


def homeward(capabilities: Registry, view: View, packed: str, t: Translator) -> View:
    """The answer to a button with this action, with a way to the menu where there is none yet."""
    shows = Action.verb_of(packed) in capabilities.shows | capabilities.leaves
    has_way = any(button.action.verb in _HOME for button in view.buttons)
    if view.form is not None or has_way or not shows:
        return view
    return replace(view, buttons=(*view.buttons, Button(t("menu.title"), Action("menu"))))
