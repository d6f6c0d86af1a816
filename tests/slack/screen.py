"""What somebody sees: messages, a modal, the home tab. Snapshots, taken at the moment of looking."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.slack.blocks import elements_of
from tests.slack.channel import Channel, Post
from tests.slack.reading import Reader, links, mentions, mrkdwn_of
from tests.slack.stored import Key, value_name
from tests.slack.texts import offered
from tests.slack.view import View

Json = dict[str, Any]
Wanted = str | re.Pattern[str]
"""What a person looks for: the words themselves (or, if only one thing has them in it, a part), or a pattern."""


class NotThere(AssertionError):
    """A person looked for something that is not on their screen."""


@dataclass(frozen=True)
class Control:
    """Something to press or fill: its label as shown, where it stands, and the option if it is one of a ⋯ menu."""

    label: str
    block: Json
    element: Json
    option: Json | None = None

    @property
    def key(self) -> Key:
        """Block id and action id."""
        return self.block["block_id"], self.element["action_id"]


@dataclass(frozen=True)
class Field:
    """A field as it stands. ``value`` is a text, a list of texts, or for a moment the moment in the person's zone."""

    label: str
    kind: str
    value: Any
    options: tuple[str, ...]
    optional: bool
    hint: str
    placeholder: str
    error: str


