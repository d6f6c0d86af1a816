"""What a conversation is made of: a form, its choices, who may hold it, and what happens at its end."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.desk import Turn
from flows.form import Answers, Form, Options
from flows.view import View


def _nothing(_turn: Turn, _subject: int) -> Answers:
    return {}


@dataclass(frozen=True)
class Conversation:
    """``subject`` in all of these is the id of what the form is about (an offer, a session), 0 where there is none.

    ``form`` may depend on the programme's data, which is why it is built for each turn. ``guard`` raises the Refusal
    that applies when this person may not hold this conversation (any more). With ``summary`` the person sees all
    answers and sends them; without, the last answer sends. ``known`` are answers to begin with.
    """

    name: str
    form: Callable[[Turn, int], Form]
    options: Callable[[Turn, int], Options]
    guard: Callable[[Turn, int], None]
    finish: Callable[[Turn, int, Answers], View]
    summary: bool = False
    known: Callable[[Turn, int], Answers] = _nothing
