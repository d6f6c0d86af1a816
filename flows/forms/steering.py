"""Choosing a facilitator by hand."""

from flows import steering
from flows.choices import Choices
from flows.desk import Turn
from flows.form import Field, Form, Kind, Page
from flows.forms.conversation import Conversation


def _options(turn: Turn, search_id: int) -> Choices:
    return Choices({"facilitators": lambda: steering.choices(turn, search_id)})


CHOOSE = Conversation(
    name="choose",
    form=lambda _turn, _search_id: Form(
        "choose", 1, (Page("choose", (Field("facilitator", Kind.CHOICE, source="facilitators"),)),)
    ),
    options=_options,
    guard=steering.may_choose,
    finish=steering.choose,
)
