"""A session on the calendar, as those who are in it see and change it."""

from datetime import datetime

from flows.engine.context import Context, Turn
from flows.engine.language.texts import Translator
from flows.engine.views import paging
from flows.engine.views.action import Action
from flows.engine.views.refusals import NotPlanned, TooLate
from flows.engine.views.view import Button, Style, View
from flows.people import permissions
from flows.people.permissions import Role
from flows.sessions import calendar_invitation, facts
from flows.sessions.session_news import (
    Held,
    MoveLeft,
    MoveOvertaken,
    NotHeld,
    SeatLost,
    SessionCancelled,
    SessionMoved,
    SessionPlanned,
    Unreported,
)
from storage.dialogues import sessions
from storage.models import DialogueSession, Person, Request, SessionState


def show(turn: Turn, action: Action) -> View:
    """The session as this person may see it, with what they can do."""
    session, role = permissions.session_of(turn, action.id)
    return shown(turn.context, turn.person, session, role)


def shown(context: Context, person: Person, session: DialogueSession, role: Role) -> View:
    """The session's facts and its buttons."""
    t = context.words_for(person)
    found = facts.of_session(context, t, session, for_facilitator=role is Role.FACILITATOR)
    buttons = _buttons(context, t, session, role, person.id)
    begun = session.state is SessionState.PLANNED and session.starts_at and session.starts_at <= context.now
    now = "begun" if begun else session.state.value
    return View(t(f"session.now.{now}"), title=t(f"session.heading.{now}"), facts=found, buttons=buttons)


def _buttons(
    context: Context, t: Translator, session: DialogueSession, role: Role, person_id: int
) -> tuple[Button, ...]:
    if session.state is SessionState.NOT_HELD and role is Role.REQUESTER:
        return (Button(t("session.again"), Action("session.move", session.id), Style.PRIMARY),)
    if session.state not in TO_COME or session.starts_at is None:
        return ()
    if session.starts_at <= context.now:
        leads = person_id in sessions.facilitators(context.uow, session.id)
        return (Button(t("session.report"), Action("session.report", session.id), Style.PRIMARY),) if leads else ()
    move = Button(t("session.move"), Action("session.move", session.id))
    if role is Role.FACILITATOR:
        return move, Button(t("session.give_back"), Action("session.give", session.id), Style.DANGER)
    # The link has a button of its own where it lacks; the other is then for who meets on site after all.
    lacking = lacks_link(session)
    place = Button(t("session.on_site" if lacking else "session.place"), Action("session.place", session.id))
    link = (link_button(t, session),) if lacking else ()
    return *link, move, place, Button(t("session.cancel"), Action("session.cancel", session.id), Style.DANGER)


TO_COME = (SessionState.PLANNED, SessionState.SEEKING)


def lacks_link(session: DialogueSession) -> bool:
    """Whether people are to meet online and nobody knows yet where to click."""
    return session.online and not session.link


def link_button(t: Translator, session: DialogueSession) -> Button:
    """The way for the requester to give the link of an online session."""
    return Button(t("session.give_link"), Action("session.link", session.id), Style.PRIMARY)


def planned(turn: Turn, session_id: int) -> tuple[DialogueSession, Role]:
    """A session of this person that is still to come, perhaps still seeking who leads it.

    Raises NotPlanned or TooLate otherwise.
    """
    session, role = permissions.session_of(turn, session_id)
    now_shown = Action("session.show", session_id)
    if session.state not in TO_COME or session.starts_at is None:
        raise NotPlanned(shows=now_shown)
    if session.starts_at <= turn.now:
        raise TooLate(shows=now_shown)
    return session, role


def mine(turn: Turn, action: Action) -> View:
    """The sessions on the calendar that this person asked for or leads."""
    t = turn.t
    part = paging.part(action.arg, lambda most, skip: sessions.of_person(turn.uow, turn.me, most, skip))
    lines = tuple((t.moment(_start(s)), _which(turn, s)) for s in part.rows)
    buttons = tuple(
        Button(t("session.open_one", moment=t.short(_start(s))), Action("session.show", s.id)) for s in part.rows
    )
    text = "" if part.rows else t("sessions.none")
    return View(text, t("menu.sessions"), lines, (*buttons, *part.ways(t, "sessions")))


