"""What people in a session answer: another time, another place, cannot come, how it went."""

from flows import giving_back, moving, reporting, roles, sessions
from flows.choices import Choices
from flows.desk import Turn
from flows.errors import NotPlanned
from flows.form import Answers, Choice, Field, Form, Kind, Page
from flows.forms.conversation import Conversation
from flows.forms.moments import instant, moment_ahead
from flows.forms.request import TOPICS_AT_MOST, topic_choices
from flows.roles import Role
from flows.view import View
from storage import sessions as stored
from storage.models import DialogueSession

REASONS = ("busy", "private", "other")
"""Illness is no reason to choose: health data is nobody's business here, and "private" says enough."""
LARGEST_COUNT = 500


def _has_following(turn: Turn, session_id: int) -> bool:
    return len(stored.following(turn.uow, turn.uow.get(DialogueSession, session_id))) > 1


def _scope(turn: Turn, session_id: int) -> tuple[Field, ...]:
    """Only in a series it has to be said how much is meant."""
    return (Field("scope", Kind.CHOICE, source="scopes"),) if _has_following(turn, session_id) else ()


def _scopes(turn: Turn) -> list[Choice]:
    return [Choice(scope, turn.t(f"scope.{scope}")) for scope in ("one", "following")]


def _move_form(turn: Turn, session_id: int) -> Form:
    _, role = roles.session_of(turn, session_id)
    moment = Field("moment", Kind.MOMENT, check=moment_ahead, help=f"move.help.{role}")
    scope = _scope(turn, session_id) if sessions.is_requester(turn, session_id) else ()
    return Form("move", 1, (Page("move", (moment, *scope)),))


def _move(turn: Turn, session_id: int, answers: Answers) -> View:
    start = instant(answers["moment"], turn.desk.rules.zone)
    return moving.move(turn, session_id, start, following=answers.get("scope") == "following")


MOVE = Conversation(
    name="move",
    form=_move_form,
    options=lambda turn, _session_id: Choices({"scopes": lambda: _scopes(turn)}),
    guard=moving.may_move,
    finish=_move,
)


def _planned(turn: Turn, session_id: int) -> None:
    sessions.planned(turn, session_id)


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


GIVE_BACK = Conversation("give", _give_form, _give_options, _as_facilitator, _give)


def _after_where(answers: Answers) -> str:
    return "link" if answers.get("where") == "online" else "site"


_PLACE_PAGES = (
    Page("where", (Field("where", Kind.CHOICE, source="where"),), _after_where),
    Page("site", (Field("place", Kind.TEXT, high=100),), part="where"),
    Page("link", (Field("link", Kind.TEXT, high=500),), part="where"),
)


def _place_options(turn: Turn, _session_id: int) -> Choices:
    return Choices({"where": lambda: [Choice(word, turn.t(f"where.{word}")) for word in ("site", "online")]})


PLACE = Conversation(
    name="place",
    form=lambda _turn, _session_id: Form("place", 1, _PLACE_PAGES),
    options=_place_options,
    guard=_planned,
    finish=sessions.set_place,
)


def _after_held(answers: Answers) -> str | None:
    return "how" if answers.get("held") == "yes" else None


_REPORT_PAGES = (
    Page("held", (Field("held", Kind.CHOICE, source="held"),), _after_held),
    Page(
        "how",
        (
            Field("attendees", Kind.NUMBER, low=1, high=LARGEST_COUNT),
            Field("topics", Kind.CHOICES, required=False, source="topics", high=TOPICS_AT_MOST),
        ),
        part="held",
    ),
)


def _report_options(turn: Turn, _session_id: int) -> Choices:
    yes_no = [Choice(word, turn.t(f"held.{word}")) for word in ("yes", "no")]
    return Choices({"held": lambda: yes_no, "topics": lambda: topic_choices(turn)})


def _reportable(turn: Turn, session_id: int) -> None:
    reporting.reportable(turn, session_id)


REPORT = Conversation(
    name="report",
    form=lambda _turn, _session_id: Form("report", 1, _REPORT_PAGES),
    options=_report_options,
    guard=_reportable,
    finish=reporting.report,
)
