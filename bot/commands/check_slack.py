"""What is told of the tokens of Slack that are set, after Slack itself was asked about them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.commands.finding import Finding, Mark, bad, good, note
from bot.config.settings import KNOWN, Settings
from handlers.slack.manifest import EVENTS_PATH
from handlers.slack.scopes import BOT_SCOPES
from handlers.slack.token_check import Found, Point, inspect

SAID: Mapping[Point, tuple[Mark, str]] = MappingProxyType(
    {
        Point.BOT: good("the bot token works, in {detail}"),
        Point.BOT_REFUSED: bad("Slack refuses SLACK_BOT_TOKEN ({detail}).", "Copy it anew.", "{SLACK_BOT_TOKEN}"),
        Point.BOT_OTHERWISE: bad("Slack does not take SLACK_BOT_TOKEN now ({detail}).", "{SLACK_BOT_TOKEN}"),
        Point.SCOPES: bad(
            "the bot token lacks {detail}.",
            "Put what dialoogreeks slack manifest prints into the app, under App Manifest, and install the app again:",
            "a token gets new scopes only then",
        ),
        Point.ELSEWHERE: bad(
            "the bot token is of {detail}, which SLACK_TEAM_IDS does not name.", "Add that id, or take the others out"
        ),
        Point.FURTHER: note(
            "SLACK_TEAM_IDS also names {detail}, which this bot token does not reach.",
            "One token serves several workspaces only when the app is installed on their whole organisation",
        ),
        Point.APP: good("the app token works: Slack reaches the bot over Socket Mode"),
        Point.APP_REFUSED: bad("Slack refuses SLACK_APP_TOKEN ({detail}).", "Make a new one.", "{SLACK_APP_TOKEN}"),
        Point.APP_SCOPE: bad(
            "SLACK_APP_TOKEN lacks the scope connections:write.", "Make a new one that has it.", "{SLACK_APP_TOKEN}"
        ),
        Point.APP_OTHERWISE: bad(
            "Slack does not take SLACK_APP_TOKEN now ({detail}).",
            "Is Socket Mode on in the app, and is the token of the same app?",
            "{SLACK_APP_TOKEN}",
        ),
        Point.UNREACHABLE: bad(
            "{SLACK_API_URL} cannot be reached: {detail}.",
            "The bot has to be able to go out to it, by itself or through a proxy named in HTTPS_PROXY",
        ),
        Point.BUSY: note("Slack asks to wait before it looks at a token.", "Check again in a minute"),
    }
)
"""What is told of each thing that Slack can say to the tokens."""


def findings(settings: Settings) -> Iterator[Finding]:
    """How the tokens stand. Asks Slack, which takes a few seconds at most where it cannot be reached."""
    over_socket = settings.slack_over == "socket"
    found = inspect(
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token if over_socket else "",
        api_url=settings.slack_api_url,
        team_ids=settings.slack_team_ids,
    )
    places = {known.name: known.found_at for known in KNOWN.values()} | {"SLACK_API_URL": settings.slack_api_url}
    for one in found:
        mark, text = SAID[one.point]
        yield Finding(mark, "Slack", text.format(detail=_detail(one), **places).removesuffix("."))
    if not over_socket:
        yield _http(settings)


def _detail(found: Found) -> str:
    if found.point is Point.SCOPES:
        return " and ".join(f"{scope} ({BOT_SCOPES[scope]})" for scope in found.detail.split(", "))
    return found.detail


def _http(settings: Settings) -> Finding:
    told = (
        f"its requests are expected over HTTP on {settings.slack_host}:{settings.slack_port}{EVENTS_PATH}. Whether "
        "SLACK_SIGNING_SECRET is right shows when the first one comes"
    )
    return Finding(Mark.NOTE, "Slack", told)
