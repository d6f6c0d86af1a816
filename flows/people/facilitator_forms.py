"""A facilitator who will be away, or wants to lead more sessions or fewer."""

from typing import Any

from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.dates import day, day_ahead
from flows.engine.forms.definition import Answers, Field, FieldError, Form, Kind, Page, ValidationContext
from flows.people import facilitator_profile, permissions
from storage.programme.csv_files.layouts import MOST_A_MONTH


def _is_facilitator(turn: Turn, _subject: int) -> None:
    permissions.profile_of(turn)


def _last_day(value: Any, answers: Answers, ground: ValidationContext) -> FieldError | None:
    first = answers.get("first_day")
    if first and day(str(value)) < day(str(first)):
        return FieldError("form.window_backwards")
    return day_ahead(value, answers, ground)


_PAGE = Page(
    "away",
    (Field("first_day", Kind.DATE, check=day_ahead), Field("last_day", Kind.DATE, check=_last_day)),
)

AWAY = ConversationForm(
    name="away",
    form=lambda _turn, _subject: Form("away", 1, (_PAGE,)),
    options=lambda _turn, _subject: Choices({}),
    guard=_is_facilitator,
    finish=facilitator_profile.be_away,
)

MOST = ConversationForm(
    name="most",
    form=lambda _turn, _subject: Form(
        "most", 1, (Page("most", (Field("most", Kind.NUMBER, low=1, high=MOST_A_MONTH),)),)
    ),
    options=lambda _turn, _subject: Choices({}),
    guard=_is_facilitator,
    finish=facilitator_profile.set_capacity,
    known=facilitator_profile.capacity,
)
