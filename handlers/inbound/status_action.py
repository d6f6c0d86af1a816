"""The button that shows how things stand, for a press that was taken in before."""

from flows.capabilities import CAPABILITIES
from flows.engine.views.action import Action
from flows.engine.views.refusals import UnknownButton


def status_action(packed: str) -> str:
    """The button that shows how things stand after this one was pressed, and changes nothing; the menu where none does.

    One that only shows or asks something, or that no bot made, does the same once more.
    """
    try:
        action = Action.unpack(packed)
    except UnknownButton:
        return packed
    about = action.verb.partition(".")[0]
    if action.verb in CAPABILITIES.shows | CAPABILITIES.asks_first:
        return packed
    if about == "form":
        return Action("form.resume", action.id).pack()
    return Action(f"{about}.show", action.id).pack() if f"{about}.show" in CAPABILITIES.shows else Action("menu").pack()
