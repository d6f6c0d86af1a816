"""Telegram's limits are kept by a clock that the test moves: nobody here really waits.

What is counted is counted by the stand-in's own limits, somewhere between a call and its answer.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from itertools import islice, pairwise

import pytest

from handlers.outbound.channel import RetryLater
from handlers.telegram.sending import rate_limits
from handlers.telegram.sending.rate_limits import LONGEST_ANSWER_WAIT, LONGEST_WAIT, RateLimiter
from tests.handlers.slack.seconds import Seconds
from tests.telegram.limits import Limits

GROUP = -100


def _at_once() -> tuple[float, float]:
    return 0.0, 0.0


class Office:
    """Messages that take their turns; ``way`` gives the seconds there and back. ``went``: when each was counted."""

    def __init__(self) -> None:
        self.time = Seconds()
        self.pace = RateLimiter(self.time, self.time.sleep)
        self.limits = Limits(self.time, kept=False)
        self.way: Callable[[], tuple[float, float]] = _at_once
        self.went: dict[str, list[float]] = defaultdict(list)
        self.order: list[str] = []
        self.returned: dict[str, float] = {}
        self._running: list[asyncio.Task[None]] = []

    def send(self, chat: int, name: str = "", *, urgent: bool = False) -> None:
        self._running.append(asyncio.create_task(self.sending(chat, name or str(chat), urgent=urgent)))

    def change(self, chat: int, name: str) -> None:
        self._running.append(asyncio.create_task(self._change(chat, name)))

    async def sending(self, chat: int, name: str = "letter", *, urgent: bool = False) -> None:
        try:
            async with self.pace.turn(chat, urgent=urgent):
                there, back = self.way()
                await self._pass(there)
                self.limits.wait(chat)
                self.went[name].append(round(self.time.now, 2))
                self.order.append(name)
                await self._pass(back)
        except RetryLater as wait:
            self.returned[name] = wait.seconds or 0

    async def _change(self, chat: int, name: str) -> None:
        async with self.pace.free(chat, urgent=True):
            self.went[name].append(round(self.time.now, 2))

    async def _pass(self, seconds: float) -> None:
        if seconds:
            await self.time.sleep(seconds)

    async def done(self) -> None:
        await self.time.until_idle()
        await asyncio.gather(*self._running)
        self._running.clear()


@pytest.fixture
def office() -> Office:
    return Office()


async def test_a_person_gets_one_message_a_second(office: Office) -> None:
    for _ in range(4):
        office.send(1)
    await office.done()
    assert office.went["1"] == pytest.approx([0, 1, 2, 3], abs=0.02)
    assert office.limits.violations == []


async def test_a_group_gets_twenty_messages_a_minute(office: Office) -> None:
    for number in range(25):
        office.send(GROUP, str(number))
        await office.time.until(office.time.now + 2)
    assert office.order == [str(number) for number in range(20)]
    assert office.returned == {str(number): pytest.approx(60 - 2 * number, abs=0.1) for number in range(20, 25)}
    await office.time.until(60.1)
    office.send(GROUP, "later")
    await office.done()
    assert office.order[-1] == "later"
    assert office.limits.violations == []


async def test_waiting_for_one_person_holds_up_nobody_else(office: Office) -> None:
    for _ in range(3):
        office.send(1)
    for person in range(2, 9):
        office.send(person)
    await office.done()
    assert all(office.went[str(person)][0] < 0.5 for person in range(2, 9))


async def test_a_long_wait_is_given_back_and_took_nobodys_turn(office: Office) -> None:
    for number in range(9):
        office.send(1, f"letter {number}")
    await office.done()
    assert office.order == [f"letter {number}" for number in range(len(office.order))]
    assert len(office.order) == int(LONGEST_WAIT)
    assert len(office.returned) == 9 - len(office.order)
    office.send(1, "next")
    await office.done()
    assert office.went["next"] == [pytest.approx(LONGEST_WAIT, abs=0.1)]


async def _many(office: Office, messages: int, hands: int = 16) -> float:
    """Send messages as a dispatcher does, each to somebody else; gives the share of the allowed rate reached."""
    people = iter(range(1, messages + 1))

    async def hand() -> None:
        for person in people:
            await office.sending(person)

    at_work = [asyncio.create_task(hand()) for _ in range(hands)]
    await office.time.until_idle()
    await asyncio.gather(*at_work)
    assert len(office.limits.sent) == messages
    return office.limits.pace.per_second / 30


@pytest.mark.parametrize(
    "way",
    [
        lambda: (0.0, 0.0),
        lambda: (0.02, 0.02),
        lambda: (0.04, 0.0),
        lambda: (0.0, 0.04),
        lambda: (random.uniform(0.0, 0.04), random.uniform(0.0, 0.04)),
    ],
    ids=["no way", "even", "slow there", "slow back", "uneven"],
)
async def test_many_letters_go_out_at_nearly_the_allowed_rate_and_never_above(
    office: Office, way: Callable[[], tuple[float, float]]
) -> None:
    random.seed(1)
    office.way = way
    assert await _many(office, 1_500) >= 0.95
    assert office.limits.violations == []
    assert office.returned == {}


async def test_a_way_that_becomes_short_at_once_breaks_no_limit(office: Office) -> None:
    ways = [(0.15, 0.15)] * 200 + [(0.001, 0.001)] * 200
    office.way = lambda: ways[len(office.order) % 400]
    await _many(office, 900)
    assert office.limits.violations == []


async def test_a_way_that_now_and_then_takes_seconds_breaks_no_limit(office: Office) -> None:
    random.seed(2)
    office.way = lambda: (0.01 + random.choice([0, 0, 0, 0, 1.5]), 0.01 + random.choice([0, 0, 0, 2.5]))
    await _many(office, 600, hands=40)
    assert office.limits.violations == []


async def test_an_answer_passes_all_letters_that_wait(office: Office) -> None:
    for person in range(1, 90):
        office.send(person, "letter")
    await asyncio.sleep(0)
    office.send(99, "answer", urgent=True)
    office.send(98, "answer", urgent=True)
    await office.done()
    assert office.went["answer"] == [0, 0]
    assert office.went["letter"][-1] > 2
    assert office.limits.violations == []


async def test_an_answer_is_next_when_letters_have_used_all_there_is(office: Office) -> None:
    for person in range(1, 90):
        office.send(person, "letter")
    await office.time.until(0.9)
    office.send(99, "answer", urgent=True)
    await office.done()
    assert office.order.index("answer") == 30
    assert office.limits.violations == []


async def test_letters_do_not_go_out_all_at_once(office: Office) -> None:
    for person in range(1, 31):
        office.send(person, "letter")
    await office.done()
    sent = [at for at, _ in office.limits.sent]
    assert min(later - before for before, later in pairwise(sent)) > 0.02
    assert sent[-1] < 1


async def test_an_answer_to_a_person_goes_before_letters_to_them(office: Office) -> None:
    office.send(1, "first")
    for _ in range(3):
        office.send(1, "letter")
    await asyncio.sleep(0)
    office.send(1, "answer", urgent=True)
    await office.done()
    assert office.order == ["first", "answer", "letter", "letter", "letter"]


async def test_an_answer_that_waits_for_its_person_holds_up_no_letters_to_others(office: Office) -> None:
    office.send(1)
    await asyncio.sleep(0)
    office.send(1, "answer", urgent=True)
    for person in range(2, 9):
        office.send(person, "letter")
    await office.done()
    assert max(office.went["letter"]) < 0.5
    assert office.went["answer"] == [pytest.approx(1, abs=0.02)]


async def test_letters_go_out_in_the_order_they_came(office: Office) -> None:
    for person in range(1, 99):
        office.send(person)
        await office.time.until(office.time.now + 0.001)
    await office.done()
    assert office.order == [str(person) for person in range(1, 99)]


async def test_a_refused_chat_waits_as_long_as_telegram_said_and_others_go_on(office: Office) -> None:
    office.pace.hold(1, 4, message=True)
    office.send(1, "waiting")
    office.change(1, "change")
    office.send(2)
    await office.done()
    assert office.went == {"2": [0], "waiting": [4], "change": [4]}


async def test_a_second_refused_chat_means_that_the_bot_sent_too_much(office: Office) -> None:
    office.pace.hold(1, 4, message=True)
    office.pace.hold(2, 3, message=True)
    office.send(3)
    await office.done()
    assert office.went == {"3": [3]}


async def test_who_sent_too_much_sends_half_as_much_until_a_minute_passes_without(office: Office) -> None:
    for chat in (1, 2, 3):
        office.pace.hold(chat, 1, message=True)
    office.time.now = 1
    await _answer(office, range(100, 120))
    assert [office.went[str(chat)] for chat in (114, 115)] == [[1], [2]]
    office.time.now = rate_limits.ALONE_AGAIN
    await _answer(office, range(200, 230))
    assert office.went["229"] == [rate_limits.ALONE_AGAIN]


async def test_however_often_it_is_too_much_something_is_sent_every_second(office: Office) -> None:
    for _ in range(9):
        office.pace.hold(1, 1, message=True)
        office.pace.hold(2, 1, message=True)
        office.time.now += 1
    await _answer(office, range(100, 100 + rate_limits.LEAST_SHARE))
    assert office.limits.pace.seconds == 0


async def _answer(office: Office, chats: range) -> None:
    for chat in chats:
        office.send(chat, urgent=True)
    await office.done()


async def test_changes_refused_in_two_chats_say_nothing_about_others(office: Office) -> None:
    office.pace.hold(1, 4, message=False)
    office.pace.hold(2, 3, message=False)
    office.send(3)
    await office.done()
    assert office.went == {"3": [0]}


async def test_a_hold_that_is_over_is_forgotten(office: Office) -> None:
    office.pace.hold(1, 4, message=True)
    office.time.now = 5
    office.pace.hold(2, 3, message=True)
    office.send(3)
    await office.done()
    assert office.went == {"3": [5]}


async def test_who_was_waiting_for_a_turn_waits_for_a_refusal_that_came_meanwhile(office: Office) -> None:
    office.send(1, "first")
    office.send(1, "second")
    await asyncio.sleep(0)
    office.pace.hold(1, 3, message=True)
    await office.done()
    assert office.went == {"first": [0], "second": [3]}


@pytest.mark.parametrize(("urgent", "longest"), [(False, LONGEST_WAIT), (True, LONGEST_ANSWER_WAIT)])
async def test_a_longer_hold_is_given_back_at_once(office: Office, *, urgent: bool, longest: float) -> None:
    office.pace.hold(1, longest + 1, message=True)
    office.send(1, "said", urgent=urgent)
    with pytest.raises(RetryLater) as wait:
        async with office.pace.free(1, urgent=urgent):
            pass
    await office.done()
    assert office.returned == {"said": longest + 1}
    assert wait.value.seconds == longest + 1
    assert office.time.now == 0


async def test_a_bot_that_is_lost_holds_every_call_and_says_so_once(office: Office) -> None:
    assert office.pace.hold_all(600)
    assert not office.pace.hold_all(600)
    office.send(1, urgent=True)
    await office.done()
    assert office.returned == {"1": 600}
    office.time.now = 600
    office.send(1)
    await office.done()
    assert office.went["1"] == [600]


async def test_a_call_that_fails_or_is_cancelled_gives_its_place_back(office: Office) -> None:
    for person in range(60):
        with pytest.raises((ZeroDivisionError, asyncio.CancelledError)):
            async with office.pace.turn(person):
                raise ZeroDivisionError if person % 2 else asyncio.CancelledError
        await office.time.until(office.time.now + 1)
    assert await _many(office, 60) >= 0.95


async def test_chats_at_rest_are_forgotten_and_those_under_way_are_not(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "MOST_CHATS", 5)
    for person in range(5):
        office.send(person, urgent=True)
    await office.done()
    office.time.now = 0.5
    office.pace.hold(1, 3, message=True)
    office.time.now = 2
    for person in (6, 1, 3):
        office.send(person, urgent=True)
    await office.done()
    assert (office.went["6"], office.went["1"], office.went["3"]) == ([2], [0, 3.5], [0, 2])
    assert len(list(islice(office.pace._chats, 9))) <= 5
