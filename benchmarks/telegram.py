"""Button presses in Telegram beside a bare Application, and how near to the allowed rate many reminders go out.

Presses go the whole way: update, dedup, flow, commit, answer to the query, message changed. People press one after the
other, so many at once, first at one bot and then at the other, each in a process of its own; the stand-in for Telegram
and those who press are this process. Reminders go from the outbox through the dispatcher, by a true clock, to one
that keeps Telegram's limits, in a process of its own.
"""

import asyncio
import multiprocessing
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from multiprocessing.connection import Connection
from operator import truediv
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from aiohttp import ClientSession
from sqlmodel import SQLModel, col, select
from telegram import Bot
from telegram.request import HTTPXRequest

from benchmarks.reminders import Row, _row
from benchmarks.telegram_apps import CONNECTIONS, READY
from benchmarks.workplace import NOW, TEXTS, furnish, open_offers
from bot.delivery.dispatcher import Dispatcher
from bot.schedule.clock import MovableClock
from flows.engine.context import Context
from flows.engine.notifications import Note
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from handlers.telegram.rendering.answer_messages import as_answer
from handlers.telegram.rendering.limits import A_SECOND
from handlers.telegram.sending.api import ApiClient
from handlers.telegram.sending.channel import TelegramChannel
from handlers.telegram.sending.rate_limits import RateLimiter
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import Address, Person
from tests.scenarios.far_side import reading, writing
from tests.telegram.person import TelegramPerson
from tests.telegram.screen import Message
from tests.telegram.stand_in import TelegramStandIn

AT_A_TIME, ROUNDS, PRESSES = 64, 3, 500
LETTERS = 10_000
PATIENCE_SECONDS = 120.0
LOOKS = ("requests:0:0", "menu:0:0", "sessions:0:0")
"""What is pressed: each changes the message, for no two in a row show the same."""


def run() -> list[Row]:
    """The rows for Telegram."""
    return [asyncio.run(_presses()), *asyncio.run(_reminders())]


async def _presses() -> Row:
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'ours.db'}")
        furnish(store, 100, 60)
        async with TelegramStandIn(keeps_limits=False) as far:
            people = _move_in(store, far)
            rates: dict[str, list[float]] = {"ours": [], "bare": []}
            for _ in range(ROUNDS):
                for kind, found in rates.items():
                    async with _running(kind, store, far):
                        found.append(await _rate(far, people, asks=kind == "ours"))
        store.close()
    ours, bare = rates["ours"], rates["bare"]
    ratio = median(map(truediv, ours, bare))
    name = f"presses in Telegram, {AT_A_TIME} at a time, beside a bare Application"
    return _row(name, PRESSES, median(ours), median(bare), "a second", ratio, "ratio >= 0.5")


def _move_in(store: Store, far: TelegramStandIn) -> list[TelegramPerson]:
    """Those who have requests and offers, in Telegram alone."""
    busy = {who for one in open_offers(store) for who in (one.requester, one.facilitator)}
    with store.begin() as uow:
        for address in uow.db.exec(select(Address)).all():
            uow.delete(address)
        rows = uow.db.exec(select(Person).where(col(Person.id).in_(busy)).order_by(col(Person.id))).all()
        people = [far.person(row.name, started=True, language_code="nl") for row in rows]
        for row, person in zip(rows, people, strict=True):
            uow.add(Address(person_id=row.id, channel="telegram", address=str(person.id), preferred=True))
    return people


@asynccontextmanager
async def _running(kind: str, store: Store, far: TelegramStandIn) -> AsyncIterator[None]:
    url = store.engine.url.render_as_string()
    command = [sys.executable, "-m", "benchmarks.telegram_apps", kind, url, far.token, far.api_url]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    assert process.stdin is not None
    assert process.stdout is not None
    if (await process.stdout.readline()).decode().strip() != READY:
        raise RuntimeError(f"the {kind} bot did not start")
    yield
    process.stdin.close()
    await process.wait()


