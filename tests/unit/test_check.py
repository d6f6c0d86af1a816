"""What ``check`` tells the person who sets the bot up in Slack."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands import check, slack_manifest
from bot.commands.check_slack import SAID
from bot.commands.finding import Finding, Mark
from bot.config.settings import Settings, load
from handlers.slack import rate_limited
from handlers.slack.scopes import BOT_SCOPES
from handlers.slack.token_check import Point
from storage.database import schema
from storage.database.unit_of_work import Store
from tests.handlers.slack.far_side import APP_TOKEN, BOT_TOKEN, OPENED, Answer, answering, granted, refused

DOCS = (Path(__file__).parents[2] / "docs" / "slack.md").read_text(encoding="utf-8")
SECRET = "0123456789abcdef" * 2


def settings_at(folder: Path, api_url: str, **more: str) -> Settings:
    given = {
        "DATABASE_URL": f"sqlite:///{folder / 'check.db'}",
        "SLACK_API_URL": api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
    }
    return load(given | more, folder / ".env")


def told(folder: Path, /, auth_test: Answer, opened: Answer | None = None, **more: str) -> list[Finding]:
    with answering(auth_test=auth_test, apps_connections_open=opened or Answer(OPENED)) as address:
        found = check.findings(settings_at(folder, address, **more))
        return [finding for finding in found if finding.subject == "Slack"]


def test_good_tokens_are_told_with_the_workspace_they_are_of(tmp_path: Path) -> None:
    assert told(tmp_path, granted(*BOT_SCOPES)) == [
        Finding(Mark.GOOD, "Slack", "the bot token works, in T0000001"),
        Finding(Mark.GOOD, "Slack", "the app token works: Slack reaches the bot over Socket Mode"),
    ]


def test_wrong_tokens_are_both_told_with_where_to_find_the_right_ones(tmp_path: Path) -> None:
    bot, app = told(tmp_path, refused("invalid_auth"), refused("invalid_auth"))
    assert (bot.mark, app.mark) == (Mark.BAD, Mark.BAD)
    assert "SLACK_BOT_TOKEN (invalid_auth)" in bot.text
    assert "OAuth & Permissions" in bot.text
    assert "SLACK_APP_TOKEN (invalid_auth)" in app.text
    assert "App-Level Tokens" in app.text


def test_a_lacking_scope_is_told_with_what_it_is_for(tmp_path: Path) -> None:
    _, lacks, _ = told(tmp_path, granted(*(set(BOT_SCOPES) - {"files:write"})))
    assert lacks.mark is Mark.BAD
    assert lacks.text.startswith("the bot token lacks files:write (to send the calendar file of a session).")
    assert "install the app again" in lacks.text


def test_a_workspace_that_is_not_named_is_told(tmp_path: Path) -> None:
    _, elsewhere, _ = told(tmp_path, granted(*BOT_SCOPES), SLACK_TEAM_IDS="T0000002")
    assert elsewhere.mark is Mark.BAD
    assert elsewhere.text.startswith("the bot token is of T0000001, which SLACK_TEAM_IDS does not name.")


def test_over_http_the_app_token_is_left_alone_and_the_way_in_is_told(tmp_path: Path) -> None:
    way = {"SLACK_MODE": "http", "SLACK_SIGNING_SECRET": SECRET, "SLACK_PORT": "3100"}
    bot, http = told(tmp_path, granted(*BOT_SCOPES), refused("invalid_auth"), **way)
    assert (bot.mark, http.mark) == (Mark.GOOD, Mark.NOTE)
    assert "127.0.0.1:3100/slack/events" in http.text


def test_a_slack_that_cannot_be_reached_is_told_in_a_sentence(tmp_path: Path) -> None:
    found = list(check.findings(settings_at(tmp_path, "http://127.0.0.1:1/api")))
    lost = next(finding for finding in found if finding.subject == "Slack")
    assert lost.mark is Mark.BAD
    assert lost.text.startswith("http://127.0.0.1:1/api cannot be reached: Connection refused.")
    assert {"Database", "Tables", "Programme"} <= {finding.subject for finding in found}


@pytest.mark.parametrize(("ago", "marks"), [(timedelta(hours=3), [Mark.NOTE]), (timedelta(days=2), [])])
def test_events_that_slack_held_back_lately_are_told(tmp_path: Path, ago: timedelta, marks: list[Mark]) -> None:
    store = Store(f"sqlite:///{tmp_path / 'check.db'}")
    schema.upgrade(store)
    with store.begin() as uow:
        rate_limited.keep(uow, datetime.now(UTC) - ago)
    store.close()
    held = [finding for finding in told(tmp_path, granted(*BOT_SCOPES)) if "held events back" in finding.text]
    assert [finding.mark for finding in held] == marks


def test_no_token_is_ever_told(tmp_path: Path) -> None:
    every = repr(told(tmp_path, refused("invalid_auth"), refused("missing_scope")))
    assert BOT_TOKEN not in every
    assert APP_TOKEN not in every


@pytest.mark.parametrize("point", Point)
def test_the_guide_says_what_to_do_about_each_thing_that_can_be_told(point: Point) -> None:
    mark, text = SAID[point]
    first = text.replace("{SLACK_API_URL}", "…").replace("{detail}", "…").split(". ")[0].removesuffix(".")
    assert mark is Mark.GOOD or f"| {first} |" in DOCS


def test_the_manifest_is_printed_as_the_settings_have_it() -> None:
    grid = load(
        {"SLACK_COMMAND": "/gesprek", "SLACK_TEAM_IDS": "E0123456", "DIALOOGREEKS_LANGUAGE": "en"}, Path("none")
    )
    printed = slack_manifest.printed(grid, url="https://bot.example.org")
    assert '"command": "/gesprek"' in printed
    assert '"org_deploy_enabled": true' in printed
    assert "Ask for a dialogue" in printed
    assert "Dialoog aanvragen" in slack_manifest.printed(grid, language="nl")
