"""Blocks, one by one and together: what each may hold, and what must be unique among them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.slack.elements import ID, IMAGE, accessory, in_actions, in_input
from tests.slack.shape import Shape, by_type, exactly_one
from tests.slack.spot import Check, Spot, anything, flag, many, one_of, string, url
from tests.slack.texts import plain, text, text_kinds

Json = dict[str, Any]


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None, *rules: Any) -> Shape:
    return Shape(required, {"block_id": ID, **(optional or {})}, rules)


def _text_or_fields(value: Json, spot: Spot) -> None:
    if "text" not in value and "fields" not in value:
        spot.fault("missing required field: text")


SHARED = {
    "section": _block(
        {},
        {"text": text(3000), "fields": many(text(2000), 1, 10), "accessory": accessory, "expand": flag},
        _text_or_fields,
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "context": _block({"elements": many(by_type({"image": IMAGE, **text_kinds(3000)}), 1, 10)}),
    "actions": _block({"elements": many(in_actions, 1, 25)}),
    "image": _block(
        {"alt_text": string(2000)},
        {"image_url": url, "slack_file": anything, "title": plain(2000)},
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block(
        {"label": plain(2000), "element": in_input},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": _block({"elements": many(anything, 0, 1000)}),
    "video": _block(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": url, "video_url": url},
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": url,
            "provider_name": string(50),
            "title_url": url,
        },
    ),
}
ONLY_IN_MESSAGES = {
    "markdown": _block({"text": string(12_000)}),
    "file": _block({"external_id": string(255), "source": one_of("remote")}),
    "table": _block({"rows": many(many(anything, 1, 20), 1, 100)}, {"column_settings": many(anything, 0, 20)}),
}
IN_MESSAGES = {**SHARED, **ONLY_IN_MESSAGES}


def check_blocks(blocks: Any, spot: Spot, most: int, kinds: dict[str, Shape]) -> None:
    """Every block, and what must be unique among them: block ids on the surface, action ids in a block, the focus."""
    many(by_type(kinds), 0, most)(blocks, spot)
    if isinstance(blocks, list):
        _unique_blocks(blocks, spot)
        _unique_actions(blocks, spot)
        _one_focus(blocks, spot)


def _unique_blocks(blocks: list[Any], spot: Spot) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(name, str) and name in seen:
            spot.at(index, "block_id").fault(f'`block_id` "{name}" already exists')
        elif isinstance(name, str):
            seen.add(name)


def _unique_actions(blocks: list[Any], spot: Spot) -> None:
    for index, block in enumerate(blocks):
        names = Counter(str(one["action_id"]) for one in elements_of(block) if "action_id" in one)
        for name, times in names.items():
            if times > 1:
                spot.at(index, "elements").fault(f'`action_id` "{name}" already exists')


def _one_focus(blocks: list[Any], spot: Spot) -> None:
    focused = [one for block in blocks for one in elements_of(block) if one.get("focus_on_load") is True]
    if len(focused) > 1:
        spot.fault("only one element may set `focus_on_load`")


def elements_of(block: Any) -> Iterator[Json]:
    """The interactive elements of one block, in the order in which they stand."""
    if not isinstance(block, dict):
        return
    found = [block.get("accessory"), block.get("element")]
    inside = block.get("elements") if block.get("type") == "actions" else None
    found += inside if isinstance(inside, list) else []
    yield from (one for one in found if isinstance(one, dict) and one.get("type") != "image")


def characters(value: Any) -> int:
    """How many characters of text a block, or any part of one, holds in all."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(characters(one) for one in value.values() if not isinstance(one, str))
    if isinstance(value, list):
        return sum(characters(one) for one in value)
    return 0
