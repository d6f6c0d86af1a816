"""The message that says that a form which was left is kept; once the form is sent or thrown away, it says that."""

from dataclasses import dataclass
from typing import Literal

from flows.engine.context import Context, Turn
from flows.engine.forms import rendering
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification
from flows.engine.notifications import tell as send
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from storage.conversations import drafts
from storage.delivery import message_slots
from storage.models import Draft, Person


@dataclass(frozen=True)
class HalfDone(Notification, kind="half_done"):
    """A form is kept; or what ``became`` of it ("sent" or "discarded"), and then which form it was about what."""

    became: str = ""
    form: str = ""
    subject: int = 0


def kept(t: Translator, draft: Draft) -> View:
    """What is kept, and how to go on with it."""
    go_on = Button(t("form.go_on"), Action("form.resume", draft.id), Style.PRIMARY)
    away = Button(t("form.throw_away"), Action("form.discard", draft.id), Style.DANGER)
    return View(t("form.kept"), title=rendering.title(t, draft.form, draft.subject_id), buttons=(go_on, away))


def tell(turn: Turn, draft: Draft) -> None:
    """Say in a message that the draft is kept; the second time in a new message, where it is seen."""
    again = bool(message_slots.holders(turn.uow, [turn.me], _slot(draft)))
    once = f"{turn.now.isoformat()}{':again' if again else ''}"
    told = HalfDone(draft.id, slot=_slot(draft, again=again), only_in=drafts.channel_of(turn.uow, draft))
    send(turn.context, turn.me, told, once=once)


def over(turn: Turn, draft: Draft, became: Literal["sent", "discarded"]) -> None:
    """Have the messages about this draft, if there are any, say what became of it."""
    for again in (False, True):
        slot = _slot(draft, again=again)
        if not message_slots.holders(turn.uow, [turn.me], slot):
            return
        only_in = drafts.channel_of(turn.uow, draft)
        told = HalfDone(draft.id, became, draft.form, draft.subject_id, slot=slot, only_in=only_in)
        send(turn.context, turn.me, told, once=f"over{':again' if again else ''}")


def _slot(draft: Draft, *, again: bool = False) -> str:
    return f"draft:{draft.id}" + (":again" if again else "")


def message(context: Context, person: Person, told: HalfDone) -> View | None:
    """How it stands with the draft; nothing where it was gone before this was first said."""
    t = context.words_for(person)
    if told.became:
        return View(t(f"form.over.{told.became}"), title=rendering.title(t, told.form, told.subject))
    draft = context.uow.find(Draft, told.subject_id)
    return kept(t, draft) if draft is not None else None
