"""The delivering process is killed with its messages sent and not one of them marked: Slack still shows each once."""

import asyncio
import signal
from collections import Counter as Tally
from datetime import timedelta
from multiprocessing.context import ForkServerContext

from aiohttp import ClientSession

from bot.delivery.dispatcher import LEASE, Dispatcher
from bot.schedule.clock import MovableClock, system_now
from handlers.slack.sending.api import ApiClient, web_client
from handlers.slack.sending.channel import SlackChannel
from handlers.slack.sending.rate_limits import RateLimiter
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import OutboxState
from tests.handlers.slack.counter import TEXTS
from tests.scenarios.far_side import add_person, compose, deliver_all, reading, writing
from tests.slack.orders import ThenSilence
from tests.slack.stand_in import SlackStandIn

PEOPLE = 5
PATIENCE = LEASE.total_seconds()
"""Seconds: so long that the first process still waits for its answers when it is killed."""


def live(url: str, api_url: str, token: str, ahead: timedelta) -> None:
    """One life of a process that delivers to Slack: until nothing waits, or it is killed. Its clock is so far ahead."""
    asyncio.run(_deliver(url, api_url, token, MovableClock(ahead)))


async def _deliver(url: str, api_url: str, token: str, clock: MovableClock) -> None:
    store = Store(url)
    async with ClientSession() as session:
        channel = SlackChannel(
            ApiClient(web_client(token, api_url, session), RateLimiter(), call_seconds=PATIENCE), TEXTS
        )
        dispatcher = Dispatcher(writing(store, clock), reading(store, clock), [channel], compose, clock)
        await deliver_all(dispatcher, store)
    store.close()


async def test_what_a_killed_process_sent_and_could_not_mark_is_found_and_not_sent_again(
    store: Store, database_url: str, forks: ForkServerContext
) -> None:
    async with SlackStandIn(echoes=False) as slack:
        staff = [slack.workspace.hire(f"Persoon {number}") for number in range(PEOPLE)]
        people = [add_person(store, member.name, slack=member.id) for member in staff]
        with store.begin() as uow:
            letters = [OutboxMessage(person, "hello", person, {}, None, once="once") for person in people]
            outbox.put_many(uow, letters, now=system_now())
        silence = slack.orders.give("chat.postMessage", ThenSilence(60), times=None)
        first = forks.Process(target=live, args=(database_url, slack.api_url, slack.bot_token, timedelta()))
        first.start()
        await slack.until(lambda: all(slack.workspace.im(member.id).posts for member in staff))
        first.kill()
        await asyncio.to_thread(first.join)
        assert first.exitcode == -signal.SIGKILL
        with store.read() as uow:
            assert not outbox.settled(uow, 1)
        silence.times = 0
        second = forks.Process(target=live, args=(database_url, slack.api_url, slack.bot_token, LEASE))
        second.start()
        await asyncio.to_thread(second.join, 120)
        assert second.exitcode == 0
        shown = {member.id: len(slack.workspace.im(member.id).posts) for member in staff}
        assert Tally(shown.values()) == {1: PEOPLE}
        with store.read() as uow:
            assert {row.state for row in outbox.settled(uow, 100)} == {OutboxState.SENT}
