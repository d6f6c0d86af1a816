"""The manifest from which Slack makes the app: within Slack's limits, and asking for no more than is needed."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from zoneinfo import ZoneInfo

import pytest

from flows.capabilities import CAPABILITIES
from flows.engine.language.texts import LANGUAGES, Texts
from handlers.slack.interactions.listeners import Listeners
from handlers.slack.manifest import ASK, ASK_ABOUT, manifest, request_url
from handlers.slack.scopes import APP_SCOPES, BOT_SCOPES, EVENT_SCOPES, lacking

LIMITS = json.loads((Path(__file__).parent / "manifest_limits.json").read_text())
"""What Slack's published schema (version 1.0.0) says about the fields that the manifest uses."""

DOCS = (Path(__file__).parents[3] / "docs" / "slack.md").read_text(encoding="utf-8")
TEXTS = Texts("nl", ZoneInfo("Europe/Amsterdam"))
KINDS: Mapping[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}


def made(language: str = "nl", *, command: str = "/dialoog", url: str = "", organisation: bool = False) -> Any:
    written = json.dumps(
        manifest(TEXTS.into(language), CAPABILITIES, command=command, url=url, organisation=organisation)
    )
    return json.loads(written)


def wrong(value: Any, limits: Mapping[str, Any], place: str = "manifest") -> Iterator[str]:
    """Everything in ``value`` that a strict reader of ``limits`` refuses."""
    if not isinstance(value, KINDS[limits["type"]]):
        yield f"{place} is not of type {limits['type']}"
        return
    for keyword, limit in limits.items():
        if not RULES[keyword](value, limit):
            yield f"{place} breaks {keyword}: {limit}"
    if isinstance(value, dict):
        known = limits["properties"]
        yield from (f"{place}.{name} is not known" for name in value.keys() - known.keys())
        for name in value.keys() & known.keys():
            yield from wrong(value[name], known[name], f"{place}.{name}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from wrong(item, limits["items"], f"{place}[{number}]")


RULES: Mapping[str, Any] = {
    "type": lambda value, limit: True,
    "properties": lambda value, limit: True,
    "items": lambda value, limit: True,
    "additionalProperties": lambda value, limit: limit is False,
    "required": lambda value, limit: set(limit) <= set(value),
    "minLength": lambda value, limit: len(value) >= limit,
    "maxLength": lambda value, limit: len(value) <= limit,
    "minItems": lambda value, limit: len(value) >= limit,
    "maxItems": lambda value, limit: len(value) <= limit,
    "uniqueItems": lambda value, limit: len(value) == len(set(value)),
    "enum": lambda value, limit: value in limit,
    "pattern": lambda value, limit: re.search(limit, value) is not None,
    "regex": lambda value, limit: re.search(limit, value) is not None,
    "default": lambda value, limit: True,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("url", ["", "https://bot.example.org"])
def test_slack_takes_the_manifest(language: str, url: str) -> None:
    assert list(wrong(made(language, command="/" + "d" * 31, url=url, organisation=True), LIMITS)) == []


def test_the_check_of_the_manifest_finds_what_slack_would_refuse() -> None:
    broken = made()
    broken["display_information"]["name"] = "x" * 36
    broken["features"]["shortcuts"][0]["type"] = "everywhere"
    broken["settings"]["event_subscriptions"]["bot_events"].append("user_change")
    del broken["features"]["bot_user"]["display_name"]
    broken["settings"]["surprise"] = True
    assert len(list(wrong(broken, LIMITS))) == 5


def test_over_socket_mode_no_address_is_asked_for() -> None:
    app = made()
    assert app["settings"]["socket_mode_enabled"] is True
    assert "://" not in json.dumps(app)


def test_over_http_everything_arrives_at_the_one_address() -> None:
    app = made(url="https://bot.example.org/")
    address = "https://bot.example.org/slack/events"
    assert app["settings"]["socket_mode_enabled"] is False
    assert app["settings"]["event_subscriptions"]["request_url"] == address
    assert app["settings"]["interactivity"]["request_url"] == address
    assert app["settings"]["interactivity"]["message_menu_options_url"] == address
    assert app["features"]["slash_commands"][0]["url"] == address


def test_an_address_that_is_complete_already_stays_as_it_is() -> None:
    assert request_url("https://example.org/bot/slack/events") == "https://example.org/bot/slack/events"


def test_people_can_ask_by_command_by_shortcut_and_about_a_message() -> None:
    features = made(command="/gesprek")["features"]
    assert [command["command"] for command in features["slash_commands"]] == ["/gesprek"]
    assert {shortcut["callback_id"]: shortcut["type"] for shortcut in features["shortcuts"]} == {
        ASK: "global",
        ASK_ABOUT: "message",
    }
    assert features["app_home"]["messages_tab_read_only_enabled"] is False


def test_the_whole_grid_can_be_served_only_when_asked_for() -> None:
    assert made()["settings"]["org_deploy_enabled"] is False
    assert made(organisation=True)["settings"]["org_deploy_enabled"] is True


def test_the_words_differ_by_language_and_the_rest_does_not() -> None:
    dutch, english = made("nl"), made("en")
    assert dutch["display_information"] != english["display_information"]
    assert (dutch["settings"], dutch["oauth_config"]) == (english["settings"], english["oauth_config"])


def test_every_event_that_is_listened_to_is_covered_by_a_scope() -> None:
    needed = frozenset().union(*EVENT_SCOPES.values())
    assert needed <= set(made()["oauth_config"]["scopes"]["bot"])


def test_slack_tells_of_exactly_what_is_listened_to() -> None:
    bolt = MagicMock()
    Listeners.__new__(Listeners).listen(bolt, "/dialoog")
    heard = {call.args[0] for call in bolt.event.call_args_list}
    assert heard == {name.removesuffix(".im") for name in EVENT_SCOPES}
    assert {call.args[0] for call in bolt.global_shortcut.call_args_list} == {ASK}
    assert {call.args[0] for call in bolt.message_shortcut.call_args_list} == {ASK_ABOUT}


def test_the_bot_cannot_read_what_is_said_in_channels() -> None:
    assert not {"channels:history", "groups:history", "mpim:history"} & set(BOT_SCOPES)
    assert not {name for name in EVENT_SCOPES if name.startswith("message.")} - {"message.im"}


def test_what_a_token_lacks_is_told_in_the_order_of_the_table() -> None:
    assert lacking(BOT_SCOPES) == ()
    assert lacking([scope for scope in BOT_SCOPES if scope not in {"commands", "users:read"}]) == (
        "commands",
        "users:read",
    )


@pytest.mark.parametrize(("scope", "reason"), [*BOT_SCOPES.items(), *APP_SCOPES.items()])
def test_the_guide_names_every_scope_with_its_reason(scope: str, reason: str) -> None:
    assert f"| `{scope}` | {reason} |" in DOCS


def test_the_guide_names_no_scope_that_is_not_asked_for() -> None:
    table = DOCS.split("## Scopes, and why", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^\| `([a-z_.]+:[a-z]+(?:\.[a-z]+)?|commands)` \|", table, re.MULTILINE)) == set(
        BOT_SCOPES
    ) | set(APP_SCOPES)
