"""What waits for a facilitator after a session: to tell how it went."""

from collections.abc import Iterator

from flows.engine.context import Turn
from flows.engine.contributions import Look, Waiting
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry
from flows.people import permissions
from flows.sessions import facts
from storage.dialogues import sessions
from storage.models import DialogueSession


def reports(look: Look, most: int) -> Iterator[Waiting]:
    """The sessions that this person led and has yet to tell of."""
    turn = look.turn
    found = sessions.to_report(turn.uow, turn.me, turn.now, most) if look.once(permissions.leads) else ()
    topics = facts.topics_of(turn.context, turn.t, (request for _, request in found))
    return (_report(turn, session, topics[request.id]) for session, request in found)


def _report(turn: Turn, session: DialogueSession, topic: str) -> Waiting:
    t, tell = turn.t, Action("session.report", session.id)
    assert session.starts_at is not None
    title = t("menu.report", moment=t.moment(session.starts_at))
    entry = Entry(title, topic, (Button(t("session.report"), tell),))
    return Waiting(lambda: entry, Button(t("menu.report", moment=t.short(session.starts_at)), tell))
