"""Slack's limits are kept by a clock that the test moves: nobody here really waits."""

import asyncio
from collections import defaultdict

import pytest

from handlers.outbound.channel import RetryLater
from handlers.slack.sending import rate_limits
from handlers.slack.sending.rate_limits import EACH_CONVERSATION, LONGEST_WAIT, METHODS, POST, RateLimiter, a_minute
from tests.handlers.slack.seconds import Seconds


class Office:
    """Calls that take their turns, and when each went out; ``returned`` are those given back, with their wait."""

    def __init__(self) -> None:
        self.time = Seconds()
        self.pace = RateLimiter(self.time, self.time.sleep)
        self.went: dict[str, list[float]] = defaultdict(list)
        self.order: list[str] = []
        self.returned: dict[str, float] = {}
        self._running: list[asyncio.Task[None]] = []

    def call(self, method: str, room: str = "", *, name: str = "", urgent: bool = False) -> None:
        self._running.append(asyncio.create_task(self._call(method, room, name or room or method, urgent=urgent)))

    async def _call(self, method: str, room: str, name: str, *, urgent: bool) -> None:
        try:
            await self.pace.turn(method, room, urgent=urgent)
        except RetryLater as wait:
            self.returned[name] = wait.seconds or 0
            return
        self.went[name].append(self.time.now)
        self.order.append(name)

    async def done(self) -> None:
        await self.time.until_idle()
        await asyncio.gather(*self._running)
        self._running.clear()


@pytest.fixture
def office() -> Office:
    return Office()


async def test_a_room_gets_one_message_a_second(office: Office) -> None:
    for _ in range(4):
        office.call(POST, "U1")
    await office.done()
    assert office.went["U1"] == [0, 1, 2, 3]


async def test_an_answer_need_not_wait_for_the_letter_just_before_it(office: Office) -> None:
    office.call(POST, "U1", name="letter")
    office.call(POST, "U1", name="answer", urgent=True)
    office.call(POST, "U1", name="second answer", urgent=True)
    office.call(POST, "U1", name="third answer", urgent=True)
    await office.done()
    assert office.went == {"letter": [0], "answer": [0], "second answer": [0], "third answer": [1]}


async def test_waiting_for_one_room_holds_up_no_other(office: Office) -> None:
    for _ in range(3):
        office.call(POST, "U1")
    for number in range(2, 8):
        office.call(POST, f"U{number}")
    await office.done()
    assert office.went["U1"] == [0, 1, 2]
    assert all(office.went[f"U{number}"] == [0] for number in range(2, 8))


async def test_a_wait_of_more_than_a_few_seconds_is_given_back(office: Office) -> None:
    office.pace.hold("chat.update", "", 60)
    office.call("chat.update", name="edit")
    await office.done()
    assert office.returned == {"edit": 60}
    assert office.time.now == 0


async def test_what_was_given_back_took_nobodys_turn(office: Office) -> None:
    for number in range(9):
        office.call(POST, "U1", name=f"letter {number}")
    await office.done()
    given_back = len(office.returned)
    assert given_back == 9 - len(office.order) > 0
    assert office.order == [f"letter {number}" for number in range(int(LONGEST_WAIT) + 1)]
    office.call(POST, "U1", name="next")
    await office.done()
    assert office.went["next"] == [LONGEST_WAIT + 1]


@pytest.mark.parametrize("method", [*METHODS, "never.heardOf"])
async def test_no_minute_holds_more_calls_than_the_tier_of_the_method_allows(office: Office, method: str) -> None:
    allowed = {
        rate_limits.TIER_2: 20,
        rate_limits.TIER_3: 50,
        rate_limits.TIER_4: 100,
        METHODS[POST]: rate_limits.POSTS_A_MINUTE,
    }
    most = allowed[METHODS.get(method, rate_limits.TIER_2)]
    for number in range(3 * most):
        office.call(method, f"U{number}", name="any", urgent=number % 3 == 0)
        if number % 10 == 9:
            await office.done()
    went = office.went["any"]
    assert len(went) > most / 2
    assert max(sum(start <= at < start + 60 for at in went) for start in went) <= most


async def test_letters_alone_use_what_the_tempo_allows(office: Office) -> None:
    for _ in range(200):
        office.call("chat.update", name="edit")
        await office.done()
    seconds = office.went["edit"][-1] - office.went["edit"][0]
    assert 195 / seconds * 60 == pytest.approx(40, abs=1)


async def test_an_answer_passes_all_letters_that_wait(office: Office) -> None:
    for number in range(40):
        office.call(POST, f"U{number}", name="letter")
    await asyncio.sleep(0)
    office.call(POST, "U99", name="answer", urgent=True)
    await office.done()
    assert office.went["answer"] == [0]
    assert office.went["letter"][-1] > LONGEST_WAIT - 1


async def test_a_refused_room_waits_as_long_as_slack_said_and_others_go_on(office: Office) -> None:
    office.pace.hold(POST, "U1", 4)
    office.call(POST, "U1", name="waiting")
    office.call(POST, "U1", name="waiting answer", urgent=True)
    office.call(POST, "U2")
    office.call("chat.update", "U1", name="edit")
    await office.done()
    assert office.went["U2"] == office.went["edit"] == [0]
    assert office.went["waiting"] == office.went["waiting answer"] == [4]


async def test_a_second_refused_room_means_that_the_workspace_had_enough(office: Office) -> None:
    office.pace.hold(POST, "U1", 4)
    office.pace.hold(POST, "U2", 3)
    office.call(POST, "U3")
    office.call("views.publish")
    await office.done()
    assert office.went == {"U3": [3], "views.publish": [0]}


async def test_who_was_waiting_for_a_turn_waits_for_a_refusal_that_came_meanwhile(office: Office) -> None:
    office.call(POST, "U1", name="first")
    office.call(POST, "U1", name="second")
    await asyncio.sleep(0)
    office.pace.hold(POST, "U1", 3)
    await office.done()
    assert office.went == {"first": [0], "second": [3]}


async def test_a_workspace_that_is_lost_holds_every_call_and_says_so_once(office: Office) -> None:
    assert office.pace.hold_all(600)
    assert not office.pace.hold_all(600)
    office.call(POST, "U1")
    office.call("views.publish", urgent=True)
    await office.done()
    assert office.returned == {"U1": 600, "views.publish": 600}
    office.time.now = 600
    office.call(POST, "U1")
    await office.done()
    assert office.went["U1"] == [600]


async def test_a_method_that_is_not_allowed_holds_itself_alone(office: Office) -> None:
    assert office.pace.hold_method("users.lookupByEmail", 600)
    assert not office.pace.hold_method("users.lookupByEmail", 600)
    office.call("users.lookupByEmail")
    office.call("users.info")
    await office.done()
    assert (office.returned, office.order) == ({"users.lookupByEmail": 600}, ["users.info"])


async def test_rooms_at_rest_are_forgotten_and_those_under_way_are_not(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "MOST_CONVERSATIONS", 5)
    for number in range(5):
        office.call("chat.postEphemeral", f"U{number}")
    await office.done()
    office.time.now = 0.5
    office.pace.hold(POST, "U1", 3)
    office.time.now = 2
    office.call("chat.postEphemeral", "U6")
    office.call("chat.postEphemeral", "U1")
    await office.done()
    assert (office.went["U6"], office.went["U1"]) == ([2], [0, 3.5])


def test_a_tempo_leaves_a_part_of_the_burst_to_answers() -> None:
    tier = a_minute(50)
    assert tier.allowance(urgent=True) > tier.allowance(urgent=False) > 0
    assert EACH_CONVERSATION.allowance(urgent=False) == 0
