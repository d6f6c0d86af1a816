"""Choosing the room in which a series reminds its team."""

from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import Conversation
from flows.engine.forms.definition import Field, Form, Kind, Page
from flows.series import team_channel


def _options(turn: Turn, _request_id: int) -> Choices:
    return Choices({"rooms": lambda: team_channel.choices(turn)})


ROOM = Conversation(
    name="room",
    form=lambda _turn, _request_id: Form("room", 1, (Page("room", (Field("room", Kind.CHOICE, source="rooms"),)),)),
    options=_options,
    guard=team_channel.may_choose,
    finish=team_channel.choose,
    known=team_channel.chosen,
    over=team_channel.is_over,
)
