"""What a session brings to the bot."""

from flows.engine.capability import Capability, Message, Verb
from flows.engine.views.action import Action
from flows.sessions import session_news, sessions
from storage.dialogues import requesters

MINE = Action("sessions")

CAPABILITY = Capability(
    name="sessions",
    verbs=(
        Verb("sessions", sessions.mine, shows=True),
        Verb("session.show", sessions.show, shows=True),
    ),
    messages=(
        Message(session_news.SessionPlanned, sessions.on_calendar, requesters.of_session),
        Message(session_news.SessionMoved, sessions.on_calendar, requesters.of_session),
        Message(session_news.SessionCancelled, sessions.off_calendar, requesters.of_session),
        Message(session_news.SeatLost, sessions.seat_lost),
        Message(session_news.MoveLeft, sessions.news, requesters.of_session),
        Message(session_news.MoveOvertaken, sessions.news, requesters.of_session),
        Message(session_news.Held, sessions.news, requesters.of_session),
        Message(session_news.NotHeld, sessions.news, requesters.of_session),
        Message(session_news.Unreported, sessions.news, requesters.of_session),
    ),
    words=dict.fromkeys(("bijeenkomsten", "sessies", "agenda", "sessions", "session"), MINE),
)
