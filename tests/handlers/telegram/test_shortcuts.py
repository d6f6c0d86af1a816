"""Small words that do what buttons do, told from answers; and headings among buttons, which say what they are."""

import pytest

from handlers.telegram.interactions.shortcuts import Wish, wish
from handlers.telegram.rendering.inert_buttons import heading
from handlers.telegram.rendering.question_actions import Op, QuestionAction
from tests.handlers.telegram.desk import T


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("stop", Wish.STOP),
        (" Stop! ", Wish.STOP),
        ("/stop", Wish.STOP),
        ("Cancel", Wish.STOP),
        ("terug", Wish.BACK),
        ("go  back", Wish.BACK),
        ("Klaar.", Wish.ON),
        ("sla over", Wish.ON),
        ("start over", Wish.OVER),
        ("?", Wish.HELP),
        ("HULP", Wish.HELP),
        ("menu", Wish.MENU),
    ],
)
def test_a_small_word_means_a_button_however_it_is_written(words: str, meant: Wish) -> None:
    assert wish(words) is meant


@pytest.mark.parametrize(
    "words",
    ["", " ", "Stopera", "stop de tijd", "Den Haag", "12", "backoffice", "Kerkplein 1, Terugkeer", "klaar " * 9],
)
def test_whatever_else_is_typed_is_an_answer(words: str) -> None:
    assert wish(words) is None


@pytest.mark.parametrize("arg", ["", "sheet", "month", "empty", "0", "6", "x", "7"])
def test_every_heading_of_whatever_age_says_something(arg: str) -> None:
    assert heading(QuestionAction(7, "moments", "moment1", Op.STAY, arg).pack(), T)


@pytest.mark.parametrize("data", ["~7|p|f|v|x", "~", "~1|x|y|z|", "menu:0:0", "!menu:0:0", ""])
def test_a_button_that_does_something_is_answered_by_what_it_does(data: str) -> None:
    assert heading(data, T) == ""
