"""What a session brings to the bot."""

from flows.engine.capability import Capability, Command, Message, Verb
from flows.engine.contributions import HomeSection, MenuButton, Place
from flows.sessions import home_section, session_news, sessions
from flows.sessions.home_section import MINE
from storage.dialogues import requesters

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
    commands=(
        Command(
            "sessions",
            MINE,
            30,
            {"nl": "bijeenkomsten", "en": "sessions"},
            {"nl": "sessies", "en": "sessions"},
        ),
    ),
    sections=(HomeSection(40, home_section.next_sessions),),
    buttons=(
        MenuButton(30, "menu.sessions", MINE, frozenset({Place.MENU})),
        MenuButton(30, "menu.sessions", MINE, frozenset({Place.NEXT}), concerns=home_section.has_any),
    ),
)
