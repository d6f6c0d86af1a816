"""The home page as Slack's home tab: a pure function from the neutral value to the view that views.publish takes.

Where there would be more than a home tab holds, the sections' last entries are left out, and never the buttons at the
foot.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import count, islice
from typing import Any

from flows.engine.views.view import Button, Entry, HomePage, Section, Style
from handlers.slack.rendering import limits
from handlers.slack.rendering.blocks import Block, named, note, paragraphs, section, words
from handlers.slack.rendering.text import cut, mrkdwn, plain

QUIETLY = "quiet"
"""How the ``action_id`` begins of a button that opens nothing."""
_DIVIDER: Block = {"type": "divider"}
_TITLE, _NOTE = 300, 2_000
"""How many characters of an entry's two parts are shown."""
_BYTES = 200_000
"""How much of the 250 kB of a view is used (``view_too_large``, docs.slack.dev/reference/methods/views.publish)."""
_SAID = 2
"""How many blocks the greeting and the notice may each take."""

Namer = Callable[[Button], str]
"""Gives each button of a view its ``action_id``."""


def home_tab(front: HomePage, quiet: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The view for views.publish. A button's ``value`` is the packed action, its ``action_id`` ``press:<n>``.

    It is ``quiet:<n>`` for one with a verb of ``quiet``, which opens nothing: pressing it changes the home tab.
    """
    numbers = count()

    def name(button: Button) -> str:
        return f"{QUIETLY if button.action.verb in quiet else 'press'}:{next(numbers)}"

    greeting = islice(paragraphs(front.greeting), _SAID)
    head = [*greeting, *_notice(front.notice), *_primary(front.primary, name)]
    foot = [_DIVIDER, *_actions(front.buttons, name)] if front.buttons or not head else []
    body = [block for one in front.sections for block in _section(one, name)]
    kept = _fitting(body, limits.VIEW_BLOCKS - len(head) - len(foot), _BYTES - len(json.dumps([head, foot])))
    return {"type": "home", "blocks": named([*head, *kept, *foot], "home")}


def _fitting(body: list[Block], most: int, size: int) -> Iterator[Block]:
    for block in body[: max(most, 0)]:
        size -= len(json.dumps(block))
        if size < 0:
            return
        yield block


def _notice(text: str) -> Iterator[Block]:
    if text:
        yield _DIVIDER
        yield from islice(paragraphs(text), _SAID)


def _primary(button: Button | None, name: Namer) -> list[Block]:
    return _actions([button], name) if button is not None else []


def _section(one: Section, name: Namer) -> Iterator[Block]:
    yield _DIVIDER
    yield {"type": "header", "text": words(one.title, limits.HEADER)}
    for entry in one.entries:
        yield from _entry(entry, name)
    if not one.entries and one.empty:
        yield note(one.empty)


def _entry(entry: Entry, name: Namer) -> Iterator[Block]:
    """One button stands beside the words, more of them below."""
    block = section(_words(entry))
    if len(entry.buttons) == 1:
        block["accessory"] = _button(entry.buttons[0], name, about=entry.text)
    yield block
    if len(entry.buttons) > 1:
        yield from _actions(entry.buttons, name, about=entry.text)


def _words(entry: Entry) -> str:
    first = cut(mrkdwn(" ".join(entry.text.split())), _TITLE)
    told = cut(mrkdwn(entry.note.strip()), _NOTE)
    return "\n".join(filter(None, (f"*{first}*" if first else "", told))) or "…"


def _actions(buttons: Iterable[Button], name: Namer, about: str = "") -> list[Block]:
    made = [_button(button, name, about=about) for button in buttons]
    rows = range(0, len(made), limits.ACTIONS)
    return [{"type": "actions", "elements": made[at : at + limits.ACTIONS]} for at in rows]


def _button(button: Button, name: Namer, *, about: str) -> Block:
    """``about`` tells a screen reader which of many buttons with the same words it is."""
    made: Block = {
        "type": "button",
        "action_id": name(button),
        "text": words(button.label, limits.BUTTON),
        "value": button.action.pack(),
    }
    if about.strip():
        made["accessibility_label"] = plain(f"{plain(button.label)}: {plain(about)}", limits.BUTTON)
    return made if button.style is Style.PLAIN else {**made, "style": button.style.value}
