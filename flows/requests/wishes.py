"""From the answers of the form to the rows of a request: what is wished, when, and the session to come of it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from flows.engine.calendars.recurrence import local_instant
from flows.engine.context import Context, Turn
from flows.engine.forms.definition import Answers
from flows.series import rhythm_form
from storage.dialogues import requests, sessions
from storage.models import (
    DialogueForm,
    DialogueSession,
    Occasion,
    Origin,
    Request,
    RequestTopic,
    Seat,
    SeatRole,
    SeriesWish,
    SessionState,
    Urgency,
    WishedMoment,
)

ADVISE = "advise"
"""The answer that leaves the dialogue form to the facilitator."""
ADVISED_MINUTES, ADVISED_GROUP = 120, 15
"""Length and largest group for one facilitator while the form is still open: the middle of the programme's forms."""


def columns(turn: Turn, answers: Answers) -> dict[str, Any]:
    """What was answered, as columns of a request."""
    wish = SeriesWish(answers["follow_up"])
    return {
        "organisation_id": int(answers["organisation"]),
        "form_id": None if answers["form"] == ADVISE else int(answers["form"]),
        "occasion": Occasion(answers["occasion"]),
        "urgency": Urgency(answers["urgency"]),
        "participants": int(answers["participants"]),
        "online": answers["where"] == "online",
        "place": answers.get("place") or "",
        "origin": Origin(answers["origin"]),
        "language": answers["language"],
        "confidential_note": answers.get("context") or "",
        "series_wish": wish,
        # The context has its own column: whoever takes it out there must not find it here again.
        "answers": {name: value for name, value in answers.items() if name != "context"},
        **(rhythm_form.series_columns(turn, answers) if wish is SeriesWish.YES else {}),
    }


def write(turn: Turn, request: Request, answers: Answers) -> None:
    """Keep the topics and moments that were answered, instead of those there are."""
    requests.clear_wishes(turn.uow, request.id)
    turn.uow.add_all([RequestTopic(request_id=request.id, topic_id=int(topic)) for topic in answers["topics"]])
    turn.uow.add_all(_moments(turn, request, answers))
    turn.uow.flush()


def _moments(turn: Turn, request: Request, answers: Answers) -> list[WishedMoment]:
    zone = turn.context.rules.zone
    if answers["when"] == "window":
        first, last = (date.fromisoformat(answers[name]) for name in ("window_from", "window_until"))
        opens, ends = (local_instant(day, time(0), zone) for day in (first, last + timedelta(days=1)))
        return [WishedMoment(request_id=request.id, starts_at=opens, until=ends)]
    given = sorted({answers[name] for name in ("moment1", "moment2", "moment3") if answers.get(name)})
    local = [datetime.fromisoformat(moment) for moment in given]
    return [WishedMoment(request_id=request.id, starts_at=local_instant(at.date(), at.time(), zone)) for at in local]


def first_session(context: Context, request: Request) -> DialogueSession:
    """The session that a facilitator is sought for, not on the calendar yet, with its free seats."""
    session = context.uow.add(
        DialogueSession(
            request_id=request.id,
            minutes=ADVISED_MINUTES,
            online=request.online,
            state=SessionState.SEEKING,
            uid=str(uuid4()),
        )
    )
    reshape(context, request, session)
    return session


def largest_for_one(context: Context, form_id: int | None) -> int:
    """How many people one facilitator takes, by the dialogue form; above it, two are needed."""
    return context.uow.get(DialogueForm, form_id).group_max if form_id else ADVISED_GROUP


def reshape(context: Context, request: Request, session: DialogueSession) -> None:
    """Bring a session in which nobody has a seat yet in line with its request: length, place, number of seats."""
    form = context.uow.get(DialogueForm, request.form_id) if request.form_id else None
    session.minutes = form.minutes if form else ADVISED_MINUTES
    session.online, session.place = request.online, request.place
    crowded = request.participants > largest_for_one(context, request.form_id)
    wanted = (SeatRole.LEAD, SeatRole.SECOND) if crowded else (SeatRole.LEAD,)
    seats = {seat.role: seat for seat in sessions.seats(context.uow, session.id)}
    for role in wanted:
        if role not in seats:
            context.uow.add(Seat(session_id=session.id, role=role))
    for role, seat in seats.items():
        if role not in wanted:
            context.uow.delete(seat)
    context.uow.flush()
