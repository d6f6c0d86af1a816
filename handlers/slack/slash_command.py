"""What can stand behind the slash command, as its hint and its help tell it."""

from flows.engine.capability import Registry
from flows.engine.language.texts import Translator


def usage_hint(t: Translator, capabilities: Registry) -> str:
    """The words, in a list, for the hint that Slack shows while the command is typed."""
    words = (one.behind[t.language] for one in capabilities.commands if one.behind)
    return t("manifest.command_hint", words=", ".join(filter(None, words)))


def explanation(t: Translator, capabilities: Registry, command: str) -> str:
    """The words with what they do, a line each, for who asks the command for help."""
    lines = (
        t("slack.help.line", command=f"{command} {one.behind[t.language]}".rstrip(), does=t(f"command.{one.name}.does"))
        for one in capabilities.commands
        if one.behind
    )
    return t("slack.help", command=command, lines="\n".join(lines))
