"""What is found out about tokens: asked over HTTP of something that answers as Slack does, or does not."""

import asyncio

import pytest

from handlers.slack import token_check
from handlers.slack.scopes import BOT_SCOPES
from handlers.slack.token_check import Found, Point, inspect
from tests.handlers.slack.far_side import APP_TOKEN, BOT_TOKEN, OPENED, OWN, Answer, answering, granted, refused
from tests.slack.orders import Dropped, Status
from tests.slack.stand_in import SlackStandIn


def found(*, teams: tuple[str, ...] = (), app_token: str = APP_TOKEN, **answers: Answer) -> list[Found]:
    given = {"auth_test": granted(*BOT_SCOPES), "apps_connections_open": Answer(OPENED), **answers}
    with answering(**given) as address:
        return inspect(bot_token=BOT_TOKEN, app_token=app_token, api_url=address, team_ids=teams)


def points(results: list[Found]) -> list[Point]:
    return [one.point for one in results]


def test_good_tokens_are_found_good() -> None:
    assert found() == [Found(Point.BOT, "T0000001"), Found(Point.APP)]


def test_over_http_there_is_no_app_token_to_ask_about() -> None:
    assert points(found(app_token="")) == [Point.BOT]


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked", "token_expired"])
def test_a_wrong_bot_token_is_told_from_a_wrong_app_token(error: str) -> None:
    assert found(auth_test=refused(error)) == [Found(Point.BOT_REFUSED, error), Found(Point.APP)]
    assert found(apps_connections_open=refused(error))[1] == Found(Point.APP_REFUSED, error)


def test_an_app_token_without_its_scope_is_told_so() -> None:
    assert found(apps_connections_open=refused("missing_scope"))[1].point is Point.APP_SCOPE


def test_what_nobody_foresaw_is_told_with_slacks_own_word_for_it() -> None:
    assert found(auth_test=refused("something_new"))[0] == Found(Point.BOT_OTHERWISE, "something_new")
    assert found(apps_connections_open=refused("something_new"))[1] == Found(Point.APP_OTHERWISE, "something_new")


def test_the_scopes_that_the_token_lacks_are_named() -> None:
    some = [scope for scope in BOT_SCOPES if scope not in {"files:write", "users:read.email"}]
    assert found(auth_test=granted(*some))[1] == Found(Point.SCOPES, "files:write, users:read.email")


def test_further_scopes_do_no_harm() -> None:
    assert points(found(auth_test=granted(*BOT_SCOPES, "team:read"))) == [Point.BOT, Point.APP]


def test_a_token_of_a_workspace_that_is_not_to_be_served_is_found() -> None:
    assert found(teams=("T0000002",))[1] == Found(Point.ELSEWHERE, "T0000001")
    assert points(found(teams=("T0000001",))) == [Point.BOT, Point.APP]


def test_a_workspace_counts_as_served_by_the_id_of_its_organisation() -> None:
    of_grid = granted(*BOT_SCOPES, enterprise_id="E0000001")
    assert points(found(auth_test=of_grid, teams=("E0000001",))) == [Point.BOT, Point.APP]


def test_a_workspace_that_this_token_does_not_reach_is_named() -> None:
    assert found(teams=("T0000001", "T0000002"))[1] == Found(Point.FURTHER, "T0000002")
    everywhere = granted(*BOT_SCOPES, enterprise_id="E0000001", is_enterprise_install=True)
    assert points(found(auth_test=everywhere, teams=("T0000002", "T0000003"))) == [Point.BOT, Point.APP]


def test_a_far_side_that_is_not_there_is_told_once() -> None:
    tokens = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN}
    assert inspect(**tokens, api_url="http://127.0.0.1:1/api") == [Found(Point.UNREACHABLE, "Connection refused")]


@pytest.mark.parametrize(
    "answer", [Answer("<html>Log in to the network</html>"), Answer("down", status=503), Answer({"ok": False}, 500)]
)
def test_an_answer_that_is_not_slacks_is_not_taken_for_one(answer: Answer) -> None:
    (lost,) = found(auth_test=answer)
    assert lost.point is Point.UNREACHABLE
    assert "HTTP" in lost.detail
    assert "network" not in lost.detail


def test_a_far_side_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_check, "SECONDS", 1)
    assert found(auth_test=Answer(OWN, after=30)) == [Found(Point.UNREACHABLE, "no answer within 1 seconds")]


def test_slack_asking_to_wait_says_nothing_about_the_token() -> None:
    busy = Answer({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "7"})
    assert found(auth_test=busy) == [Found(Point.BUSY, "7")]
    assert found(apps_connections_open=busy) == [Found(Point.BOT, "T0000001"), Found(Point.BUSY, "7")]


def test_no_token_is_in_what_was_found() -> None:
    told = repr(found(auth_test=refused("invalid_auth"), apps_connections_open=refused("invalid_auth")))
    assert BOT_TOKEN not in told
    assert APP_TOKEN not in told


async def inspected(slack: SlackStandIn, **tokens: str) -> list[Found]:
    given = {"bot_token": slack.bot_token, "app_token": slack.app_token} | tokens
    return await asyncio.to_thread(inspect, **given, api_url=slack.api_url)


async def test_an_app_that_was_made_from_the_manifest_lacks_nothing() -> None:
    async with SlackStandIn(scopes=" ".join(BOT_SCOPES)) as slack:
        assert await inspected(slack) == [Found(Point.BOT, slack.workspace.team), Found(Point.APP)]
        assert slack.calls.made[-1].method == "apps.connections.open"


async def test_tokens_that_stand_in_each_others_place_are_both_refused() -> None:
    async with SlackStandIn() as slack:
        swapped = await inspected(slack, bot_token=slack.app_token, app_token=slack.bot_token)
        assert swapped == [
            Found(Point.BOT_REFUSED, "not_allowed_token_type"),
            Found(Point.APP_REFUSED, "not_allowed_token_type"),
        ]


async def test_a_bot_that_was_removed_from_the_workspace_is_told_so() -> None:
    async with SlackStandIn() as slack:
        await slack.uninstall()
        assert (await inspected(slack))[0] == Found(Point.BOT_REFUSED, "account_inactive")


async def test_slack_being_down_or_cut_off_is_not_the_tokens_fault() -> None:
    for trouble in (Status(503), Dropped()):
        async with SlackStandIn() as slack:
            slack.orders.give("auth.test", trouble)
            assert points(await inspected(slack)) == [Point.UNREACHABLE]
