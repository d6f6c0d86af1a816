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
    looks = capabilities.shows | capabilities.asks_first
    if action.verb in looks:
        return packed
    shows = capabilities.status.get(action.verb, f"{action.verb.partition('.')[0]}.show")
    return Action(shows, action.id).pack() if shows in looks else Action("menu").pack()
