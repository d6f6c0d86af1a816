"""Reminding a team where it talks: a series may remind in a room that its requester invited the bot to.

Everybody in that room reads along, so what stands there tells when a session is, and nothing of what it is about, who
leads it or where it is held.
"""

from dataclasses import dataclass

from flows.engine.context import Context, Turn
from flows.engine.events import SessionsReminded
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Answers, Choice, Field, Form, Kind, Page
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification, letter
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, NoRoom
from flows.engine.views.view import Button, View
from flows.people import permissions
from storage.delivery import outbox
from storage.dialogues import sessions
from storage.models import DialogueSession, Person, Room, Series, SeriesState, SessionState
from storage.people import team_channels

REMINDS = "remind_day"
"""The reminder that goes to the room as well. One is enough where everybody sees it."""


@dataclass(frozen=True)
class RoomReminder(Notification, kind="room_reminder"):
    """A reminder of a session in a room, with the version that it had when this was written."""

    version: int


def button(t: Translator, request_id: int) -> Button:
    """The button that asks in which room a series reminds."""
    return Button(t("room.choose"), Action("series.room", request_id))


def may_choose(turn: Turn, request_id: int) -> None:
    """Raises NoRoom where this person invited the bot nowhere, and what applies where the series is not theirs."""
    series = _series(turn, request_id)
    if series.room_id is None and not team_channels.added_by(turn.uow, turn.me):
        raise NoRoom(Action("request.show", request_id))


def mine(turn: Turn) -> View:
    """The rooms this person invited the bot to, and what it can do there. Raises NoRoom where there are none."""
    t, found = turn.t, team_channels.added_by(turn.uow, turn.me)
    if not found:
        raise NoRoom
    text = t("room.joined", rooms=t.listing(room.name for room in found))
    return View(text, buttons=(Button(t("menu.requests"), Action("requests")),))


def _choices(turn: Turn) -> list[Choice]:
    """The rooms this person invited the bot to, and that the series stays out of all of them."""
    nowhere = Choice("nowhere", turn.t("room.nowhere"))
    found = (Choice(str(room.id), room.name) for room in team_channels.added_by(turn.uow, turn.me))
    return [*found, nowhere]


def chosen(turn: Turn, request_id: int) -> Answers:
    """Where the series reminds now."""
    room_id = _series(turn, request_id).room_id
    return {"room": str(room_id)} if room_id is not None else {}


def choose(turn: Turn, request_id: int, answers: Answers) -> View:
    """Remind there from now on."""
    series = _series(turn, request_id)
    series.room_id = None if answers["room"] == "nowhere" else int(answers["room"])
    see = Button(turn.t("request.see"), Action("request.show", request_id))
    if series.room_id is None:
        return View(turn.t("room.told.nowhere"), title=turn.t("series.title"), buttons=(see,))
    name = turn.uow.get(Room, series.room_id).name
    return View(turn.t("room.told.there", room=name), title=turn.t("series.title"), buttons=(see,))


def remind(context: Context, event: SessionsReminded) -> None:
    """Remind the teams too of the sessions that their people were just reminded of, where they talk."""
    at = {note.subject_id: note for note in event.due if note.kind == REMINDS}
    found = team_channels.for_sessions(context.uow, list(at)) if at else {}
    letters = [_letter(context, at[session_id], room_id, asker) for session_id, (room_id, asker) in found.items()]
    outbox.put_many(context.uow, letters, now=context.now)


def _letter(context: Context, note: DueNote, room_id: int, asker: int) -> outbox.OutboxMessage:
    version = context.uow.get(DialogueSession, note.subject_id).version
    return letter(asker, RoomReminder(note.subject_id, version, late=note.late), f"v{version}", room_id)


def reminder(context: Context, person: Person, told: RoomReminder) -> View | None:
    """What the room reads, in the language of who asked for the series; nothing once the session is off or moved."""
    t, session = context.words_for(person), context.uow.get(DialogueSession, told.subject_id)
    if session.state is not SessionState.PLANNED or session.starts_at is None or session.starts_at <= context.now:
        return None
    if session.version != told.version:
        return None
    # The room has no zone of its own, so its readers get the programme's.
    here = context.texts.into(t.language)
    return View(here("room.reminds", moment=here.moment(session.starts_at)), title=here("series.title"))


def _series(turn: Turn, request_id: int) -> Series:
    request = permissions.request_of(turn, request_id)
    series = _going_on(turn, request.id)
    if series is None:
        raise Gone(Action("request.show", request.id))
    return series


def is_over(turn: Turn, request_id: int) -> bool:
    """Whether there is no series (any more) that could remind anywhere."""
    return _going_on(turn, request_id) is None


def _going_on(turn: Turn, request_id: int) -> Series | None:
    series = sessions.series_of(turn.uow, request_id)
    return series if series is not None and series.state in (SeriesState.RUNNING, SeriesState.PROPOSED) else None


ROOM = ConversationForm(
    name="room",
    form=lambda _turn, _request_id: Form("room", 1, (Page("room", (Field("room", Kind.CHOICE, source="rooms"),)),)),
    options=lambda turn, _request_id: Choices({"rooms": lambda: _choices(turn)}),
    guard=may_choose,
    finish=choose,
    known=chosen,
    over=is_over,
)
"""Choosing the room in which a series reminds its team."""