async def _rate(far: TelegramStandIn, people: Sequence[TelegramPerson], *, asks: bool) -> float:
    """Presses a second, each counted when its query is answered and its message changed.

    The message is the one that the bot answers with to who ``asks``; one that does not answer is given one.
    """
    messages = [await (_asked(person) if asks else _given(far, person)) for person in people[:AT_A_TIME]]
    left = iter(range(PRESSES))
    began = time.perf_counter()

    async def one_after_another(person: TelegramPerson, message: Message) -> None:
        for look, _ in zip(cycle(LOOKS), left):  # the looks have no end
            before = message.post.words
            query = person.press_later(as_answer(look), message)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await query.answered.wait()
                while message.post.words == before:  # noqa: ASYNC110  # a changed message rings no bell
                    await asyncio.sleep(0.002)

    await asyncio.gather(*map(one_after_another, people, messages))
    return PRESSES / (time.perf_counter() - began)


async def _asked(person: TelegramPerson) -> Message:
    before = len(person.messages)
    await person.says("help")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(person.messages) == before:  # noqa: ASYNC110  # a message rings no bell
            await asyncio.sleep(0.01)
    return person.last


async def _given(far: TelegramStandIn, person: TelegramPerson) -> Message:
    """A message of the bot's with a button, put there without the bot."""
    button = {"text": "Kijk", "callback_data": LOOKS[0]}
    said = {"chat_id": person.id, "text": "Kijk hier.", "reply_markup": {"inline_keyboard": [[button]]}}
    async with ClientSession() as http, http.post(f"{far.base_url}{far.token}/sendMessage", json=said) as answer:
        answer.raise_for_status()
    return person.last


async def _reminders() -> list[Row]:
    forked = multiprocessing.get_context("fork")
    ours, theirs = forked.Pipe()
    telegram = forked.Process(target=_serve, args=(theirs,))
    telegram.start()
    token, url, ids = ours.recv()
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'letters.db'}")
        _write(store, ids)
        await _deliver(store, token, url)
        store.close()
    ours.send("that was all")
    rate, refused = ours.recv()
    telegram.join()
    return [
        _row("reminders to as many people in Telegram, beside the allowed rate", LETTERS, rate, A_SECOND, "a second",
             rate / A_SECOND, "ratio >= 0.95"),
        _row("calls among them that Telegram refused as too many", LETTERS, refused, 0, "calls", refused, "ours <= 0"),
    ]  # fmt: skip


def _serve(far_side: Connection) -> None:
    asyncio.run(_keep_limits(far_side))


async def _keep_limits(far_side: Connection) -> None:
    async with TelegramStandIn() as far:
        ids = [far.person(f"Persoon {number}", started=True).id for number in range(LETTERS)]
        far_side.send((far.token, far.base_url, ids))
        while not far_side.poll():  # noqa: ASYNC110  # the other process rings no bell
            await asyncio.sleep(0.2)
        far_side.send((far.limits.pace.per_second, len(far.limits.violations)))


def _write(store: Store, ids: Sequence[int]) -> None:
    SQLModel.metadata.create_all(store.engine)
    with store.begin() as uow:
        people = [Person(name=f"Persoon {number}") for number in range(len(ids))]
        uow.add_all(people)
        uow.flush()
        addresses = [
            Address(person_id=who.id, channel="telegram", address=str(number))
            for who, number in zip(people, ids, strict=True)
        ]
        uow.add_all(addresses)
        letters = (OutboxMessage(who.id, "reminder", who.id, {}, None, once="once") for who in people)
        outbox.put_many(uow, letters, now=NOW)


async def _deliver(store: Store, token: str, url: str) -> None:
    clock = MovableClock(base=lambda: NOW)
    async with Bot(token, base_url=url, request=HTTPXRequest(connection_pool_size=CONNECTIONS)) as bot:
        channel = TelegramChannel(ApiClient(bot, RateLimiter()), TEXTS)
        dispatcher = Dispatcher(writing(store, clock), reading(store, clock), [channel], _reminder, clock)
        await dispatcher.drain()
        await dispatcher.stop()


def _reminder(_context: Context, _person: Person, note: Note) -> View:
    button = Button("Bekijk de bijeenkomst", Action("session.show", note.subject_id))
    text = "Morgen is jullie bijeenkomst: dinsdag 8 december 2026 om 14:00."
    return View(text, "Herinnering", (("Waar", "Turfmarkt 147, Den Haag"),), (button,))


if __name__ == "__main__":
    for measured_row in run():
        print(measured_row)
