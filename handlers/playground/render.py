"""A view as the page gets it: plain values for JSON. What people typed stays text; the page never reads it as HTML."""

from typing import Any

from flows.engine.forms.definition import Choice
from flows.engine.language.markup import plain
from flows.engine.views.action import Action
from flows.engine.views.view import Button, FormField, FormPage, View

FIRST_WORDS = 90
"""How many characters of a message fit on one line of a list."""


def rendered(view: View) -> dict[str, Any]:
    """The view as a JSON object. A file is named with its size; its content is for the chat's keeper."""
    view = plain(view)
    return {
        "title": view.title,
        "text": paragraphs(view.text),
        "facts": [[label, value] for label, value in view.facts],
        "buttons": [_button(button) for button in view.buttons],
        "file": {"name": view.file.name, "size": len(view.file.content)} if view.file else None,
        "form": _form(view.form) if view.form else None,
    }


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; an empty line parts them, a single line break stays in."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def first_words(body: dict[str, Any]) -> str:
    """The beginning of a rendered view, as one line."""
    text = " ".join(" ".join(body["text"]).split())
    words = " · ".join(filter(None, [body["title"], text]))
    return words if len(words) <= FIRST_WORDS else words[: FIRST_WORDS - 1].rstrip() + "…"


def belongs_to_form(body: dict[str, Any]) -> bool:
    """Whether a rendered view is a step in answering a form: a page, the summary, or what a form was left with."""
    return body["form"] is not None or _only_form_buttons(body)


def still_asks(body: dict[str, Any]) -> bool:
    """Whether a rendered view asks a form's next page, or whether to send it."""
    return body["form"] is not None or any(_verb(button) == "form.send" for button in body["buttons"])


def draft_of(body: dict[str, Any]) -> int | None:
    """The draft that a rendered view is a step of, or None."""
    if body["form"] is not None:
        return int(body["form"]["draft"])
    return Action.unpack(body["buttons"][0]["action"]).id if _only_form_buttons(body) else None


def _only_form_buttons(body: dict[str, Any]) -> bool:
    return bool(body["buttons"]) and all(_verb(button).startswith("form.") for button in body["buttons"])


def _verb(button: dict[str, Any]) -> str:
    return Action.unpack(button["action"]).verb


def _button(button: Button) -> dict[str, Any]:
    return {"label": button.label, "action": button.action.pack(), "style": button.style.value}


def _form(page: FormPage) -> dict[str, Any]:
    return {
        "draft": page.draft_id,
        "page": page.page,
        "title": page.title,
        "position": page.position,
        "submit": page.submit,
        "fields": [_field(asked) for asked in page.fields],
    }


def _field(asked: FormField) -> dict[str, Any]:
    return {
        "name": asked.name,
        "kind": asked.kind.value,
        "label": asked.label,
        "help": asked.help,
        "required": asked.required,
        "choices": [choice(one) for one in asked.choices],
        "searched": asked.searched,
        "low": asked.low,
        "high": asked.high,
        "value": asked.value,
        "shown": asked.shown,
        "typed": asked.typed,
        "error": asked.error,
    }


def choice(one: Choice) -> dict[str, str]:
    """A choice as the page gets it."""
    return {"value": one.value, "label": one.label, "hint": one.help}
