"""What Slack may answer, row by row: what the channel makes of it, and what it does next."""

import asyncio
import logging

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from flows.engine.views.view import View
from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.slack.errors import (
    CODES,
    LOST_PAUSE,
    TABLE,
    UNSAID_WAIT,
    EditImpossible,
    FaultOfOurs,
    Meaning,
    RateLimited,
    WorkspaceLost,
    meaning_of,
)
from handlers.slack.sending.api import ApiClient, web_client
from handlers.slack.sending.channel import SlackChannel
from handlers.slack.sending.rate_limits import RateLimiter
from tests.handlers.slack.counter import TEXTS, Counter
from tests.slack.member import Member
from tests.slack.orders import Behaviour, Dropped, Fails, Status, ThenSilence, TooMany

HELLO = View("Hallo")


async def _failure(counter: Counter, anna: Member, behaviour: Behaviour) -> RetryLater | NeverDeliverable:
    counter.slack.orders.give("chat.postMessage", behaviour)
    with pytest.raises((RetryLater, NeverDeliverable)) as failure:
        await counter.channel.send(anna.id, HELLO)
    assert isinstance(failure.value, RetryLater | NeverDeliverable)
    return failure.value


def _coded(*meanings: Meaning) -> list[str]:
    return sorted(code for code, meaning in CODES.items() if meaning in meanings)


@pytest.mark.parametrize("code", _coded(Meaning.GONE))
async def test_somebody_who_is_gone_is_not_reached_this_way_any_more(counter: Counter, anna: Member, code: str) -> None:
    failure = await _failure(counter, anna, Fails(code))
    assert isinstance(failure, NeverDeliverable)
    assert (str(failure), failure.unreachable) == (code, True)


@pytest.mark.parametrize("code", _coded(Meaning.REFUSED))
async def test_a_message_that_is_not_taken_here_leaves_its_reader_in_reach(
    counter: Counter, anna: Member, code: str
) -> None:
    failure = await _failure(counter, anna, Fails(code))
    assert isinstance(failure, NeverDeliverable)
    assert (str(failure), failure.unreachable) == (code, False)


@pytest.mark.parametrize("code", _coded(Meaning.LATER, Meaning.UNSURE))
async def test_a_passing_trouble_is_tried_again_with_back_off(counter: Counter, anna: Member, code: str) -> None:
    failure = await _failure(counter, anna, Fails(code))
    assert isinstance(failure, RetryLater)
    assert (str(failure), failure.seconds) == (code, None)
    assert failure.maybe_sent is (CODES[code] is Meaning.UNSURE)


async def test_a_code_that_nobody_knows_is_tried_again_and_named(counter: Counter, anna: Member) -> None:
    failure = await _failure(counter, anna, Fails("brand_new_error"))
    assert isinstance(failure, RetryLater)
    assert (str(failure), failure.seconds, failure.maybe_sent) == ("brand_new_error", None, False)


@pytest.mark.parametrize("code", _coded(Meaning.SLOWER))
async def test_too_much_at_once_waits_even_where_slack_does_not_say_how_long(
    counter: Counter, anna: Member, code: str
) -> None:
    failure = await _failure(counter, anna, Fails(code))
    assert isinstance(failure, RateLimited)
    assert failure.seconds == UNSAID_WAIT


async def test_too_much_at_once_waits_as_long_as_slack_says(counter: Counter, anna: Member) -> None:
    failure = await _failure(counter, anna, TooMany(17))
    assert isinstance(failure, RateLimited)
    assert (failure.seconds, failure.maybe_sent) == (17, False)


