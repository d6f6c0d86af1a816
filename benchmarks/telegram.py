"""How near to the allowed rate many reminders go out in Telegram, and whether Telegram ever has to refuse one.

They go from the outbox through the courier and the library, by a true clock, to a stand-in that keeps Telegram's
limits, in a process of its own.
"""

import asyncio
import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import SQLModel
from telegram import Bot
from telegram.request import HTTPXRequest

from benchmarks.reminders import Row, _row
from benchmarks.workplace import NOW, TEXTS
from bot.clock import MovableClock
from bot.courier import Courier
from flows.actions import Action
from flows.desk import Desk
from flows.notices import Note
from flows.view import Button, View
from handlers.telegram.channel import TelegramChannel
from handlers.telegram.limits import A_SECOND
from handlers.telegram.pace import Pace
from handlers.telegram.web import Web
from storage import outbox
from storage.models import Address, Person
from storage.outbox import Letter
from storage.unit_of_work import Store
from tests.scenarios.far_side import reading, writing
from tests.telegram.stand_in import TelegramStandIn

LETTERS = 10_000
CONNECTIONS = 64


def run() -> list[Row]:
    """The rows for Telegram; takes as long as the limits ask, nearly six minutes."""
    return asyncio.run(_reminders())


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
        letters = (Letter(who.id, "reminder", who.id, {}, None, f"reminder {who.id}") for who in people)
        outbox.put_many(uow, letters, now=NOW)


async def _deliver(store: Store, token: str, url: str) -> None:
    clock = MovableClock(base=lambda: NOW)
    async with Bot(token, base_url=url, request=HTTPXRequest(connection_pool_size=CONNECTIONS)) as bot:
        channel = TelegramChannel(Web(bot, Pace()), TEXTS)
        courier = Courier(writing(store, clock), reading(store, clock), [channel], _reminder, clock)
        await courier.drain()
        await courier.stop()


def _reminder(_desk: Desk, _person: Person, note: Note) -> View:
    button = Button("Bekijk de bijeenkomst", Action("session.show", note.subject_id))
    text = "Morgen is jullie bijeenkomst: dinsdag 8 december 2026 om 14:00."
    return View(text, "Herinnering", (("Waar", "Turfmarkt 147, Den Haag"),), (button,))


if __name__ == "__main__":
    for measured_row in run():
        print(measured_row)
