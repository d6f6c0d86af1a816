"""Typing the code that another channel showed."""

from flows.access import linking
from flows.choices import Choices
from flows.desk import Turn
from flows.form import Field, Form, Kind, Page
from flows.forms.conversation import Conversation


def _anybody(_turn: Turn, _subject: int) -> None:
    return


CODE = Conversation(
    name="code",
    form=lambda _turn, _subject: Form("code", 1, (Page("code", (Field("code", Kind.TEXT, high=100),)),)),
    options=lambda _turn, _subject: Choices({}),
    guard=_anybody,
    finish=linking.answered,
    objection=linking.objection,
)
