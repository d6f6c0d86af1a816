"""A neutral view as Telegram messages: the title in bold, the text, a line for each fact, and the buttons below."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup

from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from handlers.telegram.rendering import limits
from handlers.telegram.rendering.keyboard import keyboard
from handlers.telegram.rendering.text import html, is_visible, split


@dataclass(frozen=True)
class RenderedMessage:
    """What is said at once: texts in Telegram's HTML, each a message of its own. The keyboard stands under the last."""

    texts: tuple[str, ...]
    keyboard: InlineKeyboardMarkup | None


def message(view: View, t: Translator) -> RenderedMessage:
    """The view as messages, mostly one. A file is not in it: it is sent below.

    A form's page is asked elsewhere; here stands a button that goes on with it.
    """
    shown = _waiting(view, t) if view.form else view
    told = "\n\n".join(_parts(shown, t))
    return RenderedMessage(tuple(split(told, limits.TEXT)), keyboard(shown.buttons))


def _waiting(view: View, t: Translator) -> View:
    assert view.form is not None
    go_on = Button(t("form.go_on"), Action("form.resume", view.form.draft_id), Style.PRIMARY)
    # "Back" belongs to the page; the others mean the same here.
    others = tuple(button for button in view.buttons if button.action.verb != "form.back")
    return replace(view, buttons=(go_on, *others), form=None)


def _parts(view: View, t: Translator) -> Iterator[str]:
    title, text = html(view.title).strip(), html(view.text).strip()
    facts = "\n".join(_fact(label, value, t) for label, value in view.facts)
    if is_visible(title):
        yield f"<b>{title}</b>"
    if is_visible(text):
        yield text
    if facts:
        yield facts
    if not (is_visible(title) or is_visible(text) or facts):
        yield "…"


def _fact(label: str, value: str, t: Translator) -> str:
    # What was written for one person alone has no place on a locked screen: notifications do not show spoilers.
    kept = html(value).strip() or "…"
    shown = f"<tg-spoiler>{kept}</tg-spoiler>" if label == t("fact.context") else kept
    return f"<b>{html(label)}:</b> {shown}" if label else shown
