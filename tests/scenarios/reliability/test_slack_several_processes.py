"""Several processes of the bot serve one workspace on one database, and nobody notices."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from handlers.slack.manifest import ASK
from storage.database.unit_of_work import Store
from storage.models import DialogueSession, Person, Request
from tests.conftest import PostgresServer
from tests.scenarios.town import invent
from tests.slack.answer import Kind
from tests.slack.asking import answer_page, go_on
from tests.slack.mishaps import traces
from tests.slack.person import Person as Human
from tests.slack.stand_in import SlackStandIn
from tests.slack.town import SlackTown

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"
KINDS: tuple[Kind, ...] = ("events_api", "interactive", "slash_commands")


class Twins:
    """Two processes, and Slack in front of them: each thing goes to one of them in turn."""

    def __init__(self, url: str, far: SlackStandIn, mode: str) -> None:
        self.far = far
        over = "http" if mode == "http" else "socket"
        self.stores = [Store(url), Store(url)]
        self.one, self.other = (SlackTown(store, far, over) for store in self.stores)  # type: ignore[arg-type]

    async def start(self) -> None:
        await self.one.start()
        await self.other.slack.start(self.other.app.router)
        if self.one.mode == "http":
            self.far.listen_at(self.one.slack.address, self.other.slack.address)
        else:
            assert len(self.far.sockets.open) == 2

    async def stop(self) -> None:
        await asyncio.gather(self.one.stop(), self.other.stop())
        for store in self.stores:
            store.close()

    async def settle(self) -> None:
        """Both carry out letters, at the same time."""
        await self.far.settled()
        await asyncio.gather(self.one.app.settle(), self.other.app.settle())
        await self.far.settled()

    def to_both(self, times: int = 1) -> None:
        """Have the next things brought to both at once."""
        for kind in KINDS:
            self.far.outward.repeat(kind, 2, times, together=True)


@pytest.fixture(params=["http", "socket"])
async def twins(request: pytest.FixtureRequest, postgres: PostgresServer, postgres_url: str) -> AsyncIterator[Twins]:
    """Two processes on one PostgreSQL with the demo programme in it."""
    store = Store(postgres_url)
    invent(store)
    store.close()
    async with SlackStandIn() as far:
        made = Twins(postgres_url, far, request.param)
        await made.start()
        yield made
        await made.stop()


async def test_what_reaches_both_processes_at_once_is_done_and_answered_once(twins: Twins) -> None:
    anna = twins.one.requester
    twins.to_both(times=30)
    await anna.dm("status")
    assert len(anna.messages) == 1
    await anna.command("/dialoog", "status")
    assert len(anna.ephemerals) == 1
    await anna.global_shortcut(ASK)
    await twins.far.until(lambda: anna.has_modal and anna.modal.submit)
    await answer_page(anna)
    await go_on(anna)
    await anna.submit()
    await twins.settle()
    assert traces(twins.one.store)[Request.__tablename__] == 1
    await _accepted_once(twins, anna)


async def _accepted_once(twins: Twins, anna: Human) -> None:
    """Two facilitators accept the same seat at once, one at each process."""
    first, second = twins.one.holding(FIRST_MOMENT)[:2]
    twins.far.outward._copies.clear()
    await asyncio.gather(first.press(FIRST_MOMENT), second.press(FIRST_MOMENT))
    await twins.settle()
    assert traces(twins.one.store)[DialogueSession.__tablename__] == 1
    told = "\n".join(message.text for message in anna.messages)
    assert (first.member.real_name in told) is not (second.member.real_name in told), "one winner"
    for who in twins.one.everybody:
        assert [text for text, times in Counter(one.text for one in who.messages).items() if times > 1] == []
        assert who.troubles == []


async def test_somebody_whom_both_processes_meet_at_once_becomes_one_person(twins: Twins) -> None:
    before = traces(twins.one.store)[Person.__tablename__]
    new = [twins.far.person(f"Nieuwe Collega {number}", email=f"n{number}@example.org") for number in range(5)]
    for who in new:
        await asyncio.gather(who.dm("status"), who.command("/dialoog", "status"))
    assert traces(twins.one.store)[Person.__tablename__] == before + len(new)
    assert [len(who.messages) for who in new] == [1] * len(new)
    assert [len(who.ephemerals) for who in new] == [1] * len(new)


async def test_one_process_may_stop_while_the_other_serves_on(twins: Twins) -> None:
    anna = twins.one.requester
    twins.far.outward.retries = (0.0, 0.2, 1.0)
    await anna.dm("status")
    await twins.one.stop()
    for words in ("sessies", "status"):
        await anna.dm(words)
    await twins.far.settled()
    assert len(anna.messages) == 3
