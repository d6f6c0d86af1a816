"""How a session went: whether it took place, how many came, which topics came up."""

from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Answers, Choice, Field, Form, Kind, Page
from flows.programme.choices import TOPICS_AT_MOST, topic_choices
from flows.reports import report
from storage.models import DialogueSession, SessionState

LARGEST_COUNT = 500


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
    report.reportable(turn, session_id)


def _told(turn: Turn, session_id: int) -> bool:
    session = turn.uow.find(DialogueSession, session_id)
    return session is None or session.state is not SessionState.PLANNED


REPORT = ConversationForm(
    name="report",
    form=lambda _turn, _session_id: Form("report", 1, _REPORT_PAGES),
    options=_report_options,
    guard=_reportable,
    finish=report.report,
    over=_told,
)
