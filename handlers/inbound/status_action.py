"""The button that shows how things stand, for a press that was taken in before."""

from flows.engine.capability import Registry
from flows.engine.views.action import Action
from flows.engine.views.refusals import UnknownButton


def status_action(capabilities: Registry, packed: str) -> str:
    """The button that shows how things stand after this one was pressed, and changes nothing; the menu where none does.

    One that only shows or asks something, or that no bot made, does the same once more.
    """
    try:
        action = Action.unpack(packed)
    except UnknownButton:
        return packed
    about = action.verb.partition(".")[0]
    if action.verb in capabilities.shows | capabilities.asks_first:
        return packed
    if about == "form":
        return Action("form.resume", action.id).pack()
    shown = f"{about}.show" in capabilities.shows
    return Action(f"{about}.show", action.id).pack() if shown else Action("menu").pack()
