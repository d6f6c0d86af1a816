"""Whether anything can be asked for yet: the button that begins, or who has to do what before there can be one."""

from flows.engine.context import Turn
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style
from storage.programme import counts


def is_open(turn: Turn) -> bool:
    """Whether there is a programme that can serve whoever asks."""
    return counts.can_serve(turn.uow)


def button(turn: Turn) -> Button:
    """The way to ask for a dialogue."""
    return Button(turn.t("menu.ask"), Action("ask"), Style.PRIMARY)


def not_yet(turn: Turn) -> str:
    """Why nothing can be asked for, and who has to do what; how exactly is for those who run the programme."""
    t = turn.t
    return "\n\n".join([t("front.not_yet"), *([t("front.not_yet.how")] if turn.person.programme_team else [])])
