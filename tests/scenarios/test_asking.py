"""Asking for a dialogue: one page after another, every answer kept, every mistake told where it was made."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.actor import Actor
from flows.view import FormField
from storage.models import Offer, Request, SeriesWish
from tests.scenarios.asking import ask, fill_in, go_on
from tests.scenarios.town import Town, at, words


async def test_a_whole_request_is_asked_in_pages_and_answered_with_a_promise(town: Town) -> None:
    asker = town.requester
    answer = await ask(asker, context="Er speelt iets rond een besluit.")
    assert "Je hoort vóór maandag 30 november 2026 om 17:00 wie er komt" in answer.text
    assert "“Mijn aanvragen”" in answer.text
    [request] = town.rows(Request)
    assert request.context == "Er speelt iets rond een besluit."
    assert len(town.rows(Offer)) == 3


async def test_each_page_says_which_step_it_is_and_what_the_button_does(town: Town) -> None:
    asker = town.requester
    await asker.press_from_menu("Vraag een dialoog aan")
