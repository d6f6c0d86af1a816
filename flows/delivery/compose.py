"""The words of every message that must arrive, composed at delivery: as things then stand, for who reads it."""

from flows.engine.context import Context
from flows.engine.notifications import Note, Notification
from flows.engine.views.view import View
from storage.delivery import message_slots
from storage.models import Person


def compose(context: Context, person: Person, note: Note) -> View | None:
    """The message as it is now, or None when it makes no sense any more. Says so when it comes late."""
    message = context.capabilities.messages[note.kind]
    told: Notification = message.type.read(note)
    if told.over and told.slot and not message_slots.holders(context.uow, [person.id], told.slot):
        return None
    view: View | None = message.compose(context, person, told)
    if view is None:
        return None
    t = context.words_for(person)
    return (view.noting(t("message.late")) if told.late else view).speaking(t.language)
