"""Several processes of the bot answer people in Telegram from one database, and nobody notices."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.schedule.clock import MovableClock
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import DialogueSession, Draft, Request
from tests.conftest import PostgresServer
from tests.scenarios import far_side
from tests.scenarios.town import MONDAY, invent
from tests.slack.town import Hurry, RealTime
from tests.telegram.asking import ask, question
from tests.telegram.person import TelegramPerson
from tests.telegram.stand_in import TelegramStandIn
from tests.telegram.town import TelegramTown

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"
CROWD = 90
"""More people than Telegram takes messages in two seconds."""
COMMANDS = {
    "/status": "Mijn aanvragen",
    "/sessies": "Mijn bijeenkomsten",
    "menu": "Menu",
    "/taal": "In welke taal wil je verder?",
}
"""What people ask for, and how the answers begin."""


class Twins:
    """Two processes with a balancer in front of them: what Telegram brings goes to one of them in turn."""

    def __init__(self, url: str, far: TelegramStandIn, hurry: Hurry, clock: MovableClock) -> None:
        self.far = far
        self.stores = [Store(url), Store(url)]
        self.one, self.other = (TelegramTown(store, far, "webhook", hurry, clock) for store in self.stores)
        self.one.move_in()
        self.other.people = self.one.people

    async def start(self) -> None:
        for town in (self.one, self.other):
            await town.start()
        self.far.webhook.balance(self.one.telegram.address, self.other.telegram.address)

    async def stop(self) -> None:
        await asyncio.gather(self.one.stop(), self.other.stop())
        for store in self.stores:
            store.close()

    async def settle(self) -> None:
        """Both carry out letters, at the same time."""
        await self.far.settled()
        await asyncio.gather(self.one.app.settle(), self.other.app.settle())
        await self.far.settled()


async def _alive(url: str, hurry: Hurry, clock: MovableClock) -> AsyncIterator[Twins]:
    store = Store(url)
    invent(store)
    store.close()
    async with TelegramStandIn(clock=lambda: clock.now().timestamp(), seconds=hurry.now) as far:
        made = Twins(url, far, hurry, clock)
        try:
            await made.start()
            yield made
        finally:
            await made.stop()


@pytest.fixture
async def twins(postgres: PostgresServer, postgres_url: str) -> AsyncIterator[Twins]:
    """Two processes on one PostgreSQL with the demo programme in it."""
    async for made in _alive(postgres_url, Hurry(), MovableClock(base=lambda: MONDAY)):
        yield made


@pytest.fixture
async def patient_twins(
    postgres: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Twins]:
    """The same, with limits that are really waited for, and with letters that are only numbered."""
    monkeypatch.setattr("bot.app.compose", far_side.compose)
    began = time.monotonic()
    clock = MovableClock(base=lambda: MONDAY + timedelta(seconds=time.monotonic() - began))
    async for made in _alive(postgres_url, RealTime(), clock):
        await asyncio.gather(made.one.app.start(), made.other.app.start())
        yield made
        await asyncio.gather(made.one.app.stop(), made.other.app.stop())


def texts(who: TelegramPerson) -> list[str]:
    """How the bot's messages begin."""
    return [one.text.splitlines()[0] for one in who.messages if one.text]


async def test_what_reaches_both_processes_at_once_is_done_and_answered_once(twins: Twins) -> None:
    town, anna = twins.one, twins.one.requester
    twins.far.webhook.copies = 2
    for words in COMMANDS:
        await anna.says(words)
        await twins.far.settled()
    assert texts(anna) == list(COMMANDS.values())
    await ask(town, anna)
    await twins.settle()
    assert (len(town.rows(Request)), len(town.rows(Draft))) == (1, 0)
    first, second = town.holding(FIRST_MOMENT)[:2]
    await asyncio.gather(first.presses(FIRST_MOMENT), second.presses(FIRST_MOMENT))
    await twins.settle()
    assert len(town.rows(DialogueSession)) == 1
    told = "\n".join(message.text for message in anna.messages)
    assert (first.user.first_name in told) is not (second.user.first_name in told), "one winner"
    for who in town.everybody:
        assert [
            text for text, times in Counter(one.text for one in who.messages if one.text).items() if times > 1
        ] == []
        assert who.troubles == []


async def test_what_one_process_did_is_not_done_again_when_it_is_brought_to_the_other(twins: Twins) -> None:
    town, anna = twins.one, twins.one.requester
    await anna.says("menu")
    await anna.sees("Menu")
    await anna.presses("Mijn aanvragen", anna.last)
    await anna.says("/dialoog")
    await anna.sees_button("Stop")
    await anna.presses("Diversiteit", question(anna))
    await twins.far.settled()
    seen = [(one.text, one.buttons) for one in anna.messages]
    for address in (town.telegram.address, twins.other.telegram.address):
        twins.far.webhook.balance(address)
        for update in twins.far.updates.made:
            await twins.far.again(update)
    await twins.far.settled()
    assert [(one.text, one.buttons) for one in anna.messages] == seen
    assert len(town.rows(Draft)) == 1


async def test_what_one_person_does_is_worked_on_in_order_whichever_process_it_goes_to(twins: Twins) -> None:
    people = twins.one.everybody[:6]
    for words in COMMANDS:
        for who in people:
            await who.says(words)
    await twins.far.settled()
    for who in people:
        assert texts(who) == list(COMMANDS.values())
    assert {one.url for one in twins.far.webhook.deliveries} == {
        twins.one.telegram.address, twins.other.telegram.address
    }  # fmt: skip


async def test_one_process_may_stop_while_the_other_serves_on(twins: Twins) -> None:
    anna = twins.one.requester
    twins.far.webhook.sleep = _at_once
    await anna.says("menu")
    await anna.sees("Menu")
    await twins.one.stop()
    for words in COMMANDS:
        await anna.says(words)
    await twins.far.settled()
    assert texts(anna) == ["Menu", *COMMANDS.values()]


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0.01)


async def test_letters_go_out_once_and_never_faster_than_telegram_takes_them(patient_twins: Twins) -> None:
    twins, people = patient_twins, patient_twins.one.everybody[:40]
    _write(twins, people)
    await twins.far.until(lambda: all(who.messages for who in people), within=60)
    await twins.far.settled()
    assert all(texts(who) == ["note 1"] for who in people)
    assert twins.far.limits.violations == []


async def test_many_who_are_answered_by_both_processes_beside_letters_are_answered_all_the_same(
    patient_twins: Twins,
) -> None:
    """Each process counts its own answers, so Telegram has to say that it was too much; nothing is lost by that."""
    twins, people = patient_twins, patient_twins.one.everybody[:CROWD]
    _write(twins, people[:20])
    for who in people:
        await who.says("menu")
    told = {"Menu": CROWD, "note 1": 20}
    await twins.far.until(lambda: Counter(text for who in people for text in texts(who)) == told, within=60)
    # Each learns from it, and they share what there is.
    assert len(twins.far.limits.violations) <= CROWD / 2


def _write(twins: Twins, people: list[TelegramPerson]) -> None:
    """A letter to each of these."""
    ids = {who.id: row for row, who in twins.one.people.items()}
    with twins.stores[0].begin() as uow:
        letters = [OutboxMessage(ids[who.id], "note", 1, {}, None, once="once") for who in people]
        outbox.put_many(uow, letters, now=twins.one.clock.now())
    twins.one.app.wake()
