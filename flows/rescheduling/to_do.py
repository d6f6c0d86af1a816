"""What waits for a requester because a facilitator asks to move a session."""

from collections.abc import Iterator

from flows.engine.context import Turn
from flows.engine.contributions import Look, Waiting
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry
from flows.sessions import facts
from storage.dialogues import sessions
from storage.models import DialogueSession


def moves(look: Look, most: int) -> Iterator[Waiting]:
    """The sessions of this person that a facilitator asks to move."""
    turn = look.turn
    found = sessions.moves_to(turn.uow, turn.me, turn.now, most)
    topics = facts.topics_of(turn.context, turn.t, (request for _, request in found))
    return (_move(turn, session, topics[request.id]) for session, request in found)


def _move(turn: Turn, session: DialogueSession, topic: str) -> Waiting:
    t = turn.t
    assert session.starts_at is not None
    assert session.proposed_start is not None
    buttons = (
        Button(t("proposal.take"), Action("move.take", session.id, session.version)),
        Button(t("move.leave"), Action("move.leave", session.id, session.version)),
    )
    title = t("front.move", topic=topic)
    note = t("front.move.asks", before=t.moment(session.starts_at), moment=t.moment(session.proposed_start))
    return Waiting(lambda: Entry(title, note, buttons), Button(title, Action("move.show", session.id)))
