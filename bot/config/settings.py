"""What the person who runs the bot has set, from the environment and from ``.env``.

All settings have a default. What is wrong is told all at once, one sentence each, and never with a secret in it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, time, timedelta
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar, cast
from urllib.parse import unquote, urlsplit

from dotenv.parser import parse_stream

from bot.config import setting_types
from bot.config.required_settings import incomplete
from bot.config.setting_types import Shape
from flows.engine.calendars.worktime import LiberationDay, WorkWeek
from flows.engine.policy import Rules

ENV_FILE = Path(".env")
OWN_PREFIX = "DIALOOGREEKS_"
NOT_SETTINGS = frozenset({"DIALOOGREEKS_NOTHING_SKIPS"})
"""Names that begin like ours but belong to the tests, not to the bot."""

NEARLY_THE_SAME = 0.86
"""From here on two names count as one misspelt: SLACK_BOT_TOKN is caught, TELEGRAM_API_ID is somebody else's."""

MOST_SHOWN = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """A setting's name in the environment, what its text must look like, and where a person finds it."""

    name: str
    shape: Shape[Any]
    found_at: str = ""
    secret: bool = False

    def fault(self, text: str) -> str:
        """What is wrong with ``text``, in one sentence, and where to get the right one."""
        given = "does not look right" if self.secret else f'is "{text[:MOST_SHOWN]}"'
        hint = f" {self.found_at}" if self.found_at else ""
        return f"{self.name} {given}; expected {self.shape.expected}.{hint}"


def _setting(name: str, shape: Shape[T], default: T, *, found_at: str = "", secret: bool = False) -> T:
    known = Known(name, shape, found_at, secret)
    return field(default=default, repr=not secret, metadata={"known": known})


def _secret(name: str) -> str:
    pattern, expected, found_at = _SECRETS[name]
    return _setting(name, setting_types.matching(pattern, expected), "", found_at=found_at, secret=True)


def _hours(high: float) -> Shape[timedelta]:
    return setting_types.span(timedelta(hours=1), "working hours", 0.25, high)


