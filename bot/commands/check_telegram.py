"""What is told of the token of Telegram that is set, and of how updates are to come, after Telegram was asked."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.commands.finding import Finding, Mark, bad, good, note
from bot.config.settings import KNOWN, Settings
from bot.schedule.clock import system_now
from handlers.telegram.token_check import Point, inspect

SAID: Mapping[Point, tuple[Mark, str]] = MappingProxyType(
    {
        Point.BOT: good("the token works, and the bot is @{detail}"),
        Point.REFUSED: bad("Telegram refuses TELEGRAM_BOT_TOKEN.", "Copy it anew.", "{TELEGRAM_BOT_TOKEN}"),
        Point.OTHERWISE: bad("Telegram does not take TELEGRAM_BOT_TOKEN now ({detail}).", "{TELEGRAM_BOT_TOKEN}"),
        Point.POLLING: good("nothing stands in the way of fetching what people send (long polling)"),
        Point.HOOK_BEFORE_POLLING: note(
            "a webhook to {detail} stands in the way of polling.",
            "run takes it away, and then what leads there gets nothing any more.",
            "Is another bot at work there? Make this one its own: @BotFather, /newbot. Is it this one? Set",
            "TELEGRAM_MODE=webhook",
        ),
        Point.HOOK: good("Telegram brings what people send to TELEGRAM_WEBHOOK_URL; waiting there now: {detail}"),
        Point.HOOK_ABSENT: note(
            "there is no webhook yet.",
            "run sets it, and whoever fetches updates of this bot meanwhile (polling) gets none any more",
        ),
        Point.HOOK_ELSEWHERE: note(
            "the webhook leads to {detail}, which is not what TELEGRAM_WEBHOOK_URL says.",
            "run sets it anew, and then what leads there gets nothing any more.",
            "Is another bot at work there? Make this one its own: @BotFather, /newbot",
        ),
        Point.HOOK_FAILING: bad(
            "Telegram could not bring something within the last hour: {detail}.",
            "Does the bot run, does TELEGRAM_WEBHOOK_URL lead to it, and is the certificate one that Telegram trusts?",
        ),
        Point.HOOK_ADDRESS: bad(
            "Telegram brings nothing to an address like TELEGRAM_WEBHOOK_URL.",
            "It has to begin with https:// and to use port 443, 80, 88 or 8443",
        ),
        Point.HEARS_ALL: note(
            "privacy mode is off, so Telegram hands the bot all that is said in its groups, of which it needs nothing.",
            "Turn it on: @BotFather, /setprivacy, Enable; then take the bot out of each group and bring it in again",
        ),
        Point.NO_GROUPS: note(
            "the bot cannot be brought into groups, so no series can remind a team there.",
            "If that is wanted: @BotFather, /setjoingroups, Enable",
        ),
        Point.UNREACHABLE: bad(
            "{TELEGRAM_API_URL} cannot be reached: {detail}.",
            "The bot has to be able to go out to it, by itself or through a proxy named in HTTPS_PROXY",
        ),
        Point.BUSY: note("Telegram asks to wait before it looks at the token.", "Check again in {detail} seconds"),
    }
)
"""What is told of each thing that can be found."""


def findings(settings: Settings) -> Iterator[Finding]:
    """How the token stands, and the way in. Asks Telegram, which takes a few seconds at most where it is silent."""
    found = inspect(
        token=settings.telegram_bot_token,
        api_url=settings.telegram_api_url,
        over="webhook" if settings.telegram_mode == "webhook" else "polling",
        webhook_url=settings.telegram_webhook_url,
        now=system_now(),
    )
    places = {known.name: known.found_at for known in KNOWN.values()} | {"TELEGRAM_API_URL": settings.telegram_api_url}
    for one in found:
        mark, text = SAID[one.point]
        yield Finding(mark, "Telegram", text.format(detail=one.detail, **places).removesuffix("."))
