"""Every view of a whole story in both languages, as messages that Telegram takes; and again at length."""

from dataclasses import replace

import pytest

from flows.engine.views.view import View
from handlers.telegram.rendering.message import message
from tests.handlers.shown import in_a_story
from tests.handlers.telegram.desk import TEXTS
from tests.handlers.telegram.published import carried, hold

LONG_NAME = "Directoraat-generaal Overheidsorganisatie en Bedrijfsvoering & <b>x</i> " * 6


@pytest.fixture(scope="module", params=["nl", "en"])
def told(request: pytest.FixtureRequest) -> tuple[str, list[View]]:
    """A language, and everything the bot shows in a whole story told in it."""
    return request.param, in_a_story(request.param)


def test_everything_a_story_shows_is_one_message_that_telegram_takes(told: tuple[str, list[View]]) -> None:
    language, views = told
    assert len(views) > 40
    for view in views:
        said = message(view, TEXTS.into(language))
        assert "\ue000" not in hold(said)
        assert len(said.texts) == 1
        if view.form is None:
            assert carried(said) == [button.action.pack() for button in view.buttons]


def test_however_long_its_texts_telegram_takes_it(told: tuple[str, list[View]]) -> None:
    language, views = told
    for view in views:
        buttons = tuple(replace(button, label=f"{button.label} {LONG_NAME}") for button in view.buttons)
        facts = tuple((label or LONG_NAME, LONG_NAME * 5) for label, _ in view.facts)
        stretched = replace(view, title=LONG_NAME, text=LONG_NAME * 40, facts=facts, buttons=buttons)
        said = message(stretched, TEXTS.into(language))
        hold(said)
        assert len(said.texts) > 1
