"""Telegram's limits as the stand-in keeps and measures them."""

import asyncio
import time
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from tests.slack.conftest import Hands
from tests.telegram.refusing import refused
from tests.telegram.stand_in import TelegramStandIn


async def sends(bot: Bot, chat: int) -> bool:
    try:
        await bot.send_message(chat, "x")
    except RetryAfter:
        return False
    return True


async def test_one_person_gets_one_message_a_second(clock: Hands) -> None:
    async with TelegramStandIn(seconds=clock) as far, Bot(far.token, base_url=far.base_url) as bot:
        anna, bram = far.person("Anna", started=True), far.person("Bram", started=True)
        assert [await sends(bot, anna.id), await sends(bot, anna.id), await sends(bot, bram.id)] == [True, False, True]
        clock.now += 0.9
        slow = await refused(bot.send_message(anna.id, "x"), RetryAfter)
        assert slow.retry_after == timedelta(seconds=1)
        answer = far.calls.made[-1].answer
        assert answer is not None
        assert (answer["description"], answer["parameters"]) == ("Too Many Requests: retry after 1", {"retry_after": 1})
        await bot.edit_message_text("changes are not counted", anna.id, anna.last.id)
        far.limits.changes = True
        await refused(bot.edit_message_text("unless a test says so", anna.id, anna.last.id), RetryAfter)
        clock.now += 0.1
        assert await sends(bot, anna.id)
        assert far.limits.violations == [anna.id] * 3


async def test_a_group_gets_twenty_a_minute_and_everybody_together_thirty_a_second(clock: Hands) -> None:
    async with TelegramStandIn(seconds=clock) as far, Bot(far.token, base_url=far.base_url) as bot:
        people = [far.person(f"P{number}", started=True) for number in range(31)]
        team = far.group("Team", people[0])
        await people[0].adds_bot(team)
        assert [await sends(bot, person.id) for person in people] == [True] * 30 + [False]
        clock.now += 1
        assert await sends(bot, people[30].id)
        passed = 0
        for _ in range(25):
            passed += await sends(bot, team.id)
            clock.now += 1
        assert passed == 20
        late = await refused(bot.send_message(team.id, "x"), RetryAfter)
        assert late.retry_after == timedelta(seconds=35)
        clock.now += 35
        assert await sends(bot, team.id)


async def test_the_pace_is_measured_and_too_much_is_noted_when_nothing_is_kept(clock: Hands) -> None:
    async with TelegramStandIn(seconds=clock, keeps_limits=False) as far, Bot(far.token, base_url=far.base_url) as bot:
        anna, bram = far.person("Anna", started=True), far.person("Bram", started=True)
        for number in range(11):
            assert await sends(bot, (anna, bram)[number % 2].id)
            clock.now += 0.25
        assert (far.limits.pace.count, far.limits.pace.per_second) == (11, 4.0)
        assert far.limits.pace_to(anna.id).per_second == pytest.approx(2.0)
        assert len(far.limits.violations) == 9
        far.limits.forget()
        assert (far.limits.pace.count, far.limits.pace.per_second, far.limits.violations) == (0, 0.0, [])


async def test_the_real_clock_is_kept_with_some_leeway_if_asked_for() -> None:
    async with TelegramStandIn() as far, Bot(far.token, base_url=far.base_url) as bot:
        anna = far.person("Anna", started=True)
        far.limits.leeway = 0.5
        began = time.monotonic()
        assert await sends(bot, anna.id)
        assert not await sends(bot, anna.id)
        await asyncio.sleep(0.6)
        assert await sends(bot, anna.id)
        assert time.monotonic() - began < 1