@pytest.mark.parametrize("code", _coded(Meaning.OURS))
async def test_a_call_that_slack_does_not_understand_is_a_fault_of_ours_and_logged(
    counter: Counter, anna: Member, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    failure = await _failure(counter, anna, Fails(code))
    assert isinstance(failure, FaultOfOurs)
    assert (str(failure), failure.unreachable) == (code, False)
    (line,) = caplog.records
    assert (line.levelno, line.__dict__["action"]) == (logging.ERROR, "slack.fault")
    assert code in line.getMessage()


@pytest.mark.parametrize("code", _coded(Meaning.LOST))
async def test_when_the_workspace_does_not_take_the_token_everything_waits_and_the_log_says_so_once(
    counter: Counter, anna: Member, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    counter.slack.workspace.token_fault = code
    for _ in range(20):
        with pytest.raises(WorkspaceLost) as lost:
            await counter.channel.send(anna.id, HELLO)
        assert (lost.value.seconds, lost.value.maybe_sent) == (LOST_PAUSE, False)
        assert code in str(lost.value)
    assert len(counter.slack.calls.made) == 1
    assert [(line.levelno, line.__dict__["action"]) for line in caplog.records] == [
        (logging.CRITICAL, "slack.token_lost")
    ]


async def test_when_the_workspace_takes_the_token_again_all_goes_on(counter: Counter, anna: Member) -> None:
    counter.slack.workspace.token_fault = "token_revoked"
    with pytest.raises(WorkspaceLost):
        await counter.channel.send(anna.id, HELLO)
    counter.slack.workspace.token_fault = None
    with pytest.raises(WorkspaceLost):
        await counter.channel.find("anna.de.vries@example.org")
    counter.seconds += LOST_PAUSE
    await counter.channel.send(anna.id, HELLO)
    assert len(counter.posts(anna)) == 1


@pytest.mark.parametrize("code", _coded(Meaning.NOT_ALLOWED))
async def test_what_the_app_may_not_do_waits_and_the_rest_goes_on(
    counter: Counter, anna: Member, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    counter.slack.orders.give("chat.postMessage", Fails(code), times=None)
    for _ in range(3):
        with pytest.raises(WorkspaceLost, match=code):
            await counter.channel.send(anna.id, HELLO)
    assert await counter.channel.find("anna.de.vries@example.org") == anna.id
    assert counter.named("chat.postMessage") == 1
    assert [line.__dict__["action"] for line in caplog.records] == ["slack.not_allowed"]


@pytest.mark.parametrize("code", [*_coded(Meaning.FIXED), "channel_not_found", "is_archived", "not_in_channel"])
async def test_a_message_that_cannot_be_changed_any_more_makes_way_for_a_new_one(
    counter: Counter, anna: Member, code: str
) -> None:
    ref = await counter.channel.send(anna.id, HELLO)
    counter.slack.orders.give("chat.update", Fails(code))
    with pytest.raises(EditImpossible, match=code) as fixed:
        await counter.channel.replace(anna.id, ref, HELLO)
    assert not fixed.value.unreachable


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_in_trouble_may_have_taken_the_message(counter: Counter, anna: Member, status: int) -> None:
    failure = await _failure(counter, anna, Status(status))
    assert isinstance(failure, RetryLater)
    assert (str(failure), failure.seconds, failure.maybe_sent) == (f"http {status}", None, True)


@pytest.mark.parametrize("behaviour", [Dropped(), Dropped(after_effect=True), ThenSilence()], ids=repr)
async def test_without_an_answer_nobody_knows_whether_the_message_arrived(
    counter: Counter, anna: Member, behaviour: Behaviour
) -> None:
    counter.awaits_silence()
    failure = await _failure(counter, anna, behaviour)
    assert isinstance(failure, RetryLater)
    assert (str(failure), failure.maybe_sent) == ("no answer", True)
    assert counter.named("chat.postMessage") == 1


async def test_the_library_sends_nothing_a_second_time_by_itself(counter: Counter, anna: Member) -> None:
    patient = SlackChannel(ApiClient(counter.web.client, counter.pace, call_seconds=10), TEXTS)
    counter.slack.orders.give("chat.postMessage", Dropped(after_effect=True))
    with pytest.raises(RetryLater, match="no answer"):
        await patient.send(anna.id, HELLO)
    assert len(counter.posts(anna)) == 1


async def test_without_a_connection_nothing_was_sent() -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with ClientSession() as session:
        asking = ApiClient(web_client("xoxb-1", f"http://127.0.0.1:{port}/api/", session), RateLimiter())
        with pytest.raises(RetryLater, match="no connection") as failure:
            await SlackChannel(asking, TEXTS).send("U1", HELLO)
    assert not failure.value.maybe_sent


def test_the_table_has_each_code_in_one_row() -> None:
    written = [code for codes in TABLE.values() for code in codes.split()]
    assert len(written) == len(CODES) > 90
    assert set(TABLE) == set(Meaning)
    assert meaning_of("chat.postMessage", "is_archived") is Meaning.GONE
    assert meaning_of("chat.update", "is_archived") is Meaning.FIXED


async def test_no_failure_tells_the_log_what_was_said_or_to_whom(
    counter: Counter, anna: Member, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "handlers")
    for behaviour in (Fails("invalid_blocks"), Fails("missing_scope"), TooMany(1)):
        await _failure(counter, anna, behaviour)
        counter.seconds += LOST_PAUSE
    assert "Hallo" not in caplog.text
    assert anna.id not in caplog.text


async def test_an_answer_that_is_no_json_is_no_answer_to_rely_on() -> None:
    async def gibberish(_request: web.Request) -> web.Response:
        return web.Response(text="{not json", content_type="application/json")

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", gibberish)
    async with TestServer(app) as server, ClientSession() as session:
        asking = ApiClient(web_client("xoxb-1", str(server.make_url("/api/")), session), RateLimiter())
        with pytest.raises(RetryLater, match="http 200") as failure:
            await SlackChannel(asking, TEXTS).send("U1", HELLO)
    assert failure.value.maybe_sent
