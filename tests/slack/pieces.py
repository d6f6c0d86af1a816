"""Small payloads to build surfaces from: one of each, plain and sound."""

from typing import Any

Json = dict[str, Any]

HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}


def plain(words: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": words}


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal with these blocks."""
    return {"type": "modal", "callback_id": "form", "title": plain("Form"), "blocks": [*blocks], **more}


def asking(label: str, element: Json, **more: Any) -> Json:
    """An input block named after its label."""
    inside = {"action_id": "value", **element}
    return {"type": "input", "block_id": label.lower(), "label": plain(label), "element": inside, **more}


def mrkdwn(words: str, **more: Any) -> Json:
    """A mrkdwn text object."""
    return {"type": "mrkdwn", "text": words, **more}


def section(words: str = "hello", **more: Any) -> Json:
    """A section with a text."""
    return {"type": "section", "text": mrkdwn(words), **more}


def button(action: str = "press", **more: Any) -> Json:
    """A button."""
    return {"type": "button", "action_id": action, "text": plain("Press"), **more}


def option(words: str = "One", value: str = "1", **more: Any) -> Json:
    """An option of a menu."""
    return {"text": plain(words), "value": value, **more}


def menu(kind: str = "static_select", **more: Any) -> Json:
    """A menu of one option."""
    return {"type": kind, "action_id": "menu", "options": [option()], **more}


def actions(*elements: Json, **more: Any) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": [*elements], **more}


def beside(element: Json) -> Json:
    """A section with something beside its text."""
    return section(accessory=element)


def confirm(**more: Any) -> Json:
    """A confirmation dialog."""
    said = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
    return said | more


def options(count: int) -> list[Json]:
    """So many options."""
    return [option(f"Option {number}", str(number)) for number in range(count)]
