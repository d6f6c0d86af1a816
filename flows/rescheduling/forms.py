"""What people in a session answer: another time, another place, cannot come."""

from typing import Any
from urllib.parse import urlsplit

from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.dates import instant, moment_ahead
from flows.engine.forms.definition import Answers, Choice, Field, FieldError, Form, Kind, Page, ValidationContext
from flows.engine.views.refusals import NotPlanned
from flows.engine.views.view import View
from flows.people import permissions
from flows.people.permissions import Role
from flows.rescheduling import giving_back, location, moving
from flows.sessions import sessions
from storage.dialogues import sessions as stored
from storage.models import DialogueSession, SessionState

REASONS = ("busy", "private", "other")
"""Illness is no reason to choose: health data is nobody's business here, and "private" says enough."""


def _has_following(turn: Turn, session_id: int) -> bool:
    return len(stored.following(turn.uow, turn.uow.get(DialogueSession, session_id))) > 1


def _scope(turn: Turn, session_id: int) -> tuple[Field, ...]:
    """The field that asks how much of a series is meant; none outside a series."""
    return (Field("scope", Kind.CHOICE, source="scopes"),) if _has_following(turn, session_id) else ()


def _scopes(turn: Turn) -> list[Choice]:
    return [Choice(scope, turn.t(f"scope.{scope}")) for scope in ("one", "following")]


def _off(turn: Turn, session_id: int) -> bool:
    """Whether the session is off, or has begun: then nothing of this is asked any more."""
    session = turn.uow.find(DialogueSession, session_id)
    if session is None or session.starts_at is None or session.state not in sessions.TO_COME:
        return True
    return session.starts_at <= turn.now


def _not_to_move(turn: Turn, session_id: int) -> bool:
    session = turn.uow.find(DialogueSession, session_id)
    return _off(turn, session_id) and (session is None or session.state is not SessionState.NOT_HELD)


def _move_form(turn: Turn, session_id: int) -> Form:
    _, role = permissions.session_of(turn, session_id)
    moment = Field("moment", Kind.MOMENT, check=moment_ahead, help=f"move.help.{role}")
    scope = _scope(turn, session_id) if role is Role.REQUESTER else ()
    return Form("move", 1, (Page("move", (moment, *scope)),))


def _move(turn: Turn, session_id: int, answers: Answers) -> View:
    start = instant(answers["moment"], turn.context.rules.zone)
    return moving.move(turn, session_id, start, following=answers.get("scope") == "following")


MOVE = ConversationForm(
    name="move",
    form=_move_form,
    options=lambda turn, _session_id: Choices({"scopes": lambda: _scopes(turn)}),
    guard=moving.may_move,
    finish=_move,
    over=_not_to_move,
)


def _as_facilitator(turn: Turn, session_id: int) -> None:
    _, role = sessions.planned(turn, session_id)
    if role is not Role.FACILITATOR:
        raise NotPlanned


def _give_form(turn: Turn, session_id: int) -> Form:
    reason = Field("reason", Kind.CHOICE, source="reasons")
    return Form("give", 1, (Page("give", (reason, *_scope(turn, session_id))),))


def _give_options(turn: Turn, _session_id: int) -> Choices:
    reasons = [Choice(reason, turn.t(f"give.reason.{reason}")) for reason in REASONS]
    return Choices({"reasons": lambda: reasons, "scopes": lambda: _scopes(turn)})


def _give(turn: Turn, session_id: int, answers: Answers) -> View:
    following = answers.get("scope") == "following"
    return giving_back.give_back(turn, session_id, answers["reason"], following=following)


GIVE_BACK = ConversationForm("give", _give_form, _give_options, _as_facilitator, _give, over=_off)


def _after_where(answers: Answers) -> str:
    return "link" if answers.get("where") == "online" else "site"


def _is_link(value: Any, _answers: Answers, _ground: ValidationContext) -> FieldError | None:
    """An address that a browser or a calendar opens at a press."""
    try:
        parts = urlsplit(str(value))
    except ValueError:
        return FieldError("form.not_a_link")
    opens = parts.scheme in ("http", "https") and parts.hostname and not any(sign.isspace() for sign in str(value))
    return None if opens else FieldError("form.not_a_link")


_LINK = Field("link", Kind.TEXT, high=500, check=_is_link)


def _place_form(turn: Turn, session_id: int) -> Form:
    where = Field("where", Kind.CHOICE, source="where")
    pages = (
        Page("where", (where, *_scope(turn, session_id)), _after_where),
        Page("site", (Field("place", Kind.TEXT, high=100),), part="where"),
        Page("link", (_LINK,), part="where"),
    )
    return Form("place", 1, pages)


def _place_options(turn: Turn, _session_id: int) -> Choices:
    where = [Choice(word, turn.t(f"where.{word}")) for word in ("site", "online")]
    return Choices({"where": lambda: where, "scopes": lambda: _scopes(turn)})


def _where_now(turn: Turn, session_id: int) -> Answers:
    session = turn.uow.get(DialogueSession, session_id)
    scope = {"scope": "one"} if _has_following(turn, session_id) else {}
    return {"where": "online" if session.online and session.link else "site", **scope}


def _place(turn: Turn, session_id: int, answers: Answers) -> View:
    online, following = answers["where"] == "online", answers.get("scope") == "following"
    where = location.Where(online, answers.get("place") or "", answers.get("link") or "" if online else "")
    return location.place(turn, session_id, where, following=following)


PLACE = ConversationForm(
    name="place",
    form=_place_form,
    options=_place_options,
    guard=location.may_place,
    finish=_place,
    known=_where_now,
    over=_off,
)


def _link_form(turn: Turn, session_id: int) -> Form:
    return Form("link", 1, (Page("link", (_LINK, *_scope(turn, session_id))),))


def _link(turn: Turn, session_id: int, answers: Answers) -> View:
    following = answers.get("scope") == "following"
    return location.place(turn, session_id, location.Where(True, "", answers["link"]), following=following)


LINK = ConversationForm(
    name="link",
    form=_link_form,
    options=lambda turn, _session_id: Choices({"scopes": lambda: _scopes(turn)}),
    guard=location.may_link,
    finish=_link,
    # One link for all of them is what most teams have.
    known=lambda turn, session_id: {"scope": "following"} if _has_following(turn, session_id) else {},
    over=_off,
)
