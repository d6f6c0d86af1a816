"""The commands in Telegram's menu, by both their names, and the buttons that do the same."""

from flows.engine.capability import Registry
from flows.engine.language.texts import LANGUAGES, Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from handlers.inbound import typed_commands

HELP = frozenset({"help", "hulp"})
LANGUAGE = frozenset({"taal", "language"})
LINK = frozenset({"link", "koppel"})
LONGEST_CODE = 20
START = "start"
ASK = "ask"
"""What a link carries that leads from a group to the form."""

_LANGUAGE_AT = 40
"""The commands with this ``order`` and above are told of after the one for the language."""


def action_for(capabilities: Registry, name: str, rest: str) -> str | None:
    """The packed action that a command stands for, or None for one that has none. ``rest`` is what stands behind it."""
    if name in HELP:
        return None
    if name in LANGUAGE:
        action = typed_commands.action_for(capabilities, rest) if rest.strip() else None
        return action if "language" in (action or "") else None
    if name == START:
        return Action("ask").pack() if rest.strip() == ASK else Action("menu").pack()
    if name in LINK and (code := _code(rest)):
        return f"link.take:0:0:{code}"
    if name in capabilities.own_commands:
        return capabilities.own_commands[name].pack()
    return typed_commands.action_for(capabilities, name) if name else None


def is_ours(capabilities: Registry, name: str) -> bool:
    """Whether a command of this name means something to this bot."""
    return name in HELP | LANGUAGE or action_for(capabilities, name, "") is not None


def explanation(t: Translator, capabilities: Registry) -> str:
    """The commands there are, in one sentence."""
    told = [(one.order, one.alone[t.language], one.name) for one in capabilities.commands if one.alone]
    named = [f"/{name} {t(f'command.{about}.is_for')}" for order, name, about in told if order < _LANGUAGE_AT]
    named.append(t("telegram.command.language.is_for"))
    named += [f"/{name} {t(f'command.{about}.is_for')}" for order, name, about in told if order >= _LANGUAGE_AT]
    return t("telegram.commands", commands=", ".join(named))


def parts(text: str) -> tuple[str, str]:
    """The name of a command, in small letters and without the bot's, and what stands behind it."""
    first, _, rest = text.strip().partition(" ")
    return first.removeprefix("/").partition("@")[0].casefold(), rest.strip()


def link_code(text: str) -> str:
    """The code that somebody types to be linked, with or without a stroke before the command; empty for other words."""
    name, rest = parts(text)
    return _code(rest) if name in LINK else ""


def _code(rest: str) -> str:
    return "".join(sign for sign in rest if sign.isascii() and sign.isalnum())[:LONGEST_CODE]


def choose_language(t: Translator) -> View:
    """The languages there are, each in its own words."""
    buttons = (Button(t(f"telegram.speak.{code}"), Action("language", arg=code)) for code in LANGUAGES)
    return View(t("telegram.language"), buttons=tuple(buttons)).speaking(t.language)
