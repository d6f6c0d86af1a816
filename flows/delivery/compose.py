"""The words of every message that must arrive, composed at delivery: as things then stand, for who reads it."""

from flows.engine.context import Desk
from flows.engine.notifications import OVER, Note
from flows.engine.views.view import View
from storage.delivery import message_slots
from storage.models import Person


def compose(desk: Desk, person: Person, note: Note) -> View | None:
    """The message as it is now, or None when it makes no sense any more. Says so when it comes late."""
    if (slot := note.args.get(OVER)) and not message_slots.holders(desk.uow, [person.id], slot):
        return None
    view: View | None = desk.capabilities.messages[note.kind].compose(desk, person, note)
    if view is None:
        return None
    t = desk.words_for(person)
    return (view.noting(t("message.late")) if note.args.get("late") else view).speaking(t.language)
