"""Whether what is set is enough for each channel to begin: what one setting needs besides itself."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

_WAYS_IN: Mapping[str, str] = MappingProxyType({"socket": "SLACK_APP_TOKEN", "http": "SLACK_SIGNING_SECRET"})
"""What Slack needs besides the bot token, by SLACK_MODE."""

_HOOK = ("TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET")
"""What a webhook needs besides the bot token."""


def incomplete(given: Mapping[str, str], where: Mapping[str, str]) -> Iterator[str]:
    """What is missing, one sentence each. ``where`` tells of each setting where a person finds it."""
    yield from _slack(given, where)
    yield from _telegram(given, where)


def _slack(given: Mapping[str, str], where: Mapping[str, str]) -> Iterator[str]:
    if "SLACK_BOT_TOKEN" in given:
        yield from _unreachable(given, where)
        return
    for name in _WAYS_IN.values():
        if name in given:
            yield f"{name} is set without SLACK_BOT_TOKEN; expected both. {where['SLACK_BOT_TOKEN']}"


def _unreachable(given: Mapping[str, str], where: Mapping[str, str]) -> Iterator[str]:
    mode = given.get("SLACK_MODE", "").lower()
    needed = _WAYS_IN.get(mode)
    if needed is not None and needed not in given:
        yield f"SLACK_MODE is {mode}, which needs {needed} as well. {where[needed]}"
    elif not any(name in given for name in _WAYS_IN.values()):
        yield (
            "SLACK_BOT_TOKEN is set, but Slack cannot reach the bot; expected SLACK_APP_TOKEN (no public address "
            f"needed) or SLACK_SIGNING_SECRET (over HTTP) as well. {where['SLACK_APP_TOKEN']}"
        )


def _telegram(given: Mapping[str, str], where: Mapping[str, str]) -> Iterator[str]:
    if "TELEGRAM_BOT_TOKEN" not in given or given.get("TELEGRAM_MODE", "").lower() != "webhook":
        return
    for name in _HOOK:
        if name not in given:
            yield f"TELEGRAM_MODE is webhook, which needs {name} as well. {where[name]}".rstrip()
