"""How the stand-in brings things to the app: signed, again, twice, over several connections."""

import json
from typing import Any

import pytest

from tests.slack import event
from tests.slack.answer import Answer
from tests.slack.conftest import Hands
from tests.slack.echo import Echo
from tests.slack.screen import NotThere
from tests.slack.stand_in import SlackStandIn


async def test_an_event_that_nobody_took_is_brought_again_with_the_same_id(
    slack: SlackStandIn, http_echo: Echo
) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    slack.outward.sleep = sleep
    anna = slack.person("Anna de Vries")
    http_echo.deaf = 3
    await anna.change_profile(title="Adviseur")
    await slack.settled()
    assert waits == [0.0, 60.0, 300.0]
    assert [one.status for one in slack.outward.deliveries[-1].answers] == [503, 503, 503, 200]
    assert len(http_echo.heard("user_change")) == 1


async def test_a_retry_says_that_it_is_one_over_http(slack: SlackStandIn, http_echo: Echo) -> None:
    headers: list[dict[str, Any]] = []

    @http_echo.app.middleware
    async def note(req: Any, next_: Any) -> None:
        headers.append(req.headers)
        await next_()

    slack.outward.retries = (0.0,)
    http_echo.deaf = 1
    await slack.person("Anna de Vries").change_profile(title="Adviseur")
    await slack.settled()
    assert headers[0]["x-slack-retry-num"] == ["1"]
    assert headers[0]["x-slack-retry-reason"] == ["http_error"]


async def test_over_a_socket_a_retry_looks_like_the_first_time(slack: SlackStandIn) -> None:
    async def patiently(_seconds: float) -> None:
        slack.outward.patience = 60.0

    async with Echo(slack, "socket") as app:
        slack.outward.patience, slack.outward.retries = 0.05, (0.0,)
        slack.outward.sleep = patiently
        waited: list[Any] = []

        @app.app.middleware
        async def forget_the_first(req: Any, next_: Any, body: Any) -> Any:
            waited.append(body)
            if len(waited) > 1:
                return await next_()
            return None

        await slack.person("Anna de Vries").change_profile(title="Adviseur")
        await slack.settled()
        assert [one["event_id"] for one in waited] == [waited[0]["event_id"]] * 2
        assert len(app.heard("user_change")) == 1


