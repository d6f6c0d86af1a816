"""Home tabs are kept up to date within Slack's limits, by a clock that the test moves: nobody here really waits."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest

from flows.engine.views.view import HomePage
from handlers.slack.sending import home_tab_publisher
from handlers.slack.sending.api import ApiClient
from handlers.slack.sending.home_tab_publisher import (
    AGAIN,
    BETWEEN,
    LOOKS_FOR,
    LOOKS_NOW,
    PAUSE,
    REMEMBERED,
    TRIES,
    TRUSTED,
    FrontDoor,
)
from handlers.slack.sending.rate_limits import RateLimiter
from tests.handlers.slack.lookers import Answered, House, Inline, NotingSlack
from tests.handlers.slack.seconds import Seconds


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(home_tab_publisher, "ThreadPoolExecutor", Inline)
    made = House()
    yield made
    await made.door.stop()


def refused(error: str) -> Answered:
    return Answered(200, {"ok": False, "error": error})


async def test_whoever_opens_the_tab_sees_it_at_once(house: House) -> None:
    await house.door.opened("U1")
    await house.passes(0.2)
    assert house.slack.published == [(0.1, "U1", "eerst")]


async def test_opening_it_again_and_again_costs_nothing_until_what_stands_is_not_certain_any_more(house: House) -> None:
    for _ in range(20):
        await house.door.opened("U1")
        await house.passes(1)
    assert house.slack.of("U1") == ["eerst"]
    await house.passes(TRUSTED)
    await house.door.opened("U1")
    await house.passes(0.2)
    assert house.slack.of("U1") == ["eerst", "eerst"]


async def test_opening_it_anew_shows_what_changed_unseen(house: House) -> None:
    await house.door.opened("U1")
    await house.passes(10)
    house.says["U1"] = "dan"
    await house.door.opened("U1")
    await house.passes(0.2)
    assert house.slack.of("U1") == ["eerst", "dan"]


async def test_several_changes_in_a_short_while_make_one_tab_with_the_last_of_them(house: House) -> None:
    await house.door.opened("U1")
    await house.passes(10)
    for words in ("een", "twee", "drie"):
        await house.change(words, "U1")
        await house.passes(PAUSE / 4)
    await house.passes(PAUSE)
    assert house.slack.of("U1") == ["eerst", "drie"]
    assert house.looks == ["U1", "U1"]


async def test_a_person_gets_a_tab_at_most_every_few_seconds_and_the_last_word_in_the_end(house: House) -> None:
    await house.door.opened("U1")
    for number in range(40):
        await house.change(str(number), "U1", acted=number % 2 == 0)
        await house.passes(0.5)
    await house.passes(BETWEEN + PAUSE)
    times = [at for at, _, _ in house.slack.published]
    assert all(later - earlier >= BETWEEN for earlier, later in pairwise(times))
    assert len(times) > 5
    assert house.slack.of("U1")[-1] == "39"


async def test_what_changes_while_the_tab_is_being_published_is_published_after_it(house: House) -> None:
    await house.door.opened("U1")
    await house.passes(0.05)
    await house.change("dan", "U1")
    await house.passes(BETWEEN + PAUSE + 1)
    assert house.slack.of("U1") == ["eerst", "dan"]


async def test_a_stir_that_changes_nothing_publishes_nothing(house: House) -> None:
    await house.door.opened("U1")
    await house.passes(10)
    house.door.stir(["U1"])
    await house.passes(10)
    assert house.slack.of("U1") == ["eerst"]
    assert len(house.looks) == 2


async def test_who_does_not_look_gets_nothing(house: House) -> None:
    house.door.stir(["U9"])
    await house.door.opened("U1")
    await house.passes(1)
    house.door.stir(["U9"])
    await house.passes(LOOKS_FOR)
    await house.change("dan", "U1")
    await house.passes(10)
    assert house.slack.of("U1") == ["eerst"]
    assert set(house.looks) == {"U1"}


async def test_only_so_many_are_remembered_the_latest_of_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert REMEMBERED >= 2_000
    monkeypatch.setattr(home_tab_publisher, "REMEMBERED", 3)
    for number in range(5):
        await house.door.opened(f"U{number}")
        await house.passes(1)
    await house.change("dan", *(f"U{number}" for number in range(5)))
    await house.passes(60)
    assert {whom for _, whom, words in house.slack.published if words == "dan"} == {"U2", "U3", "U4"}


async def test_nobody_whom_the_bot_knows_gets_no_tab_and_is_forgotten(house: House) -> None:
    house.says["U1"] = None
    await house.door.opened("U1")
    await house.passes(1)
    await house.change("dan", "U1")
    await house.passes(10)
    assert house.slack.published == []
    assert house.looks == ["U1"]


async def test_a_storm_of_a_thousand_keeps_the_limit_reaches_all_and_lets_who_looks_or_acts_go_first(
    house: House,
) -> None:
    everybody = [f"U{number}" for number in range(1_000)]
    for user_id in everybody:
        await house.door.opened(user_id)
    await house.passes(15 * 60)
    assert sorted(whom for _, whom, _ in house.slack.published) == sorted(everybody)
    await house.change("dan", *everybody)
    await house.passes(30)
    await house.door.opened("NEW")
    await house.passes(0.5)
    assert house.slack.of("NEW") == ["eerst"]
    await house.change("nu", "U900", acted=True)
    await house.passes(PAUSE + 1)
    assert house.slack.of("U900") == ["eerst", "nu"]
    await house.passes(15 * 60)
    assert all(house.slack.of(user_id)[-1] == "dan" for user_id in everybody if user_id != "U900")
    assert house.slack.most_in_a_minute() <= 100
    assert len(house.slack.published) == 2_001


async def test_slacks_wish_to_wait_is_heeded_and_what_is_then_true_is_published(house: House) -> None:
    await house.door.opened("U1")
    await house.passes(10)
    house.slack.refusals = [Answered(429, {"ok": False, "error": "ratelimited"}, Retry_After="30")]
    await house.change("dan", "U1")
    await house.passes(20)
    house.says["U1"] = "later"
    await house.passes(10)
    assert house.slack.of("U1") == ["eerst"]
    await house.passes(10)
    assert house.slack.of("U1") == ["eerst", "later"]
    assert house.slack.published[-1][0] >= 10 + PAUSE + 30


async def test_who_opened_the_tab_goes_first_also_after_slack_put_it_off(house: House) -> None:
    everybody = [f"U{number}" for number in range(100)]
    for user_id in everybody:
        await house.door.opened(user_id)
    await house.passes(120)
    await house.change("dan", *everybody)
    await house.passes(5)
    house.slack.refusing["NEW"] = [Answered(429, {"ok": False, "error": "ratelimited"}, Retry_After="25")]
    await house.door.opened("NEW")
    await house.passes(27)
    assert house.slack.of("NEW") == ["eerst"]
    assert len({whom for _, whom, words in house.slack.published if words == "dan"}) < 50


async def test_a_tab_that_another_process_published_meanwhile_is_published_anew_with_what_then_holds(
    house: House,
) -> None:
    await house.door.opened("U1")
    await house.passes(10)
    house.slack.stands["U1"] = "somebody else's"
    await house.change("dan", "U1")
    await house.passes(PAUSE + 0.5)
    assert house.slack.of("U1") == ["eerst", "dan"]
    assert house.slack.calls == 3


@pytest.mark.parametrize("error", ["user_not_found", "invalid_arguments"])
async def test_a_tab_that_slack_never_takes_is_left_until_it_is_opened_again(house: House, error: str) -> None:
    house.slack.refusals = [refused(error)]
    await house.door.opened("U1")
    await house.passes(60)
    await house.change("dan", "U1")
    await house.passes(60)
    assert house.slack.calls == 1
    await house.door.opened("U1")
    await house.passes(1)
    assert house.slack.of("U1") == ["dan"]


async def test_a_passing_trouble_is_tried_again_a_few_times_with_longer_and_longer_waits(house: House) -> None:
    house.slack.refusals = [refused("internal_error")] * 2
    await house.door.opened("U1")
    await house.passes(60)
    assert house.slack.of("U1") == ["eerst"]
    await house.passes(LOOKS_NOW)
    house.slack.refusals = [refused("internal_error")] * 50
    before = house.slack.calls
    await house.change("dan", "U1")
    await house.passes(3_600)
    assert house.slack.calls - before == TRIES + 1


async def test_a_fault_of_ours_in_one_tab_is_logged_without_a_name_and_ends_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    broken: Any = object()
    house.says["U1"] = broken
    await house.door.opened("U1")
    await house.door.opened("U2")
    await house.passes(1)
    assert house.slack.of("U2") == ["eerst"]
    assert [record.__dict__["action"] for record in caplog.records] == ["fault"]
    await house.change("heel", "U1")
    await house.passes(10)
    assert house.slack.of("U1") == ["heel"]


async def test_after_the_stop_nothing_is_published_and_nothing_fails(house: House) -> None:
    for number in range(50):
        await house.door.opened(f"U{number}")
    await house.passes(0.05)
    at = house.time.now
    await house.door.stop()
    assert house.time.now == at, "nobody waits for it"
    published = len(house.slack.published)
    await house.door.opened("U1")
    house.door.stir(["U1"])
    await house.passes(60)
    assert len(house.slack.published) == published
    assert [task for task in asyncio.all_tasks() if task.get_name() == "home tab"] == []


async def test_with_real_threads_a_storm_never_holds_the_event_loop_and_ends_when_it_is_told_to() -> None:
    """The loop works for no longer than 300 ms at a time, by its own time, so that a busy machine changes nothing."""
    slack: Any = NotingSlack(Seconds())
    threads: set[str] = set()

    async def published(**_about: Any) -> Answered:
        await asyncio.sleep(0.01)
        return Answered(200, {"ok": True, "view": {"hash": "1"}})

    def look(user_id: str) -> HomePage:
        threads.add(threading.current_thread().name)
        time.sleep(0.002)
        return HomePage(f"{user_id} {time.monotonic()}", None, (), ())

    published.__name__ = "views_publish"
    slack.views_publish = published
    door = FrontDoor(ApiClient(slack, RateLimiter()), look)
    for number in range(1_000):
        await door.opened(f"U{number}")
    worst, began = 0.0, time.thread_time()
    stirring = threading.Thread(target=door.stir, args=([f"U{number}" for number in range(1_000)],))
    stirring.start()
    end = time.monotonic() + 1.8
    while time.monotonic() < end or not threads:
        await asyncio.sleep(0.005)
        worst, began = max(worst, time.thread_time() - began), time.thread_time()
    stirring.join()
    async with asyncio.timeout(60):  # at Slack's pace a thousand tabs would take ten minutes
        await door.stop()
    assert worst < 1, worst  # a collection of garbage in a large process takes half of that
    assert 1 <= len(threads) <= home_tab_publisher.LOOKERS
    assert threading.current_thread().name not in threads


async def test_what_changes_without_a_word_is_seen_within_a_minute_by_who_has_the_tab_before_them(house: House) -> None:
    await house.door.opened("U1")
    await house.passes(10)
    house.says["U1"] = "stil veranderd"
    await house.passes(AGAIN)
    assert house.slack.of("U1")[-1] == "stil veranderd"
    await house.passes(LOOKS_NOW)
    house.says["U1"] = "later veranderd"
    await house.passes(LOOKS_NOW)
    assert house.slack.of("U1")[-1] == "stil veranderd"