def _which(turn: Turn, session: DialogueSession) -> str:
    """What the session is about and where, so that somebody with several teams can tell them apart."""
    request = turn.uow.get(Request, session.request_id)
    return f"{facts.topics(turn.context, turn.t, request)} · {facts.where(turn.t, session)}"


def _start(session: DialogueSession) -> datetime:
    assert session.starts_at is not None
    return session.starts_at


def on_calendar(context: Context, person: Person, told: SessionPlanned | SessionMoved) -> View | None:
    """The message that a session is planned or moved: its facts, with the file for the calendar."""
    session = context.uow.get(DialogueSession, told.subject_id)
    role = _role(context, person, session)
    if role is None or session.state not in TO_COME or session.starts_at is None:
        return None
    t = context.words_for(person)
    before = datetime.fromisoformat(told.before) if isinstance(told, SessionMoved) and told.before else None
    if session.state is SessionState.SEEKING:
        return _changed_while_seeking(context, person, session, role, before)
    kind = "session_place" if before == session.starts_at else told.kind
    text = t(f"session.told.{kind}", before=t.moment(before) if before else "")
    base = shown(context, person, session, role)
    file = calendar_invitation.of_session(context, t, session)
    return View(text, title=t(f"session.heading.{kind}"), facts=base.facts, buttons=base.buttons, file=file)


def _changed_while_seeking(
    context: Context, person: Person, session: DialogueSession, role: Role, before: datetime | None
) -> View | None:
    """The message of another time or place of a session that lacks somebody: calendars get it once it stands."""
    if before is None:
        return None
    t, base = context.words_for(person), shown(context, person, session, role)
    what = "place" if before == session.starts_at else "moved"
    text = t(f"session.told.seeking_{what}", before=t.moment(before), moment=t.moment(_start(session)))
    return View(text, title=t(f"session.heading.session_{what}"), facts=base.facts, buttons=base.buttons)


def off_calendar(context: Context, person: Person, told: SessionCancelled) -> View | None:
    """The message that a session is off, with a file that takes it out of the calendar."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, told.subject_id)
    if session.state is not SessionState.CANCELLED or session.starts_at is None:
        return None
    text = t("session.told.session_cancelled", moment=t.moment(session.starts_at))
    return View(text, title=t("session.heading.cancelled"), file=calendar_invitation.of_session(context, t, session))


def seat_lost(context: Context, person: Person, told: SeatLost) -> View | None:
    """The message to a facilitator who is off a session because its new time does not fit, with a calendar file."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, told.subject_id)
    if session.starts_at is None or _role(context, person, session) is not None:
        return None
    text = t("session.told.seat_lost", moment=t.moment(session.starts_at))
    return View(
        text, title=t("session.heading.seat_lost"), file=calendar_invitation.of_session(context, t, session, off=True)
    )


def news(context: Context, person: Person, told: MoveLeft | MoveOvertaken | Held | NotHeld | Unreported) -> View | None:
    """Short news about a session: it was held, it was not, the other time was left."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, told.subject_id)
    role = _role(context, person, session)
    if role is None or session.starts_at is None:
        return None
    buttons = _buttons(context, t, session, role, person.id) if isinstance(told, NotHeld | Unreported) else ()
    text = t(f"session.told.{told.kind}", moment=t.moment(session.starts_at))
    return View(text, title=t(f"session.heading.{told.kind}"), buttons=buttons)


def _role(context: Context, person: Person, session: DialogueSession) -> Role | None:
    if person.id in sessions.facilitators(context.uow, session.id):
        return Role.FACILITATOR
    is_requester = context.uow.get(Request, session.request_id).requester_id == person.id
    return Role.REQUESTER if is_requester else None
