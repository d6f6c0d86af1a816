"""The description of the app that Slack makes it from, so that nobody has to click forty settings together.

https://docs.slack.dev/reference/app-manifest has its fields; the tests hold it against their limits.
"""

from collections.abc import Mapping
from typing import Any

from flows.engine.capability import Registry
from flows.engine.language.texts import Translator
from handlers.slack.scopes import BOT_SCOPES, EVENT_SCOPES
from handlers.slack.slash_command import usage_hint

EVENTS_PATH = "/slack/events"
"""Where Slack's requests arrive when they come over HTTP, below the public address."""

ASK = "ask"
"""Callback id of the global shortcut."""

ASK_ABOUT = "ask_about"
"""Callback id of the shortcut on a message."""

_COLOUR = "#154273"
"""The blue of the national government's house style, on which white text is easy to read."""


def manifest(
    t: Translator, capabilities: Registry, *, command: str, url: str = "", organisation: bool = False
) -> dict[str, Any]:
    """The app manifest, in the translator's language.

    ``command`` is the slash command, which takes the words of the ``capabilities`` behind it. With a public ``url``
    (https://…) Slack calls the bot over HTTP there, without one the bot calls Slack over Socket Mode.
    ``organisation``: can be installed on a whole Enterprise Grid.
    """
    requests = request_url(url) if url else ""
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": t("manifest.name"),
            "description": t("manifest.description"),
            "long_description": t("manifest.long_description"),
            "background_color": _COLOUR,
        },
        "features": _features(t, capabilities, command, requests),
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": _settings(requests, organisation=organisation),
    }


def request_url(url: str) -> str:
    """Where Slack sends what happens, below the public address ``url``; ``url`` itself where it says so already."""
    bare = url.rstrip("/")
    return bare if bare.endswith(EVENTS_PATH) else f"{bare}{EVENTS_PATH}"


def _features(t: Translator, capabilities: Registry, command: str, requests: str) -> Mapping[str, Any]:
    slash = {
        "command": command,
        "description": t("manifest.command"),
        "usage_hint": usage_hint(t, capabilities),
        "should_escape": False,
    }
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": t("manifest.name"), "always_online": True},
        "shortcuts": [
            {
                "name": t("manifest.ask"),
                "type": "global",
                "callback_id": ASK,
                "description": t("manifest.ask_description"),
            },
            {
                "name": t("manifest.ask_about"),
                "type": "message",
                "callback_id": ASK_ABOUT,
                "description": t("manifest.ask_about_description"),
            },
        ],
        "slash_commands": [slash | ({"url": requests} if requests else {})],
    }


def _settings(requests: str, *, organisation: bool) -> Mapping[str, Any]:
    address = {"request_url": requests} if requests else {}
    options = {"message_menu_options_url": requests} if requests else {}
    return {
        "event_subscriptions": {**address, "bot_events": list(EVENT_SCOPES)},
        "interactivity": {"is_enabled": True, **address, **options},
        "org_deploy_enabled": organisation,
        "socket_mode_enabled": not requests,
        "token_rotation_enabled": False,
    }
