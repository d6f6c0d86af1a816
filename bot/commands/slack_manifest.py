"""The Slack app's manifest, as the settings have it."""

import json

from bot.config.settings import Settings
from flows.capabilities import CAPABILITIES
from flows.engine.language.texts import Texts
from handlers.slack.manifest import manifest


def printed(settings: Settings, *, language: str = "", url: str = "") -> str:
    """The manifest as JSON, in ``language`` or else the programme's; ``url`` is the public address, for HTTP."""
    t = Texts(settings.language, settings.rules().zone).into(language)
    organisation = any(identity.startswith("E") for identity in settings.slack_team_ids)
    made = manifest(t, CAPABILITIES, command=settings.slack_command, url=url, organisation=organisation)
    return json.dumps(made, indent=2, ensure_ascii=False)
