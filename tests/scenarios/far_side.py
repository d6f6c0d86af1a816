"""The far side of a delivery, as a value to look at: a channel that keeps what it was given, and can refuse it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.delivery.dispatcher import Dispatcher
from bot.schedule.clock import Clock
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context
from flows.engine.language.texts import Texts
from flows.engine.notifications import Note
from flows.engine.policy import Rules
from flows.engine.schedule import Contexts
from flows.engine.views.view import View
from handlers.outbound.channel import PLAIN, Envelope
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.models import Address, Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When the still clock of the ``clock`` fixture begins."""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TEXTS = Texts("nl", AMSTERDAM)


def writing(store: Store, clock: Clock) -> Contexts:
    """Contexts on transactions that may write, at the clock's time."""

    @contextmanager
    def context() -> Iterator[Context]:
        with store.begin() as uow:
            yield Context(uow, clock.now(), Rules(), TEXTS, CAPABILITIES)

    return context


def reading(store: Store, clock: Clock) -> Contexts:
    """Contexts on transactions that only look, at the clock's time."""

    @contextmanager
    def context() -> Iterator[Context]:
        with store.read() as uow:
            yield Context(uow, clock.now(), Rules(), TEXTS, CAPABILITIES)

    return context


@dataclass
class Recorder:
    """A channel that keeps what arrives, and first raises what stands in ``troubles``, one after another."""

    name: str = "slack"
    messages: dict[str, tuple[str, str]] = field(default_factory=dict)
    order: list[tuple[str, str]] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    replace_troubles: list[Exception] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    """The addresses that it finds, by e-mail address."""

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        ref = f"{self.name}-{len(self.order) + 1}"
        return self._stand(address, ref, view)

    async def replace(self, address: str, message_ref: str, view: View, envelope: Envelope = PLAIN) -> str:
        if self.replace_troubles:
            raise self.replace_troubles.pop(0)
        return self._stand(address, message_ref, view)

    def is_persons(self, address: str) -> bool:
        return True

    def is_between(self, address: str, message_ref: str) -> bool:
        return True

    async def find(self, email: str) -> str | None:
        return self.known.get(email)

    def _stand(self, address: str, ref: str, view: View) -> str:
        self.messages[ref] = (address, view.text)
        self.order.append((address, view.text))
        return ref

    def seen_by(self, address: str) -> list[str]:
        """What arrived at an address, in order."""
        return [text for whose, text in self.order if whose == address]


def compose(_context: Context, person: Person, note: Note) -> View | None:
    """A stand-in for the programme's own words: "kind subject", nothing for what is moot, a fault for a bad one."""
    if note.kind == "moot":
        return None
    if note.kind == "bad":
        raise ValueError(f"something about {person.name}")
    view = View(f"{note.kind} {note.subject_id}")
    return view.noting("This comes late.") if note.args.get("late") else view


def carry_over(store: Store, clock: Clock, *channels: Recorder, side_by_side: int = 16) -> Dispatcher:
    """A dispatcher for these channels, with the stand-in's words."""
    return Dispatcher(writing(store, clock), reading(store, clock), channels, compose, clock, side_by_side=side_by_side)


async def deliver_all(dispatcher: Dispatcher, store: Store) -> None:
    """Have a dispatcher run until nothing waits any more, now or later."""
    running = asyncio.create_task(dispatcher.run())
    while await asyncio.to_thread(_waiting, store):  # noqa: ASYNC110  # what waits lies in a database, which rings no bell
        await asyncio.sleep(0.05)
    await dispatcher.stop()
    await running


def _waiting(store: Store) -> bool:
    with store.read() as uow:
        return outbox.earliest_ready(uow) is not None


def add_person(store: Store, name: str, **addresses: str) -> int:
    """A person with an address on each of these channels, the first one preferred; gives their id."""
    with store.begin() as uow:
        person = uow.add(Person(name=name))
        for channel, address in addresses.items():
            preferred = channel == next(iter(addresses))
            uow.add(Address(person_id=person.id, channel=channel, address=address, preferred=preferred))
        return person.id
