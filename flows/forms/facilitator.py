"""A facilitator who will be away, or wants to lead more sessions or fewer."""

from typing import Any

from flows import facilitators, roles
from flows.choices import Choices
from flows.desk import Turn
from flows.form import Answers, Fault, Field, Form, Ground, Kind, Page
from flows.forms.conversation import Conversation
from flows.forms.moments import day, day_ahead
from storage.importing.layouts import MOST_A_MONTH


def _is_facilitator(turn: Turn, _subject: int) -> None:
    roles.profile_of(turn)


def _last_day(value: Any, answers: Answers, ground: Ground) -> Fault | None:
    first = answers.get("first_day")
    if first and day(str(value)) < day(str(first)):
        return Fault("form.window_backwards")
    return day_ahead(value, answers, ground)


_PAGE = Page(
    "away",
    (Field("first_day", Kind.DATE, check=day_ahead), Field("last_day", Kind.DATE, check=_last_day)),
)

AWAY = Conversation(
    name="away",
    form=lambda _turn, _subject: Form("away", 1, (_PAGE,)),
    options=lambda _turn, _subject: Choices({}),
    guard=_is_facilitator,
    finish=facilitators.be_away,
)

MOST = Conversation(
    name="most",
    form=lambda _turn, _subject: Form(
        "most", 1, (Page("most", (Field("most", Kind.NUMBER, low=1, high=MOST_A_MONTH),)),)
    ),
    options=lambda _turn, _subject: Choices({}),
    guard=_is_facilitator,
    finish=facilitators.set_capacity,
    known=facilitators.capacity,
)
