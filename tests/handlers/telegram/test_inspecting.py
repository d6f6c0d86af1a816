"""What is found out about Telegram's token: asked of the stand-in, or of something that is not Telegram at all."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Literal

import pytest

from handlers.telegram import token_check
from handlers.telegram.token_check import Found, Point, can_bring_to, inspect
from tests.handlers.slack.far_side import Answer, answering
from tests.telegram.orders import Behaviour, Dropped, Fails, Status, TooMany
from tests.telegram.stand_in import TelegramStandIn

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
TOKEN = "123456789:" + "a" * 35
OURS = "https://dialoog.example.org/telegram"
TELEGRAM = "https://api.telegram.org"
ME = {"id": 123456789, "is_bot": True, "first_name": "Dialoog", "username": "dialoog_bot"}


@pytest.fixture
async def far() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(clock=NOW.timestamp) as stand_in:
        yield stand_in


async def found(
    far: TelegramStandIn,
    over: Literal["polling", "webhook"] = "polling",
    *,
    token: str = "",
    url: str = "",
    now: datetime = NOW,
) -> list[Found]:
    given = partial(inspect, token=token or far.token, api_url=far.api_url, now=now)
    return await asyncio.to_thread(given, over=over, webhook_url=url)


def answered(me: Answer, hook: Answer | None = None) -> list[Found]:
    standing = good({"url": "", "has_custom_certificate": False, "pending_update_count": 0})
    with answering(getMe=me, getWebhookInfo=hook or standing) as address:
        return inspect(token=TOKEN, api_url=address, over="polling", now=NOW)


def good(result: object) -> Answer:
    return Answer({"ok": True, "result": result})


async def test_a_good_token_is_found_good_with_the_name_of_its_bot(far: TelegramStandIn) -> None:
    assert await found(far) == [Found(Point.BOT, far.username), Found(Point.POLLING)]


async def test_a_wrong_token_is_told_and_nothing_more_is_asked(far: TelegramStandIn) -> None:
    assert await found(far, token=TOKEN) == [Found(Point.REFUSED)]
    assert [call.method for call in far.calls.made] == ["getMe"]


async def test_what_nobody_foresaw_is_told_with_telegrams_own_words(far: TelegramStandIn) -> None:
    far.orders.give("getMe", Fails("Bad Request: Logged out"))
    assert await found(far) == [Found(Point.OTHERWISE, "Logged out")]


async def test_a_webhook_that_stands_in_the_way_of_polling_is_told_without_its_path(far: TelegramStandIn) -> None:
    far.webhook.set({"url": "https://elsewhere.example.org/a-secret-path"})
    assert (await found(far))[1] == Found(Point.HOOK_BEFORE_POLLING, "elsewhere.example.org")


async def test_the_webhook_that_is_wanted_is_found_good(far: TelegramStandIn) -> None:
    far.webhook.set({"url": OURS})
    assert await found(far, "webhook", url=OURS) == [Found(Point.BOT, far.username), Found(Point.HOOK, "0")]


async def test_a_webhook_that_is_not_there_yet_or_leads_elsewhere_is_told(far: TelegramStandIn) -> None:
    assert (await found(far, "webhook", url=OURS))[1] == Found(Point.HOOK_ABSENT)
    far.webhook.set({"url": "https://elsewhere.example.org/hook"})
    assert (await found(far, "webhook", url=OURS))[1] == Found(Point.HOOK_ELSEWHERE, "elsewhere.example.org")


@pytest.mark.parametrize(
    ("ago", "point"), [(timedelta(minutes=5), Point.HOOK_FAILING), (timedelta(days=1), Point.HOOK)]
)
async def test_what_could_not_be_brought_lately_is_told(far: TelegramStandIn, ago: timedelta, point: Point) -> None:
    far.webhook.pause = 60.0
    far.webhook.set({"url": "http://127.0.0.1:1/nobody"})
    await far.person("Anna").start()
    await far.until(lambda: far.webhook.deliveries)
    last = (await found(far, "webhook", url="http://127.0.0.1:1/nobody", now=NOW + ago))[-1]
    assert last.point is point
    assert last.point is Point.HOOK or last.detail == "Connection refused"


@pytest.mark.parametrize("url", ["https://dialoog.example.org:9000/telegram", "http://dialoog.example.org/telegram"])
def test_an_address_that_telegram_never_calls_is_known_beforehand(url: str) -> None:
    assert not can_bring_to(url, TELEGRAM)
    assert can_bring_to(url, "http://bot-api.internal:8081"), "a server of one's own calls any"


@pytest.mark.parametrize("url", [OURS, "https://dialoog.example.org:8443/telegram"])
def test_an_address_that_telegram_calls_is_taken_for_one(url: str) -> None:
    assert can_bring_to(url, TELEGRAM)


async def test_a_bot_that_is_handed_all_that_is_said_in_groups_is_told() -> None:
    async with TelegramStandIn(privacy=False) as far:
        assert Found(Point.HEARS_ALL) in await found(far)


def test_a_bot_that_cannot_be_brought_into_groups_is_told() -> None:
    assert Found(Point.NO_GROUPS) in answered(good(ME | {"can_join_groups": False}))
    assert Found(Point.NO_GROUPS) not in answered(good(ME | {"can_join_groups": True}))


def test_a_far_side_that_is_not_there_is_told_once() -> None:
    nobody = "http://127.0.0.1:1"
    assert inspect(token=TOKEN, api_url=nobody, over="polling", now=NOW) == [Found(Point.UNREACHABLE, "no connection")]


@pytest.mark.parametrize(
    "answer",
    [
        Answer("<html>Log in to the network</html>"),
        Answer("<html>No such page here</html>", status=404),
        Answer("down", status=503),
        Answer({"ok": True}),
        Answer({"ok": True, "result": {"team": "T0000001"}}),
        Answer([1, 2]),
    ],
)
def test_an_answer_that_is_not_telegrams_is_not_taken_for_one(answer: Answer) -> None:
    (lost,) = answered(answer)
    assert lost.point is Point.UNREACHABLE
    assert "network" not in lost.detail
    assert "page" not in lost.detail


@pytest.mark.parametrize("trouble", [Status(502), Dropped()])
async def test_telegram_being_down_or_cut_off_is_not_the_tokens_fault(far: TelegramStandIn, trouble: Behaviour) -> None:
    far.orders.give("getMe", trouble)
    (lost,) = await found(far)
    assert lost.point is Point.UNREACHABLE


def test_a_far_side_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_check, "SECONDS", 1)
    assert answered(Answer({"ok": True, "result": ME}, after=30)) == [Found(Point.UNREACHABLE, "no answer")]


async def test_telegram_asking_to_wait_says_nothing_about_the_token(far: TelegramStandIn) -> None:
    far.orders.give("getWebhookInfo", TooMany(7))
    assert await found(far) == [Found(Point.BOT, far.username), Found(Point.BUSY, "7")]


async def test_nothing_is_changed_there_and_nothing_waiting_is_taken(far: TelegramStandIn) -> None:
    far.webhook.set({"url": OURS})
    await found(far)
    assert [call.method for call in far.calls.made] == ["getMe", "getWebhookInfo"]


def test_no_token_is_in_what_was_found_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        told = repr([answered(Answer(body, status)) for body, status in [("<html>", 200), ("{}", 404), ("no", 401)]])
    assert TOKEN not in told
    assert TOKEN not in caplog.text
