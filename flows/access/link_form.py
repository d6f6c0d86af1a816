"""Typing the code that another channel showed."""

from flows.access import linking
from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import Conversation
from flows.engine.forms.definition import Field, Form, Kind, Page


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