@dataclass(frozen=True)
class Surface:
    """Blocks as a person reads them."""

    blocks: list[Json]
    state: dict[Key, Json]
    reader: Reader
    errors: dict[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def text(self) -> str:
        """All that can be read, top to bottom, without what is on the buttons."""
        return "\n".join(line for block in self.blocks for line in self._lines(block) if line)

    @property
    def buttons(self) -> list[str]:
        """The labels of everything that can be pressed, also inside ⋯ menus."""
        return [control.label for control in self.pressable()]

    @property
    def fields(self) -> dict[str, Field]:
        """Everything that can be filled in, by its label."""
        return {control.label: self._field(control) for control in self.fillable()}

    @property
    def facts(self) -> dict[str, str]:
        """The fields of sections whose first line is bold: that line without its colon, and the rest."""
        texts = [one["text"] for block in self.blocks for one in block.get("fields", [])]
        found = (re.match(r"\*(.+?)\*:?\s*\n?(.*)", text, re.DOTALL) for text in texts)
        return {self.reader.marked(one[1]).rstrip(":"): self.reader.marked(one[2]) for one in found if one}

    @property
    def live_mentions(self) -> list[str]:
        """Everything in it that calls somebody."""
        return [one for text in mrkdwn_of(self.blocks) for one in mentions(text["text"])]

    @property
    def live_links(self) -> list[str]:
        """Everything in it that leads somewhere, buttons aside; also what Slack makes a link by itself."""
        found = mrkdwn_of(self.blocks)
        return [one for text in found for one in links(text["text"], bare=not text.get("verbatim", False))]

    def pressable(self) -> Iterator[Control]:
        """Buttons and the options of ⋯ menus."""
        for block in self.blocks:
            for element in elements_of(block):
                if element["type"] == "button":
                    yield Control(self.reader.read(element["text"]), block, element)
                for option in element["options"] if element["type"] == "overflow" else []:
                    yield Control(self.reader.read(option["text"]), block, element, option)

    def fillable(self) -> Iterator[Control]:
        """Fields. One in an input is called by its label, one beside a text by that text, any other by its hint."""
        for block in self.blocks:
            for element in elements_of(block):
                if element["type"] not in {"button", "overflow", "workflow_button"}:
                    yield Control(self._label(block, element), block, element)

    def _label(self, block: Json, element: Json) -> str:
        if block["type"] == "input":
            return self.reader.read(block["label"])
        if block["type"] == "section" and "text" in block:
            return self.reader.read(block["text"])
        return self.reader.read(element["placeholder"]) if "placeholder" in element else str(element["action_id"])

    def _lines(self, block: Json) -> Iterator[str]:
        read = self.reader.read
        yield from (read(block[name]) for name in ("text", "label", "hint", "title") if name in block)
        yield from (read(one) for one in block.get("fields", []))
        if block["type"] in {"context", "rich_text", "table"}:
            yield from self._inside(block.get("elements", block.get("rows", [])))
        if block["type"] == "image":
            yield str(block["alt_text"])

    def _inside(self, value: Any) -> Iterator[str]:
        if isinstance(value, list):
            for one in value:
                yield from self._inside(one)
        elif isinstance(value, dict) and "text" in value:
            yield self.reader.read(value)
        elif isinstance(value, dict):
            yield str(value.get("alt_text", ""))
            yield from self._inside(value.get("elements", []))

    def _field(self, control: Control) -> Field:
        block, element = control.block, control.element
        return Field(
            label=control.label,
            kind=element["type"],
            value=self._value(self.state[control.key]),
            options=tuple(self.reader.read(one["text"]) for one in offered(element)),
            optional=block.get("optional", False),
            hint=self.reader.read(block["hint"]) if "hint" in block else "",
            placeholder=self.reader.read(element["placeholder"]) if "placeholder" in element else "",
            error=self.errors.get(block["block_id"], ""),
        )

    def _value(self, state: Json) -> Any:
        value = state[value_name(state["type"])]
        if state["type"] == "datetimepicker" and value is not None:
            return datetime.fromtimestamp(value, ZoneInfo(self.reader.zone))
        if isinstance(value, list):
            return [self._option(one) for one in value]
        return self._option(value)

    def _option(self, value: Any) -> Any:
        return self.reader.read(value["text"]) if isinstance(value, dict) and "text" in value else value


@dataclass(frozen=True)
class Message(Surface):
    """A message. ``notification`` is what a notification or a screen reader says."""

    channel: Channel
    post: Post
    raw: Json

    @property
    def text(self) -> str:
        """All that can be read: the blocks if there are any, and else the text itself."""
        return super().text if self.blocks else self.notification

    @property
    def notification(self) -> str:
        """The text beside the blocks, as read."""
        return self.reader.marked(self.raw["text"])

    @property
    def ts(self) -> str:
        """When it was posted, which is its name in its channel."""
        return self.post.ts

    @property
    def files(self) -> list[str]:
        """The names of the files that hang under it."""
        return [one["name"] for one in self.raw.get("files", [])]

    @property
    def file_ids(self) -> list[str]:
        """The same, by which ``workspace.uploads.files`` knows them."""
        return [one["id"] for one in self.raw.get("files", [])]

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was posted."""
        return "edited" in self.raw

    @property
    def live_mentions(self) -> list[str]:
        """Everything in it that calls somebody, in the blocks or in the text beside them."""
        return super().live_mentions + mentions(self.raw["text"])

    @property
    def live_links(self) -> list[str]:
        """Everything in it that leads somewhere."""
        return super().live_links + links(self.raw["text"], bare=not self.blocks)


@dataclass(frozen=True)
class Modal(Surface):
    """The modal on top. ``depth`` is how many lie on the stack, this one included."""

    view: View
    raw: Json
    depth: int = 1

    @property
    def title(self) -> str:
        """What stands above it."""
        return self.reader.read(self.raw["title"])

    @property
    def submit(self) -> str | None:
        """What the button says that sends it, if there is one."""
        return self.reader.read(self.raw["submit"]) if self.raw.get("submit") else None

    @property
    def close(self) -> str | None:
        """What the button says that closes it, where the app chose that."""
        return self.reader.read(self.raw["close"]) if self.raw.get("close") else None

    @property
    def problems(self) -> dict[str, str]:
        """The errors at its fields, by their label."""
        return {field.label: field.error for field in self.fields.values() if field.error}


@dataclass(frozen=True)
class Home(Surface):
    """The home tab."""

    view: View
    raw: Json


def pick(wanted: Wanted, controls: Iterator[Control] | list[Control]) -> Control | None:
    """The one with that label; or the only one with those words in it; or the first that fits the pattern."""
    known = list(controls)
    if isinstance(wanted, re.Pattern):
        return next((one for one in known if wanted.search(one.label)), None)
    whole = [one for one in known if one.label.strip().casefold() == wanted.strip().casefold()]
    part = [one for one in known if wanted.casefold() in one.label.casefold()]
    return whole[0] if whole else part[0] if len(part) == 1 else None
