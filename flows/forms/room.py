"""Choosing the room in which a series reminds its team."""

from flows import team_room
from flows.choices import Choices
from flows.desk import Turn
from flows.form import Field, Form, Kind, Page
from flows.forms.conversation import Conversation


def _options(turn: Turn, _request_id: int) -> Choices:
    return Choices({"rooms": lambda: team_room.choices(turn)})


ROOM = Conversation(
    name="room",
    form=lambda _turn, _request_id: Form("room", 1, (Page("room", (Field("room", Kind.CHOICE, source="rooms"),)),)),
    options=_options,
    guard=team_room.may_choose,
    finish=team_room.choose,
    known=team_room.chosen,
    over=team_room.is_over,
)
