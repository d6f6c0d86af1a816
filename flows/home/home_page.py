"""The front door: one look that shows a person what this is, what to do first, and how everything of theirs stands.

It is looked at often and by many at once, so it takes the same few statements however much there is, and shows the
first few of each kind with a way to the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time

from flows.delivery import undelivered
from flows.engine.calendars.recurrence import local_instant
from flows.engine.context import Turn
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Entry, Front, Section
from flows.home import menu, to_do
from flows.people import contact_channels, facilitator_profile, permissions
from flows.practice_builders import steering
from flows.programme import readiness
from flows.requests.requests import standing
from flows.sessions import facts
from storage.dialogues import requests, sessions
from storage.dialogues.requests import Steered
from storage.models import DialogueSession, Request, SearchState, Series, SessionState
from storage.people import people

FEW = 5
"""As many of a kind as are shown; the rest is a press away."""

Coming = tuple[DialogueSession, Request, Series | None]


def front(turn: Turn) -> Front:
    """The front door of the person whose turn it is, as things stand now. Changes nothing."""
    t, open_now = turn.t, readiness.is_open(turn)
    return Front(
        greeting=t("front.hello", name=turn.person.name),
        primary=readiness.button(turn) if open_now else None,
        sections=tuple(_sections(turn)) if open_now else (),
        buttons=(
            Button(t("menu.title"), Action("menu")),
            *contact_channels.ways(turn),
            menu.other_language(t, "front.speak"),
        ),
        notice="" if open_now else readiness.not_yet(turn),
    )


def _sections(turn: Turn) -> Iterator[Section]:
    t, uow, me = turn.t, turn.uow, turn.me
    profile, steers = people.facilitator(uow, me), permissions.steers(turn)
    pending = to_do.for_person(turn, leads=profile is not None)
    asked, asked_in_all = requests.of_requester(uow, me, FEW)
    coming, coming_in_all = sessions.next_of_person(uow, me, _today(turn), FEW)
    steered, steered_in_all = permissions.to_steer(turn, FEW)
    found = [*pending.requests, *asked, *(r for _, r, _ in coming), *(r for _, r, _ in steered)]
    topics = facts.topics_of(turn.desk, t, found)
    lost = undelivered.some(turn)
    below = {"menu.open": _needed(turn, steered), "undelivered.title": lost}
    told = _nothing(turn, [t(key) for key, there in below.items() if there])
    yield Section(t("front.waiting"), tuple(to_do.entries(turn, pending, topics)), told)
    if steers:
        entries = [_steer(turn, one, topics) for one in steered]
        rest = _rest(turn, steered_in_all, Button(t("front.all_open"), Action("steer.open")))
        yield Section(t("menu.open"), (*entries, *rest), t("steer.none"))
    if lost:
        see = Button(t("front.see"), Action("lost"))
        yield Section(t("undelivered.title"), (Entry(t("undelivered.some"), buttons=(see,)),))
    if asked or not (steers or profile):
        entries = [_asked(turn, one, topics) for one in asked]
        rest = _rest(turn, asked_in_all, Button(t("front.all_requests"), Action("requests")))
        yield Section(t("menu.requests"), (*entries, *rest), t("front.none_asked"))
    if coming or asked or profile:
        entries = [_coming(turn, one, topics) for one in coming]
        rest = _rest(turn, coming_in_all, Button(t("front.all_sessions"), Action("sessions")))
        yield Section(t("menu.sessions"), (*entries, *rest), t("sessions.none"))
    if profile is not None:
        yield _month(turn)


def _nothing(turn: Turn, below: Sequence[str]) -> str:
    """What is said where nothing waits: that it is so, or in which sections below help is asked for."""
    t = turn.t
    return t("front.waiting.below", where=t.listing(f"“{one}”" for one in below)) if below else t("front.waiting.none")


def _today(turn: Turn) -> datetime:
    """When the day began where people plan: a session stays in sight on its day, also while it is held."""
    zone = turn.desk.rules.zone
    return local_instant(turn.now.astimezone(zone).date(), time(0), zone)


def _rest(turn: Turn, in_all: int, way: Button) -> tuple[Entry, ...]:
    return (Entry(turn.t("front.rest", n=in_all - FEW), buttons=(way,)),) if in_all > FEW else ()


def _asked(turn: Turn, request: Request, topics: Mapping[int, str]) -> Entry:
    see = Button(turn.t("front.see"), Action("request.show", request.id))
    return Entry(topics[request.id], standing(turn.desk, turn.t, request), (see,))


def _coming(turn: Turn, one: Coming, topics: Mapping[int, str]) -> Entry:
    t, (session, request, series) = turn.t, one
    assert session.starts_at is not None
    told = [topics[request.id], facts.where(t, session)]
    if series is not None:
        told.append(t("front.in_series", n=session.position, count=series.count))
    if session.state is SessionState.SEEKING:
        told.append(t(f"session.is.{session.state}"))
    see = Button(t("front.see"), Action("session.show", session.id))
    return Entry(t.moment(session.starts_at), " · ".join(part for part in told if part), (see,))


def _needed(turn: Turn, steered: list[Steered]) -> bool:
    """Whether one of the open requests lies with this person."""
    mine = {SearchState.WITH_BUILDER} | ({SearchState.WITH_DESK} if turn.person.programme_team else set())
    return any(search.state in mine for search, _, _ in steered)


def _steer(turn: Turn, one: Steered, topics: Mapping[int, str]) -> Entry:
    t, (search, request, organisation) = turn.t, one
    where = facts.around(turn.desk, t, organisation.id)
    note = steering.line(t, search)
    see = Button(t("front.see"), Action("steer.show", search.id))
    return Entry(f"{where}: {topics[request.id]}", f"{note[:1].upper()}{note[1:]}", (see,))


def _month(turn: Turn) -> Section:
    """This month against the facilitator's capacity, with pausing and being away."""
    shown = facilitator_profile.show(turn)
    (label, load), *others = shown.facts
    note = "\n".join([shown.text, *(f"{name}: {value}" for name, value in others)])
    return Section(shown.title, (Entry(f"{label}: {load}", note, shown.buttons),))