_RULES = Rules()
_HOST = setting_types.matching(r"[A-Za-z0-9.:-]+", "a name or an address")
_SLACK_PAGE = "You find it at api.slack.com/apps, in your app, under"
_SECRETS = {
    "SLACK_BOT_TOKEN": (
        r"xoxb-[A-Za-z0-9-]{10,}", 'a text that starts with "xoxb-"', f"{_SLACK_PAGE} OAuth & Permissions."
    ),
    "SLACK_APP_TOKEN": (
        r"xapp-[A-Za-z0-9-]{10,}", 'a text that starts with "xapp-"',
        f"{_SLACK_PAGE} Basic Information, App-Level Tokens.",
    ),
    "SLACK_SIGNING_SECRET": (
        r"[0-9a-fA-F]{32}", "32 digits and letters from a to f", f"{_SLACK_PAGE} Basic Information, App Credentials."
    ),
    "TELEGRAM_BOT_TOKEN": (
        r"\d{5,15}:[A-Za-z0-9_-]{30,60}", "a number, a colon and 35 letters, digits and dashes",
        "Ask @BotFather in Telegram, with /newbot or /token.",
    ),
    "TELEGRAM_WEBHOOK_SECRET": (
        r"[A-Za-z0-9_-]{16,256}", "16 to 256 letters, digits, dashes and underscores",
        "Make one up; Telegram sends it along with each request.",
    ),
}  # fmt: skip
"""What each secret must look like, as a pattern and in words, and where a person finds it. Each is optional."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Spans are working time unless said otherwise; days are local days."""

    database_url: str = _setting("DATABASE_URL", setting_types.DATABASE, "sqlite:///dialoogreeks.db", secret=True)
    language: str = _setting("DIALOOGREEKS_LANGUAGE", setting_types.one_of("nl", "en"), "nl")
    playground_port: int | None = _setting("PLAYGROUND_PORT", setting_types.optional_number(1, 65535), None)
    """None: 8080, or the next port that is free. A port that was asked for is used, or the start stops."""

    working_hours: tuple[time, time] = _setting(
        "DIALOOGREEKS_WORKING_HOURS", setting_types.WORKING_HOURS, (_RULES.week.opens, _RULES.week.closes)
    )
    working_days: frozenset[int] = _setting("DIALOOGREEKS_WORKING_DAYS", setting_types.WORKING_DAYS, _RULES.week.days)
    liberation_day: str = _setting(
        "DIALOOGREEKS_LIBERATION_DAY", setting_types.one_of("never", "lustrum", "always"), _RULES.week.liberation_day
    )
    closed_days: frozenset[date] = _setting("DIALOOGREEKS_CLOSED_DAYS", setting_types.DATES, frozenset())
    offers_at_once: int = _setting(
        "DIALOOGREEKS_OFFERS_AT_ONCE", setting_types.whole_number(1, 20), _RULES.offers_at_once
    )
    rounds: int = _setting("DIALOOGREEKS_ROUNDS", setting_types.whole_number(1, 10), _RULES.rounds)
    answer_span: timedelta = _setting("DIALOOGREEKS_ANSWER_HOURS", _hours(80), _RULES.answer_span)
    acute_answer_span: timedelta = _setting("DIALOOGREEKS_ACUTE_ANSWER_HOURS", _hours(16), _RULES.acute_answer_span)
    steering_span: timedelta = _setting("DIALOOGREEKS_STEERING_HOURS", _hours(80), _RULES.steering_span)
    acute_steering_span: timedelta = _setting(
        "DIALOOGREEKS_ACUTE_STEERING_HOURS", _hours(16), _RULES.acute_steering_span
    )
    promised_days: int = _setting("DIALOOGREEKS_PROMISED_DAYS", setting_types.whole_number(1, 60), _RULES.promised_days)
    acute_promised_days: int = _setting(
        "DIALOOGREEKS_ACUTE_PROMISED_DAYS", setting_types.whole_number(0, 10), _RULES.acute_promised_days
    )
    travel_margin: timedelta = _setting(
        "DIALOOGREEKS_TRAVEL_MINUTES", setting_types.span(timedelta(minutes=1), "minutes", 0, 480), _RULES.travel_margin
    )
    programme_email: str = _setting(
        "DIALOOGREEKS_PROGRAMME_EMAIL",
        setting_types.matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address"),
        _RULES.programme_email,
    )
    """Organiser in calendar files: answers to an invitation go there."""

    demo_seed: int = _setting("DIALOOGREEKS_DEMO_SEED", setting_types.whole_number(0, 2**31 - 1), 2021)
    log_level: str = _setting(
        "DIALOOGREEKS_LOG_LEVEL", setting_types.one_of("debug", "info", "warning", "error"), "info"
    )
    log_format: str = _setting("DIALOOGREEKS_LOG_FORMAT", setting_types.one_of("text", "json"), "text")

    slack_bot_token: str = _secret("SLACK_BOT_TOKEN")
    slack_app_token: str = _secret("SLACK_APP_TOKEN")
    slack_signing_secret: str = _secret("SLACK_SIGNING_SECRET")
    slack_team_ids: frozenset[str] = _setting(
        "SLACK_TEAM_IDS",
        setting_types.WORKSPACES,
        frozenset(),
        found_at="In Slack on the web, it stands in the address after app.slack.com/client/.",
    )
    """Whom the bot serves. Empty: the workspace or organisation that the token is of."""

    slack_also_serve: frozenset[str] = _setting(
        "SLACK_ALSO_SERVE",
        setting_types.some_of("guests", "external"),
        frozenset(),
        found_at="Leave it empty to serve neither; docs/slack.md says what each of them means.",
    )
    """Whom the bot serves besides the full members of those: guests, and people of other workspaces."""

    slack_mode: str = _setting("SLACK_MODE", setting_types.one_of("socket", "http"), "")
    """Empty: as the tokens have it. ``slack_over`` is what counts."""

    slack_host: str = _setting("SLACK_HOST", _HOST, "127.0.0.1")
    slack_port: int = _setting("SLACK_PORT", setting_types.whole_number(1, 65535), 3000)
    """Where Slack's requests are listened for when they come over HTTP, in plain: what stands in front has the TLS."""

    slack_command: str = _setting(
        "SLACK_COMMAND",
        setting_types.matching(
            r"/[a-z0-9_-]{1,31}", "a slash and at most 31 small letters, digits, dashes and underscores"
        ),
        "/dialoog",
    )
    slack_api_url: str = _setting("SLACK_API_URL", setting_types.WEB_ADDRESS, "https://slack.com/api")
    telegram_bot_token: str = _secret("TELEGRAM_BOT_TOKEN")
    telegram_api_url: str = _setting("TELEGRAM_API_URL", setting_types.WEB_ADDRESS, "https://api.telegram.org")
    telegram_mode: str = _setting("TELEGRAM_MODE", setting_types.one_of("polling", "webhook"), "polling")
    telegram_webhook_url: str = _setting("TELEGRAM_WEBHOOK_URL", setting_types.WEB_ADDRESS, "")
    telegram_webhook_secret: str = _secret("TELEGRAM_WEBHOOK_SECRET")
    telegram_host: str = _setting("TELEGRAM_HOST", _HOST, "127.0.0.1")
    telegram_port: int = _setting("TELEGRAM_PORT", setting_types.whole_number(1, 65535), 3001)
    """Where Telegram's requests are listened for behind a webhook, in plain: what stands in front has the TLS."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The real channels that are set up; none of them means the playground."""
        tokens = {"slack": self.slack_bot_token, "telegram": self.telegram_bot_token}
        return tuple(name for name, token in tokens.items() if token)

    @property
    def slack_over(self) -> Literal["socket", "http"]:
        """How Slack reaches the bot; where both can be and nothing was chosen, over a socket."""
        if self.slack_mode:
            return "http" if self.slack_mode == "http" else "socket"
        return "socket" if self.slack_app_token or not self.slack_signing_secret else "http"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that no line of output may hold."""
        secrets = (getattr(self, field_name) for field_name, known in KNOWN.items() if known.name in _SECRETS)
        password = urlsplit(self.database_url).password or ""
        return tuple(filter(None, (*secrets, password, unquote(password))))

    def rules(self) -> Rules:
        """The programme's rules as set."""
        opens, closes = self.working_hours
        week = WorkWeek(
            days=self.working_days,
            opens=opens,
            closes=closes,
            liberation_day=cast(LiberationDay, self.liberation_day),
            extra_closed=self.closed_days,
        )
        return Rules(
            week=week,
            offers_at_once=self.offers_at_once,
            rounds=self.rounds,
            answer_span=self.answer_span,
            acute_answer_span=self.acute_answer_span,
            steering_span=self.steering_span,
            acute_steering_span=self.acute_steering_span,
            promised_days=self.promised_days,
            acute_promised_days=self.acute_promised_days,
            travel_margin=self.travel_margin,
            programme_email=self.programme_email,
        )


