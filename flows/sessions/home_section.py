"""The sessions to come on the home page, and how they lead on from an answer."""

from datetime import datetime, time

from flows.engine.calendars.recurrence import local_instant
from flows.engine.context import Turn
from flows.engine.contributions import FEW, Look, rest
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry, Section
from flows.people import permissions
from flows.sessions import facts
from storage.dialogues import requests, sessions
from storage.models import DialogueSession, Request, Series, SessionState

MINE = Action("sessions")


def own_requests(turn: Turn) -> tuple[list[Request], int]:
    """The first few requests of this person, and how many there are in all."""
    return requests.of_requester(turn.uow, turn.me, FEW)


def next_sessions(look: Look) -> Section | None:
    """The next session of each request; None for who asked for nothing, leads nothing and has none."""
    turn, t = look.turn, look.turn.t
    found, in_all = sessions.next_of_person(turn.uow, turn.me, _today(turn), FEW)
    leads, (asked, _) = look.once(permissions.leads), look.once(own_requests)
    if not (found or leads or asked):
        return None
    topics = facts.topics_of(turn.context, t, (request for _, request, _ in found))
    entries = [_entry(turn, session, topics[request.id], series) for session, request, series in found]
    return Section(t("menu.sessions"), (*entries, *rest(look, in_all, "front.all_sessions", MINE)), t("sessions.none"))


def _today(turn: Turn) -> datetime:
    """When the day began where people plan: a session stays in sight on its day, also while it is held."""
    zone = turn.context.rules.zone
    return local_instant(turn.now.astimezone(zone).date(), time(0), zone)


def _entry(turn: Turn, session: DialogueSession, topic: str, series: Series | None) -> Entry:
    t = turn.t
    assert session.starts_at is not None
    told = [topic, facts.where(t, session)]
    if series is not None:
        told.append(t("front.in_series", n=session.position, count=series.count))
    if session.state is SessionState.SEEKING:
        told.append(t(f"session.is.{session.state}"))
    see = Button(t("front.see"), Action("session.show", session.id))
    return Entry(t.moment(session.starts_at), " · ".join(part for part in told if part), (see,))


def has_any(look: Look) -> bool:
    """Whether a session of this person is on the calendar."""
    _, in_all = sessions.of_person(look.turn.uow, look.turn.me, 1)
    return in_all > 0
