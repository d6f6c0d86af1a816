"""Choosing a facilitator by hand."""

from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Field, Form, Kind, Page
from flows.matching import searches
from flows.practice_builders import steering
from storage.models import Search


def _options(turn: Turn, search_id: int) -> Choices:
    return Choices({"facilitators": lambda: steering.choices(turn, search_id)})


def _over(turn: Turn, search_id: int) -> bool:
    search = turn.uow.find(Search, search_id)
    return search is None or searches.is_over(search)


CHOOSE = ConversationForm(
    name="choose",
    form=lambda _turn, _search_id: Form(
        "choose", 1, (Page("choose", (Field("facilitator", Kind.CHOICE, source="facilitators"),)),)
    ),
    options=_options,
    guard=steering.may_choose,
    finish=steering.choose,
    over=_over,
)
