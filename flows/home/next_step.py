"""Where to go from an answer that leaves nothing to press, so that nobody is left at a dead end."""

from dataclasses import replace

from flows.engine.context import Turn
from flows.engine.contributions import Look, Place
from flows.engine.views.view import View
from flows.home import menu, to_do


def onward(turn: Turn, view: View) -> View:
    """The same view; without anything to press, with the next thing that waits for this person, and the menu."""
    if view.buttons or view.form:
        return view
    look = Look(turn)
    waits = to_do.first(look)
    ways = (*((waits.way,) if waits else ()), *menu.buttons(look, Place.NEXT), menu.button(turn.t))
    return replace(view, buttons=ways)
