"""What a session brings to the bot."""

from flows.engine.capability import Capability, Message, Verb
from flows.engine.views.action import Action
from flows.sessions import sessions
from storage.dialogues import requesters

MINE = Action("sessions")

CAPABILITY = Capability(
    name="sessions",
    verbs=(
        Verb("sessions", sessions.mine, shows=True),
        Verb("session.show", sessions.show, shows=True),
    ),
    messages=(
        Message("session_planned", sessions.on_calendar, requesters.of_session),
        Message("session_moved", sessions.on_calendar, requesters.of_session),
        Message("session_cancelled", sessions.off_calendar, requesters.of_session),
        Message("seat_lost", sessions.seat_lost),
        Message("move_left", sessions.told, requesters.of_session),
        Message("move_overtaken", sessions.told, requesters.of_session),
        Message("held", sessions.told, requesters.of_session),
        Message("not_held", sessions.told, requesters.of_session),
        Message("unreported", sessions.told, requesters.of_session),
    ),
    words=dict.fromkeys(("bijeenkomsten", "sessies", "agenda", "sessions", "session"), MINE),
)
