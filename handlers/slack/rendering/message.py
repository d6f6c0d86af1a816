"""A neutral view as a Slack message: its blocks, and ``text``, which tells notifications and screen readers as much."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from handlers.slack.rendering import limits
from handlers.slack.rendering.blocks import attached, facts, heading, named, paragraphs, pressables, size, within
from handlers.slack.rendering.text import cut, escape, plain

_BUTTONS_SAID = 1_000
"""How many characters of ``text`` the names of buttons may take."""


@dataclass(frozen=True)
class Message:
    """``text`` and ``blocks`` as chat.postMessage and chat.update take them. ``told`` is ``text`` without buttons."""

    text: str
    blocks: list[dict[str, Any]]
    told: str


def message(view: View, origin: str, t: Translator) -> Message:
    """The view as a message. ``origin`` ("letter" or "answer") begins every ``block_id``, so a press tells it.

    A form's page cannot be answered in a message: there is a button to open it instead. A file is only named.
    """
    shown = _openable(view, t) if view.form else view
    doing = pressables(shown.buttons, t)
    room = limits.MESSAGE_CHARACTERS - sum(map(size, doing)) - size_of_note(t)
    telling = [*heading(shown.title), *paragraphs(shown.text), *facts(shown.facts), *attached(shown.file, t)]
    kept = within(telling, limits.MESSAGE_BLOCKS - len(doing), room, t)
    blocks = [*kept, *doing] or list(paragraphs("…"))
    said = cut(escape(t("slack.buttons", labels=_labels(shown.buttons))), _BUTTONS_SAID) if shown.buttons else ""
    told = cut(_told(shown, t), limits.MESSAGE_TEXT - len(said) - 2)
    return Message("\n\n".join(filter(None, (told, said))) or "…", named(blocks, origin), told or "…")


def over(message: Message) -> Message:
    """The same message without anything to press."""
    blocks = [block for block in message.blocks if block["type"] != "actions"]
    return Message(message.told, blocks or named(paragraphs("…"), "over"), message.told)


def size_of_note(t: Translator) -> int:
    """The characters to keep free for the note that something was cut."""
    return len(t("slack.cut"))


def _openable(view: View, t: Translator) -> View:
    """A view with a form's page as one with a button that opens the page."""
    assert view.form is not None
    go_on = Button(t("form.go_on"), Action("form.resume", view.form.draft_id), Style.PRIMARY)
    # "Back" belongs to the page; the others mean the same here.
    others = tuple(button for button in view.buttons if button.action.verb != "form.back")
    # What is to be mended stands at its question, in the form.
    told = replace(view, text=view.text.replace(t("form.mend"), "").strip())
    return replace(told.noting(t("slack.form_waits")), buttons=(go_on, *others), form=None)


def _told(view: View, t: Translator) -> str:
    file = t("slack.file", name=view.file.name) if view.file else ""
    # Notifications show this on locked screens, where what was written for one person alone has no place.
    public = ((label, value) for label, value in view.facts if label != t("fact.context"))
    lines = (f"{plain(label)}: {plain(value)}" if label else plain(value) for label, value in public)
    parts = (view.title, view.text, "\n".join(lines), file)
    return escape("\n\n".join(part.strip() for part in parts if part.strip()))


def _labels(buttons: Iterable[Button]) -> str:
    return ", ".join(dict.fromkeys(plain(button.label) for button in buttons))
