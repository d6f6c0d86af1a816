"""How the bot introduces itself: its commands, its descriptions and its menu button, in every language."""

import asyncio
import logging
from collections.abc import Mapping

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    MenuButtonCommands,
)
from telegram.error import TelegramError

from flows.engine.capability import Registry
from flows.engine.language.texts import LANGUAGES, Texts, Translator

log = logging.getLogger(__name__)

SECONDS = 20.0
"""How long all of it may take. People are served meanwhile, and letters wait for it."""

Names = tuple[tuple[str, Mapping[str, str]], ...]
"""Commands, in their order: the text that says what each does, and its name in each language."""

Scope = BotCommandScopeAllGroupChats | BotCommandScopeAllPrivateChats

OWN: Names = (
    ("telegram.command.language", {"nl": "taal", "en": "language"}),
    ("telegram.command.help", {"nl": "help", "en": "help"}),
)
"""The last commands in the menu of a private chat."""

IN_GROUPS: Names = (("telegram.command.in_group", {"nl": "dialoog", "en": "dialogue"}),)
"""The commands in the menu of a group, for its administrators too: only the way out of it."""


def in_private(capabilities: Registry) -> Names:
    """The commands in the menu of a private chat, in its order."""
    return *((f"command.{one.name}.does", one.alone) for one in capabilities.commands if one.alone), *OWN


async def introduce(bot: Bot, texts: Texts, capabilities: Registry) -> None:
    """Set what Telegram shows of the bot, where that is something else now. Raises nothing: it can do without."""
    try:
        async with asyncio.timeout(SECONDS):
            # Who has neither language reads the programme's, which comes first, for it fills in for the others.
            for language in ("", *LANGUAGES):
                await _describe(bot, texts.into(language or None), language)
                await _list(bot, texts.into(language or None), language, capabilities)
            await _offer_menu(bot)
    except (TelegramError, TimeoutError) as why:
        extra = {"action": "telegram.introduction", "outcome": type(why).__name__}
        log.warning("Commands and descriptions could not be brought up to date in Telegram", extra=extra)


async def _describe(bot: Bot, t: Translator, language: str) -> None:
    described = t("telegram.description")
    if (await bot.get_my_description(language)).description != described:
        await bot.set_my_description(described, language)
    short = t("telegram.description.short")
    if (await bot.get_my_short_description(language)).short_description != short:
        await bot.set_my_short_description(short, language)


async def _list(bot: Bot, t: Translator, language: str, capabilities: Registry) -> None:
    scopes: tuple[tuple[Scope, Names], ...] = (
        (BotCommandScopeAllPrivateChats(), in_private(capabilities)),
        (BotCommandScopeAllGroupChats(), IN_GROUPS),
    )
    for scope, names in scopes:
        wanted = commands(names, t)
        if tuple(await bot.get_my_commands(scope, language)) != wanted:
            await bot.set_my_commands(wanted, scope, language)


def commands(names: Names, t: Translator) -> tuple[BotCommand, ...]:
    """The commands as Telegram lists them, in a language."""
    return tuple(BotCommand(name[t.language], t(key)) for key, name in names)


async def _offer_menu(bot: Bot) -> None:
    if not isinstance(await bot.get_chat_menu_button(), MenuButtonCommands):
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
