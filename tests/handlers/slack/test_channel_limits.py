"""Slack keeps its limits strictly here, and never has to: by its own clock, which the waits move on."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from flows.engine.views.view import Attachment, View
from tests.handlers.slack.counter import Counter, T, opened
from tests.slack.member import Member
from tests.slack.stand_in import SlackStandIn

HELLO = View("Hallo")
WITH_FILE = View("Hallo", file=Attachment("dialoog.ics", "text/calendar", b"BEGIN:VCALENDAR"))


class Seconds:
    """The stand-in's clock: that of the counter in front of it."""

    counter: Counter

    def __call__(self) -> float:
        return 1_772_000_000.0 + (self.counter.seconds if hasattr(self, "counter") else 0)


@pytest_asyncio.fixture
async def counter() -> AsyncIterator[Counter]:
    seconds = Seconds()
    async with SlackStandIn(clock=seconds, keeps_limits=True, echoes=False) as slack, opened(slack) as found:
        seconds.counter = found
        yield found


async def _many(times: int, act: Callable[[], Awaitable[object]], counter: Counter) -> float:
    began = counter.seconds
    for _ in range(times):
        await act()
    return counter.seconds - began


async def test_many_letters_to_one_person_go_out_one_a_second(counter: Counter, anna: Member) -> None:
    assert await _many(30, lambda: counter.channel.send(anna.id, HELLO), counter) == 29
    assert counter.slack.limits.violations == []


async def test_answers_between_letters_come_at_once_and_stay_within_the_limit(counter: Counter, anna: Member) -> None:
    for _ in range(20):
        await counter.channel.send(anna.id, HELLO)
        before = counter.seconds
        await counter.channel.post(anna.id, HELLO, T)
        assert counter.seconds == before
        counter.seconds += 2
    assert counter.slack.limits.violations == []


async def test_many_changes_go_out_at_the_tempo_of_their_tier(counter: Counter, anna: Member) -> None:
    ref = await counter.channel.send(anna.id, HELLO)
    seconds = await _many(200, lambda: counter.channel.replace(anna.id, ref, HELLO), counter)
    assert counter.slack.limits.violations == []
    assert 200 / seconds * 60 > 40


async def test_many_look_ups_go_out_at_the_tempo_of_their_tier(counter: Counter, anna: Member) -> None:
    seconds = await _many(200, lambda: counter.channel.find("anna.de.vries@example.org"), counter)
    assert counter.slack.limits.violations == []
    assert 200 / seconds * 60 > 40


async def test_many_files_stay_within_the_limits_of_all_the_calls_they_take(counter: Counter) -> None:
    for number in range(150):
        member = counter.slack.workspace.hire(f"Persoon {number}")
        await counter.channel.send(member.id, WITH_FILE)
    assert counter.slack.limits.violations == []
    assert len(counter.slack.calls.of("files.completeUploadExternal")) == 150
