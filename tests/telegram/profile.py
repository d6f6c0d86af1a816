"""How the bot introduces itself: name, descriptions, commands and menu button, by language and scope."""

import json
import re
from typing import Any

from tests.telegram.refusal import bad

Json = dict[str, Any]

LENGTHS = {"name": 64, "description": 512, "short_description": 120}
"""The most characters of each text (Bot API, setMyName and its sisters)."""
MOST_COMMANDS, COMMAND, DESCRIBED = 100, re.compile(r"[a-z0-9_]{1,32}"), 256


class Profile:
    """What was set. The empty language is for everybody for whose language nothing was."""

    def __init__(self, name: str) -> None:
        self._texts: dict[tuple[str, str], str] = {("name", ""): name}
        self._commands: dict[tuple[str, str], list[Json]] = {}
        self._buttons: dict[int | None, Json] = {}

    def set_text(self, kind: str, text: str, language: str) -> None:
        """Set a text for a language; an empty one takes it away."""
        _check_language(language)
        if len(text) > LENGTHS[kind]:
            raise bad(f"{kind.replace('_', ' ')} is too long")
        if text:
            self._texts[kind, language] = text
        elif (kind, language) != ("name", ""):
            self._texts.pop((kind, language), None)

    def text(self, kind: str, language: str) -> str:
        """What a person with this language reads; for a bot that asks: the text of that language, or the general."""
        _check_language(language)
        return self._texts.get((kind, language)) or self._texts.get((kind, ""), "")

    def set_commands(self, commands: list[Json], scope: Json | None, language: str) -> None:
        """Set the commands of a scope and a language; an empty list takes them away."""
        _check_language(language)
        if len(commands) > MOST_COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            if not COMMAND.fullmatch(one["command"].removeprefix("/")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"]) <= DESCRIBED:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[_key(scope), language] = commands

    def commands(self, scope: Json | None, language: str) -> list[Json]:
        """The commands of exactly this scope and language."""
        _check_language(language)
        return self._commands.get((_key(scope), language), [])

    def commands_for(self, chat: int, language: str, *, private: bool) -> list[Json]:
        """What stands in somebody's menu: of the first scope that has any, in their language before the general.

        The order is that of "Determining list of commands" in the Bot API, for somebody who is no administrator.
        """
        wide = "all_private_chats" if private else "all_group_chats"
        scopes: list[Json] = [{"type": "chat", "chat_id": chat}, {"type": wide}, {"type": "default"}]
        for scope in scopes:
            for tongue in (language, ""):
                if found := self._commands.get((_key(scope), tongue)):
                    return found
        return []

    def set_button(self, chat: int | None, button: Json | None) -> None:
        """Set the menu button of a chat, or of all."""
        self._buttons[chat] = button or {"type": "default"}

    def button(self, chat: int | None) -> Json:
        """The menu button of a chat, or of all."""
        return self._buttons.get(chat) or self._buttons.get(None) or {"type": "commands"}


def _key(scope: Json | None) -> str:
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def _check_language(language: str) -> None:
    if not re.fullmatch(r"([a-z]{2})?", language):
        raise bad("invalid language code specified")
