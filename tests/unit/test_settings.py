"""What the person who runs the bot may set, and what they are told when it is wrong."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.config.settings import KNOWN, Settings, WrongSettings, load
from flows.engine.policy import Rules

EXAMPLE = Path(__file__).parents[2] / ".env.example"
NO_FILE = Path("no such file")
BOT_TOKEN = "xoxb-1234567890-abcdefghij"
APP_TOKEN = "xapp-1-A012345-abcdefghij"
SIGNING_SECRET = "0123456789abcdef" * 2


def faults_of(env_file: Path = NO_FILE, /, **environ: str) -> tuple[str, ...]:
    with pytest.raises(WrongSettings) as wrong:
        load(environ, env_file)
    return wrong.value.faults


def example_lines() -> dict[str, str]:
    found = re.findall(r"^#?([A-Z_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    assert len(found) == len(dict(found)), "a setting stands twice in .env.example"
    return dict(found)


def test_without_any_setting_the_bot_can_start() -> None:
    settings = load({}, NO_FILE)
    assert settings == Settings()
    assert settings.channels == ()
    assert settings.rules() == Rules()


def test_the_example_names_every_setting_and_no_other() -> None:
    assert set(example_lines()) == {known.name for known in KNOWN.values()}


def test_the_example_copied_as_it_is_changes_nothing(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(EXAMPLE.read_text())
    assert load({}, env_file) == Settings()


def test_the_values_in_the_example_are_the_defaults() -> None:
    shown = {name: text for name, text in example_lines().items() if text}
    assert load(shown, NO_FILE) == Settings()
    unset = {known.name for field, known in KNOWN.items() if getattr(Settings(), field) in ("", None, frozenset())}
    assert set(example_lines()) - set(shown) == unset


def test_what_is_set_reaches_the_rules() -> None:
    settings = load(
        {
            "DIALOOGREEKS_WORKING_HOURS": "8:30 - 16:00",
            "DIALOOGREEKS_WORKING_DAYS": "mon-wed, fri",
            "DIALOOGREEKS_LIBERATION_DAY": "always",
            "DIALOOGREEKS_CLOSED_DAYS": "2026-12-24, 2026-12-31",
            "DIALOOGREEKS_OFFERS_AT_ONCE": "4",
            "DIALOOGREEKS_ROUNDS": "1",
            "DIALOOGREEKS_ANSWER_HOURS": "1.5",
            "DIALOOGREEKS_ACUTE_ANSWER_HOURS": "1",
            "DIALOOGREEKS_STEERING_HOURS": "3",
            "DIALOOGREEKS_ACUTE_STEERING_HOURS": "0.5",
            "DIALOOGREEKS_PROMISED_DAYS": "3",
            "DIALOOGREEKS_ACUTE_PROMISED_DAYS": "0",
            "DIALOOGREEKS_TRAVEL_MINUTES": "90",
        },
        NO_FILE,
    )
    rules = settings.rules()
    assert (rules.week.opens, rules.week.closes) == (time(8, 30), time(16))
    assert rules.week.days == {0, 1, 2, 4}
    assert rules.week.extra_closed == {date(2026, 12, 24), date(2026, 12, 31)}
    assert not rules.week.is_working_day(date(2027, 5, 5))
    assert (rules.offers_at_once, rules.rounds) == (4, 1)
    assert (rules.answer_span, rules.acute_answer_span) == (timedelta(hours=1.5), timedelta(hours=1))
    assert (rules.steering_span, rules.acute_steering_span) == (timedelta(hours=3), timedelta(minutes=30))
    assert (rules.promised_days, rules.acute_promised_days) == (3, 0)
    assert rules.travel_margin == timedelta(minutes=90)
    thursday = datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert rules.week.next_opening(thursday) == datetime(2026, 12, 4, 7, 30, tzinfo=UTC)


def test_every_fault_is_told_at_once_each_with_what_was_expected() -> None:
    faults = faults_of(
        DATABASE_URL="mysql://localhost/dialogues",
        DIALOOGREEKS_LANGUAGE="fr",
        DIALOOGREEKS_ROUNDS="many",
        DIALOOGREEKS_WORKING_HOURS="17:00-09:00",
        DIALOOGREEKS_PROGRAMME_EMAIL="nobody",
    )
    assert len(faults) == 5
    assert 'DIALOOGREEKS_LANGUAGE is "fr"; expected nl or en.' in faults
    assert 'DIALOOGREEKS_ROUNDS is "many"; expected a whole number from 1 to 10.' in faults
    assert all(fault.endswith(".") and "expected" in fault for fault in faults)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "dialoogreeks.db"),
        ("DIALOOGREEKS_WORKING_DAYS", "mon-funday"),
        ("DIALOOGREEKS_WORKING_DAYS", "fri-mon"),
        ("DIALOOGREEKS_WORKING_HOURS", "25:00-26:00"),
        ("DIALOOGREEKS_CLOSED_DAYS", "2026-02-30"),
        ("DIALOOGREEKS_ANSWER_HOURS", "nan"),
        ("DIALOOGREEKS_ANSWER_HOURS", "0"),
        ("PLAYGROUND_PORT", "70000"),
        ("SLACK_TEAM_IDS", "T0123456,acme"),
        ("SLACK_ALSO_SERVE", "guest"),
        ("SLACK_ALSO_SERVE", "guests external"),
        ("SLACK_ALSO_SERVE", "guests,everybody"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_MODE", "websocket"),
        ("SLACK_PORT", "0"),
        ("SLACK_HOST", "http://localhost"),
        ("SLACK_COMMAND", "dialoog"),
        ("SLACK_COMMAND", "/Dialoog!"),
        ("SLACK_COMMAND", "/" + "d" * 32),
        ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
    ],
)
def test_a_value_of_the_wrong_shape_stops_the_start(name: str, text: str) -> None:
    (fault,) = faults_of(**{name: text})
    assert fault.startswith(name)
    assert "expected" in fault


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-very-secret-token"),
        ("SLACK_APP_TOKEN", "xoxb-very-secret-token"),
        ("SLACK_SIGNING_SECRET", "very-secret-token"),
        ("TELEGRAM_BOT_TOKEN", "very-secret-token"),
        ("DATABASE_URL", "mysql://me:very-secret-token@host/name"),
    ],
)
def test_a_wrong_secret_is_named_and_where_to_find_it_but_never_shown(name: str, wrong: str) -> None:
    told = " ".join(faults_of(**{name: wrong}))
    assert name in told
    assert "very-secret" not in told
    assert name == "DATABASE_URL" or "api.slack.com" in told or "@BotFather" in told


def test_settings_can_be_printed_without_giving_a_secret_away() -> None:
    url = "postgresql://me:pass%20word@db/dialogues"
    settings = load({"DATABASE_URL": url, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}, NO_FILE)
    assert BOT_TOKEN not in repr(settings)
    assert "pass%20word" not in repr(settings)
    assert set(settings.secrets) == {BOT_TOKEN, APP_TOKEN, "pass%20word", "pass word"}


def test_a_misspelt_setting_is_reported_with_the_one_that_was_meant() -> None:
    faults = faults_of(SLACK_BOT_TOKN="x", DIALOOGREEKS_LANGAUGE="en", TELEGRAM_TOKEN="x", database_url="x")
    assert "SLACK_BOT_TOKN is not a setting; did you mean SLACK_BOT_TOKEN?" in faults
    assert "DIALOOGREEKS_LANGAUGE is not a setting; did you mean DIALOOGREEKS_LANGUAGE?" in faults
    assert "TELEGRAM_TOKEN is not a setting; did you mean TELEGRAM_BOT_TOKEN?" in faults
    assert "database_url is not a setting; did you mean DATABASE_URL?" in faults
    assert len(faults) == 4


def test_a_setting_of_ours_that_does_not_exist_is_reported() -> None:
    (fault,) = faults_of(DIALOOGREEKS_COLOUR="blue")
    assert fault == "DIALOOGREEKS_COLOUR is not a setting; .env.example lists them all."


def test_settings_of_other_programs_do_not_stop_the_start() -> None:
    others = {
        "PATH": "/bin",
        "LANG": "nl_NL",
        "SLACK_WEBHOOK_URL": "x",
        "TELEGRAM_API_ID": "1",
        "DIALOOGREEKS_NOTHING_SKIPS": "1",
    }
    assert load(others, NO_FILE) == Settings()


def test_a_slack_token_alone_says_what_else_slack_needs() -> None:
    (fault,) = faults_of(SLACK_BOT_TOKEN=BOT_TOKEN)
    assert "SLACK_APP_TOKEN" in fault
    assert "SLACK_SIGNING_SECRET" in fault
    (fault,) = faults_of(SLACK_APP_TOKEN=APP_TOKEN)
    assert "SLACK_BOT_TOKEN" in fault


@pytest.mark.parametrize(("mode", "needed"), [("socket", "SLACK_APP_TOKEN"), ("http", "SLACK_SIGNING_SECRET")])
def test_a_mode_of_slack_without_what_it_needs_is_reported(mode: str, needed: str) -> None:
    both = {"SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET}
    other = {name: text for name, text in both.items() if name != needed}
    (fault,) = faults_of(SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_MODE=mode, **other)
    assert fault.startswith(f"SLACK_MODE is {mode}, which needs {needed} as well.")
    assert "api.slack.com" in fault


def test_slack_comes_over_a_socket_unless_only_http_is_set_up_or_it_was_chosen() -> None:
    app, http = {"SLACK_APP_TOKEN": APP_TOKEN}, {"SLACK_SIGNING_SECRET": SIGNING_SECRET}
    ways = [app, http, app | http, app | http | {"SLACK_MODE": "http"}, app | http | {"SLACK_MODE": "Socket"}]
    chosen = [load({"SLACK_BOT_TOKEN": BOT_TOKEN} | way, NO_FILE).slack_over for way in ways]
    assert chosen == ["socket", "http", "socket", "http", "socket"]


def test_slacks_requests_are_listened_for_on_this_computer_only_unless_set() -> None:
    assert (Settings().slack_host, Settings().slack_port) == ("127.0.0.1", 3000)
    wide = load({"SLACK_HOST": "0.0.0.0", "SLACK_PORT": "8443"}, NO_FILE)
    assert (wide.slack_host, wide.slack_port) == ("0.0.0.0", 8443)


@pytest.mark.parametrize(
    ("text", "served"),
    [
        ("", set()),
        ("guests", {"guests"}),
        ("External", {"external"}),
        ("guests, external", {"guests", "external"}),
        ("external,guests,", {"guests", "external"}),
    ],
)
def test_guests_and_people_of_other_workspaces_are_served_in_slack_where_that_is_set(
    text: str, served: set[str]
) -> None:
    assert load({"SLACK_ALSO_SERVE": text}, NO_FILE).slack_also_serve == served


def test_a_kind_of_people_that_does_not_exist_is_refused_with_those_that_do() -> None:
    (fault,) = faults_of(SLACK_ALSO_SERVE="gasten")
    assert fault.startswith('SLACK_ALSO_SERVE is "gasten"; expected one or more of guests, external, with commas')
    (fault,) = faults_of(SLACK_ALSO_SERVES="guests")
    assert fault == "SLACK_ALSO_SERVES is not a setting; did you mean SLACK_ALSO_SERVE?"


@pytest.mark.parametrize("missing", ["TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET"])
def test_a_webhook_of_telegram_without_what_it_needs_is_reported(missing: str) -> None:
    given = {
        "TELEGRAM_BOT_TOKEN": "123456789:" + "A" * 35,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_URL": "https://dialoog.example/telegram",
        "TELEGRAM_WEBHOOK_SECRET": "een-geheim-van-ons",
    }
    assert load(given, NO_FILE).telegram_mode == "webhook"
    (fault,) = faults_of(**{name: text for name, text in given.items() if name != missing})
    assert fault.startswith(f"TELEGRAM_MODE is webhook, which needs {missing} as well.")


def test_tokens_choose_the_channels() -> None:
    slack = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET}
    telegram = {"TELEGRAM_BOT_TOKEN": "123456789:" + "a" * 35}
    assert load(slack, NO_FILE).channels == ("slack",)
    assert load(telegram, NO_FILE).channels == ("telegram",)
    assert load(slack | telegram, NO_FILE).channels == ("slack", "telegram")


def test_the_file_is_read_and_the_environment_goes_first(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(b'\xef\xbb\xbfDIALOOGREEKS_ROUNDS=3\r\nexport DIALOOGREEKS_LANGUAGE="en"\r\n# note\r\n')
    settings = load({"DIALOOGREEKS_ROUNDS": "4"}, env_file)
    assert (settings.rounds, settings.language) == (4, "en")


def test_a_line_of_the_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("DIALOOGREEKS_ROUNDS=3\n'oops\nDIALOOGREEKS_LANGUAGE\n")
    faults = faults_of(env_file)
    assert [fault[:6] for fault in faults] == ["Line 2", "Line 3"]


def test_a_file_in_another_encoding_is_refused_and_named(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes("DIALOOGREEKS_LANGUAGE=nl # één".encode("utf-16"))
    (fault,) = faults_of(env_file)
    assert "UTF-8" in fault
