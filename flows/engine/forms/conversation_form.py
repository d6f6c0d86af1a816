"""What a conversation is made of: a form, its choices, who may hold it, and what happens at its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flows.engine.context import Turn
from flows.engine.forms.definition import Answers, Form, Options
from flows.engine.views.view import View


def _nothing(_turn: Turn, _subject: int) -> Answers:
    return {}


def _no_notes(_turn: Turn, _answers: Answers) -> Sequence[str]:
    return ()


def _never(_turn: Turn, _subject: int) -> bool:
    return False


def _nothing_comes(_turn: Turn, _subject: int, _answers: Answers) -> str:
    return ""


def _no_words(_turn: Turn, _subject: int) -> str:
    return ""


def _no_objection(_turn: Turn, _answers: Answers) -> str:
    return ""


@dataclass(frozen=True)
class ConversationForm:
    """``subject`` in all of these is the id of what the form is about (an offer, a session), 0 where there is none.

    ``form`` may depend on the programme's data, which is why it is built for each turn. ``guard`` raises the Refusal
    that applies when this person may not hold this conversation (any more). With ``summary`` the person sees all
    answers and sends them; without, the last answer sends. ``known`` are answers to begin with. ``notes`` are sentences
    to read beside good answers. ``about`` says above each page what it is about, ``closing`` below the summary what
    comes of sending it. ``over`` tells at a glance that nobody can hold it any more: what is over, ``guard``
    refuses too, but this takes hold of nothing. ``objection`` says at the end why good answers are of no use, where
    that is to be noted: what it changes stays, and the last page is asked once more.
    """

    name: str
    form: Callable[[Turn, int], Form]
    options: Callable[[Turn, int], Options]
    guard: Callable[[Turn, int], None]
    finish: Callable[[Turn, int, Answers], View]
    summary: bool = False
    known: Callable[[Turn, int], Answers] = _nothing
    notes: Callable[[Turn, Answers], Sequence[str]] = _no_notes
    over: Callable[[Turn, int], bool] = _never
    about: Callable[[Turn, int], str] = _no_words
    closing: Callable[[Turn, int, Answers], str] = _nothing_comes
    objection: Callable[[Turn, Answers], str] = _no_objection
