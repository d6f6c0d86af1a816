"""Messages held against what Telegram publishes: by the stand-in's rules, as people will see them."""

import json

from handlers.telegram.rendering.message import RenderedMessage
from tests.telegram import keyboard, markup
from tests.telegram.markup import Words


def read(html: str) -> Words:
    """A text as it is shown; refuses what Telegram does not take."""
    words = markup.words(html, "HTML", None)
    assert words.text.strip()
    assert words.length <= 4096
    assert markup.units(html) <= 4096
    return words


def hold(said: RenderedMessage) -> str:
    """Fail on messages that Telegram would not post; gives all that they say."""
    assert said.texts
    if said.keyboard is not None:
        keyboard.check(said.keyboard.to_dict())
        assert all(len(one.text) <= 60 for row in said.keyboard.inline_keyboard for one in row)
    return "\n".join(read(text).text for text in said.texts)


def labels(said: RenderedMessage) -> list[list[str]]:
    """What the buttons say, row by row."""
    return [[button.text for button in row] for row in said.keyboard.inline_keyboard] if said.keyboard else []


def carried(said: RenderedMessage) -> list[str]:
    """What the buttons carry, in their order."""
    rows = json.loads(said.keyboard.to_json())["inline_keyboard"] if said.keyboard else []
    return [button["callback_data"] for row in rows for button in row]
