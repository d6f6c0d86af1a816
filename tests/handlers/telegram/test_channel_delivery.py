"""Letters from the outbox to Telegram: each arrives, once wherever that can be known, and nobody waits for another."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlmodel import select
from telegram import Bot

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.outcome import ATTEMPTS
from bot.schedule.clock import MovableClock, SystemClock
from flows.engine.context import Context
from flows.engine.notifications import Note
from flows.engine.views.view import Attachment, View
from handlers.outbound.channel import Channel
from handlers.telegram.errors import LOST_PAUSE
from handlers.telegram.sending.api import ApiClient
from handlers.telegram.sending.channel import TelegramChannel
from handlers.telegram.sending.rate_limits import RateLimiter
from storage.database.unit_of_work import Store
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import Address, Outbox, OutboxState, Person
from tests.handlers.telegram.desk import TEXTS, Desk
from tests.scenarios.far_side import Recorder, reading, writing
from tests.telegram.orders import Behaviour, Dropped, Fails, Status, ThenSilence, TooMany, to
from tests.telegram.person import TelegramPerson
from tests.telegram.stand_in import TelegramStandIn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALENDAR = Attachment("dialoog.ics", "text/calendar", b"BEGIN:VCALENDAR")


def _compose(_context: Context, _person: Person, note: Note) -> View:
    return View(f"{note.kind} {note.subject_id}", file=CALENDAR if note.kind == "planned" else None)


@dataclass
class Post:
    """The outbox, and the way from it to Telegram."""

    store: Store
    clock: MovableClock
    desk: Desk
    beside: tuple[Channel, ...] = ()

    def add(self, name: str, **addresses: object) -> int:
        with self.store.begin() as uow:
            person = uow.add(Person(name=name))
            for channel, address in addresses.items():
                uow.add(Address(person_id=person.id, channel=channel, address=str(address)))
            return person.id

    def put(self, person: int, subject: int, kind: str = "hello", slot: str | None = None) -> None:
        with self.store.begin() as uow:
            letter = OutboxMessage(person, kind, subject, {}, slot, once="once")
            outbox.put(uow, letter, now=self.clock.now())

    async def deliver(self) -> None:
        channels = [self.desk.channel, *self.beside]
        desks = writing(self.store, self.clock), reading(self.store, self.clock)
        await Dispatcher(*desks, channels, _compose, self.clock).drain()

    async def after(self, **wait: float) -> None:
        """So much later, by every clock."""
        self.clock.move(timedelta(**wait))
        self.desk.seconds += timedelta(**wait).total_seconds()
        await self.deliver()

    def states(self) -> list[OutboxState]:
        with self.store.read() as uow:
            return [row.state for row in uow.db.exec(select(Outbox).order_by(Outbox.id)).all()]  # type: ignore[arg-type]

    def reachable(self, person: int) -> list[bool]:
        with self.store.read() as uow:
            return [one.reachable for one in uow.db.exec(select(Address).where(Address.person_id == person)).all()]


@pytest_asyncio.fixture
async def post(store: Store, desk: Desk) -> AsyncIterator[Post]:
    yield Post(store, MovableClock(base=lambda: NOW), desk)


async def test_what_a_person_gets_comes_in_order_and_is_changed_in_its_place(
    post: Post, desk: Desk, anna: TelegramPerson
) -> None:
    person = post.add("Anna", telegram=anna.id)
    post.put(person, 1, slot="offer:1")
    post.put(person, 2)
    post.put(person, 3, slot="offer:1")
    await post.deliver()
    assert desk.texts(anna) == ["hello 3", "hello 2"]
    assert post.states() == [OutboxState.SENT] * 3


@pytest.mark.parametrize("behaviour", [Fails("Bad Gateway"), Status(503), Dropped(), TooMany(30)], ids=repr)
async def test_a_letter_that_was_not_taken_arrives_later_and_once(
    post: Post, desk: Desk, anna: TelegramPerson, behaviour: Behaviour
) -> None:
    post.put(post.add("Anna", telegram=anna.id), 1, "planned")
    desk.far.orders.give("sendMessage", behaviour)
    await post.deliver()
    assert desk.texts(anna) == []
    await post.after(seconds=31)
    assert (desk.texts(anna), desk.files(anna)) == (["planned 1"], ["dialoog.ics"])


@pytest.mark.parametrize("behaviour", [Dropped(after_effect=True), ThenSilence()], ids=repr)
async def test_a_letter_of_which_nobody_knows_whether_it_arrived_is_sent_once_more(
    post: Post, desk: Desk, anna: TelegramPerson, behaviour: Behaviour
) -> None:
    desk.awaits_silence()
    post.put(post.add("Anna", telegram=anna.id), 1)
    desk.far.orders.give("sendMessage", behaviour)
    await post.deliver()
    await post.after(seconds=31)
    assert desk.texts(anna) == ["hello 1", "hello 1"]
    assert post.states() == [OutboxState.SENT]


async def test_a_refused_message_is_tried_once_and_then_somebody_is_to_look(
    post: Post, desk: Desk, anna: TelegramPerson
) -> None:
    person = post.add("Anna", telegram=anna.id)
    post.put(person, 1)
    desk.far.orders.give("sendMessage", Fails("Bad Request: can't parse entities"), times=None)
    await post.deliver()
    await post.after(days=1)
    assert desk.named("sendMessage") == 1
    assert (post.states(), post.reachable(person)) == ([OutboxState.DEAD], [True])


@pytest.mark.parametrize("way", ["blocks", "deletes_account"])
async def test_who_stopped_the_bot_is_reached_elsewhere_from_then_on(
    post: Post, desk: Desk, anna: TelegramPerson, way: str
) -> None:
    elsewhere = Recorder("slack")
    post.beside = (elsewhere,)
    person = post.add("Anna", telegram=anna.id, slack="U1")
    await getattr(anna, way)()
    for subject in (1, 2):
        post.put(person, subject)
        await post.deliver()
    assert [address for address, _ in elsewhere.order] == ["U1", "U1"]
    assert desk.named("sendMessage") == 1
    assert (post.states(), post.reachable(person)) == ([OutboxState.SENT] * 2, [False, True])


async def test_telegrams_wish_for_a_pause_never_uses_a_letter_up_nor_holds_up_others(
    post: Post, desk: Desk, anna: TelegramPerson
) -> None:
    bert = desk.far.person("Bert", started=True)
    desk.far.orders.give("sendMessage", TooMany(60), times=2 * ATTEMPTS, where=to(anna))
    post.put(post.add("Anna", telegram=anna.id), 1)
    post.put(post.add("Bert", telegram=bert.id), 2)
    await post.deliver()
    assert desk.texts(bert) == ["hello 2"]
    for _ in range(2 * ATTEMPTS):
        await post.after(seconds=61)
    assert desk.texts(anna) == ["hello 1"]


async def test_letters_wait_while_the_token_is_refused_and_all_arrive_after(
    post: Post, desk: Desk, anna: TelegramPerson
) -> None:
    person = post.add("Anna", telegram=anna.id)
    for subject in range(3):
        post.put(person, subject)
    desk.far.orders.give("*", Fails("Unauthorized"), times=None)
    await post.deliver()
    for _ in range(2 * ATTEMPTS):
        await post.after(seconds=LOST_PAUSE + 1)
    assert post.states() == [OutboxState.READY] * 3
    desk.far.orders.withdraw()
    await post.after(seconds=LOST_PAUSE + 1)
    assert desk.texts(anna) == ["hello 0", "hello 1", "hello 2"]


async def test_a_file_that_fails_comes_with_the_next_attempt_and_its_message_stands_once(
    post: Post, desk: Desk, anna: TelegramPerson
) -> None:
    post.put(post.add("Anna", telegram=anna.id), 1, "planned")
    desk.far.orders.give("sendDocument", Fails("Bad Gateway"))
    await post.deliver()
    await post.after(seconds=31)
    assert (desk.texts(anna), desk.files(anna)) == (["planned 1"], ["dialoog.ics"])
    assert post.states() == [OutboxState.SENT]


async def test_by_the_real_clock_too_no_limit_is_broken(store: Store) -> None:
    """Against a stand-in that forgives nothing, over real connections. How fast is measured in the benchmarks."""
    async with TelegramStandIn() as far, Bot(far.token, base_url=far.base_url) as bot:
        clock, crowd = SystemClock(), [far.person(f"Persoon {number}", started=True) for number in range(75)]
        with store.begin() as uow:
            for one in crowd:
                person = uow.add(Person(name=one.user.first_name))
                uow.add(Address(person_id=person.id, channel="telegram", address=str(one.id)))
                outbox.put(uow, OutboxMessage(person.id, "hello", 1, {}, None, f"k{one.id}"), now=clock.now())
        channel = TelegramChannel(ApiClient(bot, RateLimiter()), TEXTS)
        dispatcher = Dispatcher(writing(store, clock), reading(store, clock), [channel], _compose, clock)
        await asyncio.wait_for(dispatcher.drain(), 60)
        assert far.limits.violations == []
        assert far.limits.pace.count == len(crowd)