KNOWN: Mapping[str, Known] = MappingProxyType({part.name: part.metadata["known"] for part in fields(Settings)})
"""How each field of Settings is set, by the field's name."""


class WrongSettings(Exception):
    """The bot cannot start like this. ``faults`` are sentences, each about one thing to put right."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load(environ: Mapping[str, str] | None = None, env_file: Path = ENV_FILE) -> Settings:
    """The settings from ``env_file``, where it exists, and from the environment, which goes first.

    A setting that is empty counts as not set. Raises WrongSettings with everything that is wrong.
    """
    faults: list[str] = []
    given = _read_file(env_file, faults) | dict(os.environ if environ is None else environ)
    given = {name: text.strip() for name, text in given.items() if text.strip()}
    settings = Settings(**_values(given, faults))
    where = {known.name: known.found_at for known in KNOWN.values()}
    faults += [*_misspelt(given), *incomplete(given, where)]
    if faults:
        raise WrongSettings(tuple(faults))
    return settings


def _read_file(path: Path, faults: list[str]) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        lines = StringIO(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        faults.append(f"{path.name} cannot be read; expected a text file in UTF-8 that this user may read.")
        return {}
    found: dict[str, str] = {}
    for binding in parse_stream(lines):
        if binding.error or (binding.key and binding.value is None):
            faults.append(f"Line {binding.original.line} of {path.name} cannot be read; expected NAME=value.")
        elif binding.key:
            found[binding.key] = binding.value or ""
    return found


def _values(given: Mapping[str, str], faults: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field_name, known in KNOWN.items():
        text = given.get(known.name)
        if text is None:
            continue
        try:
            values[field_name] = known.shape.read(text)
        except ValueError:
            faults.append(known.fault(text))
    return values


def _misspelt(given: Mapping[str, str]) -> Iterator[str]:
    names = {known.name for known in KNOWN.values()}
    unset = names - set(given)
    for name in sorted(set(given) - names - NOT_SETTINGS):
        near = get_close_matches(name.upper(), unset, n=1, cutoff=NEARLY_THE_SAME)
        if near:
            yield f"{name} is not a setting; did you mean {near[0]}?"
        elif name.startswith(OWN_PREFIX):
            yield f"{name} is not a setting; .env.example lists them all."
