"""A neutral view as a modal: a page of a form, the summary before it is sent, or an answer to read.

``callback_id`` says which of the three it is. ``private_metadata`` is JSON: ``{"draft", "page"}`` for a page,
``{"draft", "send"}`` for a summary, where ``send`` is the packed action of its submit button.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flows.engine.language.texts import Translator
from flows.engine.views.view import Button, FormPage, View
from handlers.slack.rendering import limits
from handlers.slack.rendering.blocks import (
    Block,
    attached,
    facts,
    heading,
    named,
    note,
    paragraphs,
    pressables,
    within,
    words,
)
from handlers.slack.rendering.fields import inputs
from handlers.slack.rendering.text import plain

FORM, SUMMARY, ANSWER, LOADING = "form", "summary", "answer", "loading"
"""The ``callback_id`` of each kind."""
_CHARACTERS = 40_000
"""Slack publishes no limit for all of a modal's text; whoever has read this much has read enough."""


def modal(view: View, t: Translator) -> dict[str, Any]:
    """The view as the payload of views.open, views.push or views.update."""
    if view.form is not None:
        return _form(view, view.form, t)
    sending = next((button for button in view.buttons if button.action.verb == "form.send"), None)
    return _summary(view, sending, t) if sending else _answer(view, t)


def loading(t: Translator) -> dict[str, Any]:
    """The modal that opens at once, to be filled when its words are there."""
    return _modal(t("slack.wait"), LOADING, paragraphs(t("slack.wait_why")), t)


def _form(view: View, page: FormPage, t: Translator) -> dict[str, Any]:
    asked = inputs(page, t)
    doing = pressables(view.buttons, t)
    telling = [*_whole(page.title), *([note(page.position)] if page.position else []), *_told(view, t)]
    blocks = [*within(telling, limits.VIEW_BLOCKS - len(asked) - len(doing), _CHARACTERS, t), *asked, *doing]
    made = _modal(page.title, FORM, blocks, t, {"draft": page.draft_id, "page": page.page})
    return {**made, "submit": words(page.submit, limits.VIEW_TITLE), "notify_on_close": True}


def _summary(view: View, sending: Button, t: Translator) -> dict[str, Any]:
    others = [button for button in view.buttons if button is not sending]
    metadata = {"draft": sending.action.id, "send": sending.action.pack()}
    made = _modal(view.title, SUMMARY, _blocks(view, others, t), t, metadata)
    return {**made, "submit": words(sending.label, limits.VIEW_TITLE), "notify_on_close": True}


def _answer(view: View, t: Translator) -> dict[str, Any]:
    return _modal(view.title or t("slack.answer"), ANSWER, _blocks(view, view.buttons, t), t)


def _blocks(view: View, buttons: Sequence[Button], t: Translator) -> list[Block]:
    doing = pressables(buttons, t)
    telling = [*_whole(view.title), *_told(view, t)]
    return [*within(telling, limits.VIEW_BLOCKS - len(doing), _CHARACTERS, t), *doing]


def _told(view: View, t: Translator) -> Iterator[Block]:
    yield from paragraphs(view.text)
    yield from facts(view.facts)
    yield from attached(view.file, t)


def _whole(title: str) -> Iterator[Block]:
    """The whole title, where the modal's own had to be cut."""
    if len(plain(title)) > limits.VIEW_TITLE:
        yield from heading(title)


def _short(title: str) -> str:
    """What fits above a modal: of "kind: name" the kind, where the two are too long; the whole then stands below."""
    kind, colon, _ = title.partition(":")
    return kind if colon and kind.strip() and len(plain(title)) > limits.VIEW_TITLE else title


def _modal(
    title: str, kind: str, blocks: Iterable[Block], t: Translator, metadata: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": kind,
        "title": words(_short(title), limits.VIEW_TITLE),
        "close": words(t("slack.close"), limits.VIEW_TITLE),
        "private_metadata": json.dumps(metadata) if metadata else "",
        "blocks": named(blocks, "modal") or named(paragraphs("…"), "modal"),
    }