async def test_a_delivery_is_repeated_when_that_is_ordered(slack: SlackStandIn, echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    slack.outward.repeat("slash_commands", copies=3)
    await anna.command("/dialoog", "once")
    assert len(echo.heard("command")) == 3
    assert len({body["trigger_id"] for body in echo.heard("command")}) == 1
    await slack.outward.replay(slack.outward.deliveries[-1])
    assert len(echo.heard("command")) == 4
    slack.outward.repeat("slash_commands", copies=2, together=True)
    await anna.command("/dialoog", "twice")
    assert [body["text"] for body in echo.heard("command")[4:]] == ["twice", "twice"]


async def test_a_wrong_or_old_signature_is_of_no_use(slack: SlackStandIn, http_echo: Echo) -> None:
    anna = slack.person("Anna de Vries")
    payload = event.wrapped(slack.workspace, event.user_change(slack.workspace, anna.member))
    old = await slack.outward.http.send("events_api", payload, 3.0, None, age=301)
    slack.outward.http.secret = "somebody-else"
    forged = await slack.outward.http.send("events_api", payload, 3.0, None)
    assert (old.status, forged.status) == (401, 401)
    assert http_echo.seen == []


async def test_each_delivery_goes_over_one_of_several_connections(slack: SlackStandIn) -> None:
    async with Echo(slack, "socket") as first, Echo(slack, "socket") as second:
        await slack.until(lambda: len(slack.sockets.open) == 2)
        anna = slack.person("Anna de Vries")
        for title in ("a", "b", "c", "d"):
            await anna.change_profile(title=title)
        assert (len(first.heard("user_change")), len(second.heard("user_change"))) == (2, 2)


async def test_a_connection_that_is_cut_or_refreshed_comes_back(slack: SlackStandIn) -> None:
    async with Echo(slack, "socket", ping_interval=0.2) as app:
        anna = slack.person("Anna de Vries")
        before = slack.sockets.open[0]
        await slack.sockets.ask_to_reconnect()
        await slack.until(lambda: slack.sockets.open and slack.sockets.open[0] is not before)
        await anna.change_profile(title="after the refresh")
        before = slack.sockets.open[0]
        slack.sockets.drop()
        await slack.until(lambda: slack.sockets.open and slack.sockets.open[0] is not before)
        await anna.change_profile(title="after the cut")
        assert len(app.heard("user_change")) == 2


async def test_nobody_connected_means_nobody_answers(slack: SlackStandIn) -> None:
    anna = slack.person("Anna de Vries")
    await anna.command("/dialoog")
    assert anna.troubles == ["/dialoog failed: connection_failed"]


async def test_the_app_hears_only_what_its_scopes_let_it_hear(slack: SlackStandIn, http_echo: Echo) -> None:
    slack.workspace.scopes -= {"im:history", "users:read"}
    anna = slack.person("Anna de Vries")
    await anna.dm("hello?")
    await anna.change_profile(title="Adviseur")
    assert http_echo.seen == []
    assert slack.outward.deliveries == []


async def test_the_app_is_told_of_too_many_events(slack: SlackStandIn, http_echo: Echo) -> None:
    slack.outward.retries = ()
    await slack.rate_limit_events()
    told = slack.outward.deliveries[-1]
    assert told.payload["type"] == "app_rate_limited"
    assert told.payload["minute_rate_limited"] % 60 == 0


async def test_processes_behind_a_balancer_take_turns(slack: SlackStandIn, http_echo: Echo) -> None:
    here = slack.outward.http.urls[0]
    async with Echo(slack, "http") as other:
        slack.listen_at(here, *slack.outward.http.urls)
        anna = slack.person("Anna de Vries")
        await anna.change_profile(title="a")
        await anna.change_profile(title="b")
        assert (len(http_echo.heard("user_change")), len(other.heard("user_change"))) == (1, 1)


def test_an_answer_is_a_value() -> None:
    assert Answer(200).ok
    assert not Answer(0, reason="http_timeout").ok
    assert json.dumps(Answer(200, {"text": "x"}).body) == '{"text": "x"}'


async def test_a_workspace_of_an_organisation_names_both_everywhere(clock: Hands) -> None:
    async with SlackStandIn(clock=clock, team="T0OTHER", enterprise="E0RIJK") as slack:
        slack.outward.retries = ()
        anna, guest = slack.person("Anna de Vries"), slack.person("Gast", team="T0ELDERS")
        await anna.command("/dialoog")
        await anna.global_shortcut("ask")
        await guest.global_shortcut("ask")
        await anna.open_home()
        command, shortcut, foreign, opened = [one.payload for one in slack.outward.deliveries]
        assert (command["team_id"], command["enterprise_id"]) == ("T0OTHER", "E0RIJK")
        assert (shortcut["team"]["id"], shortcut["enterprise"]["id"]) == ("T0OTHER", "E0RIJK")
        assert (foreign["team"]["id"], foreign["user"]["team_id"]) == ("T0OTHER", "T0ELDERS")
        assert (opened["team_id"], opened["authorizations"][0]["enterprise_id"]) == ("T0OTHER", "E0RIJK")


async def test_without_their_scope_there_are_no_commands(slack: SlackStandIn) -> None:
    slack.workspace.scopes.discard("commands")
    anna = slack.person("Anna de Vries")
    with pytest.raises(NotThere, match="commands"):
        await anna.command("/dialoog")
    with pytest.raises(NotThere, match="shortcuts"):
        await anna.global_shortcut("ask")
