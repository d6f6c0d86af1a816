"""Where to go from an answer that leaves nothing to press, so that nobody is left at a dead end."""

from collections.abc import Iterator
from dataclasses import replace

from flows.engine.context import Turn
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from flows.home import to_do
from storage.dialogues import sessions
from storage.people import people


def onward(turn: Turn, view: View) -> View:
    """The same view; without anything to press, with the next thing that waits for this person, and the menu."""
    return view if view.buttons or view.form else replace(view, buttons=tuple(_ways(turn)))


def _ways(turn: Turn) -> Iterator[Button]:
    t = turn.t
    waits = to_do.way(turn, leads=people.facilitator(turn.uow, turn.me) is not None)
    if waits is not None:
        yield waits
    _, on_calendar = sessions.of_person(turn.uow, turn.me, 1)
    if on_calendar:
        yield Button(t("menu.sessions"), Action("sessions"))
    yield Button(t("menu.title"), Action("menu"))
