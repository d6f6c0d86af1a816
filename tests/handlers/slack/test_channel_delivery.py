"""Letters from the outbox to Slack: each arrives once, whatever became of the answer, the process or the file."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from sqlmodel import col, select

from bot.delivery.dispatcher import LEASE, SIDE_BY_SIDE, Dispatcher
from bot.delivery.outcome import ATTEMPTS
from bot.schedule.clock import MovableClock
from flows.engine.context import Context
from flows.engine.notifications import Note
from flows.engine.views.view import Attachment, View
from handlers.outbound.channel import Channel
from handlers.slack.errors import LOST_PAUSE
from storage.database.unit_of_work import Store
from storage.delivery import dead_letters, message_slots, outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import Address, Outbox, OutboxReason, OutboxState, Person
from storage.people import people
from tests.handlers.slack.counter import Counter, opened
from tests.scenarios.far_side import Recorder, reading, writing
from tests.slack.member import Member
from tests.slack.orders import Behaviour, Dropped, Fails, Status, ThenSilence, TooMany
from tests.slack.stand_in import SlackStandIn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALENDAR = Attachment("dialoog.ics", "text/calendar", b"BEGIN:VCALENDAR")


def _compose(_context: Context, _person: Person, note: Note) -> View:
    return View(f"{note.kind} {note.subject_id}", file=CALENDAR if note.kind == "planned" else None)


@dataclass
class Post:
    """The outbox, and the way from it to Slack."""

    store: Store
    clock: MovableClock
    counter: Counter
    beside: tuple[Channel, ...] = ()

    def dispatcher(self, counter: Counter | None = None) -> Dispatcher:
        channels = [(counter or self.counter).channel, *self.beside]
        return Dispatcher(
            writing(self.store, self.clock), reading(self.store, self.clock), channels, _compose, self.clock
        )

    def add(self, name: str, email: str | None = None, **addresses: str) -> int:
        with self.store.begin() as uow:
            person = uow.add(Person(name=name, email=email))
            for channel, address in addresses.items():
                uow.add(Address(person_id=person.id, channel=channel, address=address))
            return person.id

    def put(self, person: int, subject: int, kind: str = "hello") -> None:
        with self.store.begin() as uow:
            outbox.put(uow, OutboxMessage(person, kind, subject, {}, "card", once="once"), now=NOW)

    def rows(self) -> list[Outbox]:
        with self.store.read() as uow:
            return list(uow.db.exec(select(Outbox).order_by(col(Outbox.id))))

    @property
    def row(self) -> Outbox:
        (row,) = self.rows()
        return row

    def later(self, by: timedelta) -> None:
        self.clock.move(by)
        self.counter.seconds += by.total_seconds()

    async def deliver_all(self) -> None:
        """Deliver until nothing waits any more, however long that takes by the clock."""
        for _ in range(ATTEMPTS):
            await self.dispatcher().drain()
            waiting = [row.not_before for row in self.rows() if row.state == OutboxState.READY]
            if not waiting:
                return
            self.later(max(timedelta(), min(waiting) - self.clock.now()))

    def standing(self, person: int) -> dict[str, str]:
        """Where the person's card stands, by channel."""
        with self.store.read() as uow:
            return message_slots.posted(uow, person, "card")


@pytest_asyncio.fixture
async def post(store: Store) -> AsyncIterator[Post]:
    async with SlackStandIn(echoes=False) as slack, opened(slack) as counter:
        yield Post(store, MovableClock(base=lambda: NOW), counter)


@pytest.fixture
def anna(post: Post) -> Member:
    return post.counter.slack.workspace.hire("Anna de Vries")


async def test_a_letter_that_arrives_is_never_looked_for(post: Post, anna: Member) -> None:
    post.put(post.add("Anna", slack=anna.id), 1)
    post.counter.slack.orders.give("chat.postMessage", TooMany(20))
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 1"]
    assert [call.method for call in post.counter.slack.calls.made] == ["chat.postMessage"] * 2


@pytest.mark.parametrize("behaviour", [ThenSilence(), Dropped(after_effect=True)], ids=repr)
async def test_a_letter_whose_answer_never_came_stands_there_once(
    post: Post, anna: Member, behaviour: Behaviour
) -> None:
    post.counter.awaits_silence()
    person = post.add("Anna", slack=anna.id)
    post.put(person, 1)
    post.counter.slack.orders.give("chat.postMessage", behaviour)
    await post.deliver_all()
    (stands,) = post.counter.posts(anna)
    assert (post.row.state, post.counter.named("chat.postMessage")) == (OutboxState.SENT, 1)
    assert post.standing(person)["slack"].endswith(f":{stands.ts}")


@pytest.mark.parametrize("behaviour", [Status(500), Dropped()], ids=repr)
async def test_a_letter_that_did_not_arrive_is_looked_for_once_and_sent(
    post: Post, anna: Member, behaviour: Behaviour
) -> None:
    post.put(post.add("Anna", slack=anna.id), 1)
    post.counter.slack.orders.give("chat.postMessage", behaviour)
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 1"]
    assert post.counter.named("conversations.history") == 1


async def test_a_letter_sent_by_a_process_that_died_before_it_could_mark_it_stands_there_once(
    post: Post, anna: Member
) -> None:
    person = post.add("Anna", slack=anna.id)
    post.put(person, 1)
    await _send_and_die(post, anna)
    assert post.row.state == OutboxState.READY
    post.later(LEASE)
    async with ClientSession() as session:
        await post.dispatcher(Counter(post.counter.slack, session)).drain()
    (stands,) = post.counter.posts(anna)
    assert (post.row.state, post.row.attempts) == (OutboxState.SENT, 0)
    assert post.standing(person)["slack"].endswith(f":{stands.ts}")


async def _send_and_die(post: Post, anna: Member) -> None:
    post.counter.slack.orders.give("chat.postMessage", ThenSilence())
    dispatcher = post.dispatcher()
    draining = asyncio.create_task(dispatcher.drain())
    await post.counter.slack.until(lambda: post.counter.posts(anna))
    dying = [draining, *dispatcher._under_way]
    for task in dying:
        task.cancel()
    await asyncio.gather(*dying, return_exceptions=True)


async def test_a_letter_is_not_mistaken_for_another_with_the_same_words(post: Post, anna: Member) -> None:
    person = post.add("Anna", slack=anna.id)
    with post.store.begin() as uow:
        for number in (1, 2):
            outbox.put(uow, OutboxMessage(person, "hello", 1, {}, None, once=f"v{number}"), now=NOW)
    post.counter.slack.orders.give("chat.postMessage", Status(503), where=lambda _: len(post.counter.posts(anna)) == 1)
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 1", "hello 1"]


async def test_a_letter_goes_out_unsought_where_the_bot_may_not_look(post: Post, anna: Member) -> None:
    post.counter.slack.workspace.scopes.discard("im:history")
    post.put(post.add("Anna", slack=anna.id), 1)
    post.counter.slack.orders.give("chat.postMessage", Status(500))
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 1"]


async def test_a_letter_in_its_slot_changes_the_message_that_stands_there(post: Post, anna: Member) -> None:
    person = post.add("Anna", slack=anna.id)
    for subject in (1, 2):
        post.put(person, subject)
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 2"]


async def test_a_letter_whose_message_was_taken_away_is_sent_anew(post: Post, anna: Member) -> None:
    person = post.add("Anna", slack=anna.id)
    post.put(person, 1)
    await post.deliver_all()
    post.counter.posts(anna).clear()
    post.put(person, 2)
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 2"]


async def test_a_file_stands_below_its_message(post: Post, anna: Member) -> None:
    post.put(post.add("Anna", slack=anna.id), 1, "planned")
    await post.deliver_all()
    message, file = post.counter.posts(anna)
    assert post.counter.files(anna) == [("dialoog.ics", message.ts)]
    assert post.counter.slack.workspace.uploads.files[file.files[0]["id"]].content == CALENDAR.content


@pytest.mark.parametrize(
    ("method", "behaviour"),
    [
        ("files.getUploadURLExternal", Status(500)),
        ("files.getUploadURLExternal", TooMany(9)),
        ("files.completeUploadExternal", Dropped()),
        ("files.completeUploadExternal", ThenSilence()),
    ],
    ids=repr,
)
async def test_a_file_that_fails_at_first_doubles_neither_itself_nor_its_message(
    post: Post, anna: Member, method: str, behaviour: Behaviour
) -> None:
    post.counter.awaits_silence()
    post.put(post.add("Anna", slack=anna.id), 1, "planned")
    post.counter.slack.orders.give(method, behaviour)
    await post.deliver_all()
    assert len(post.counter.texts(anna)) == 1
    assert post.counter.files(anna) == [("dialoog.ics", post.counter.posts(anna)[0].ts)]
    assert post.row.state == OutboxState.SENT


@pytest.mark.parametrize("behaviour", [Status(500), Fails("missing_scope"), Fails("file_uploads_disabled")], ids=repr)
async def test_a_message_stands_without_a_file_that_keeps_failing(
    post: Post, anna: Member, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    person = post.add("Anna", slack=anna.id)
    post.put(person, 1, "planned")
    post.put(person, 2)
    post.counter.slack.orders.give("files.getUploadURLExternal", behaviour, times=None)
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 2"]
    assert post.counter.files(anna) == []
    assert {row.state for row in post.rows()} == {OutboxState.SENT}
    assert "slack.file_left_out" in [line.__dict__.get("action") for line in caplog.records]


async def test_a_person_without_an_address_is_found_by_email_and_kept(post: Post, anna: Member) -> None:
    person = post.add("Anna", email="anna.de.vries@example.org")
    for subject in (1, 2):
        post.put(person, subject)
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 2"]
    assert post.counter.named("users.lookupByEmail") == 1
    with post.store.read() as uow:
        (address,) = people.addresses(uow, person)
    assert (address.channel, address.address, address.reachable) == ("slack", anna.id, True)


async def test_somebody_who_came_back_to_slack_is_found_again(post: Post, anna: Member) -> None:
    person = post.add("Anna", email="anna.de.vries@example.org", slack=anna.id)
    post.put(person, 1)
    anna.deleted = True
    await post.deliver_all()
    assert post.row.state == OutboxState.DEAD
    anna.deleted = False
    post.put(person, 2)
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 2"]


async def test_a_letter_for_somebody_slack_does_not_know_is_dead_and_arrives_later_when_sent_again(post: Post) -> None:
    post.put(post.add("Bert", email="bert.bos@example.org"), 1)
    await post.deliver_all()
    assert (post.row.state, post.row.reason) == (OutboxState.DEAD, OutboxReason.NO_ADDRESS)
    bert = post.counter.slack.workspace.hire("Bert Bos")
    with post.store.begin() as uow:
        dead_letters.replay(uow, post.row.id, post.clock.now())
    await post.deliver_all()
    assert post.counter.texts(bert) == ["hello 1"]


async def test_a_letter_is_never_given_to_somebody_else_who_has_that_address(
    post: Post, anna: Member, caplog: pytest.LogCaptureFixture
) -> None:
    post.add("Anna", slack=anna.id)
    post.put(post.add("Another Anna", email="anna.de.vries@example.org"), 1)
    await post.deliver_all()
    assert (post.row.state, post.row.reason) == (OutboxState.DEAD, OutboxReason.NO_ADDRESS)
    assert post.counter.posts(anna) == []
    assert "courier.taken" in [line.__dict__.get("action") for line in caplog.records]


async def test_a_look_up_that_fails_for_now_is_tried_again(post: Post, anna: Member) -> None:
    post.put(post.add("Anna", email="anna.de.vries@example.org"), 1)
    post.counter.slack.orders.give("users.lookupByEmail", Status(500))
    await post.deliver_all()
    assert post.counter.texts(anna) == ["hello 1"]


async def test_somebody_who_left_slack_is_reached_another_way(post: Post, anna: Member) -> None:
    telegram = Recorder("telegram")
    post.beside = (telegram,)
    post.put(post.add("Anna", slack=anna.id, telegram="T1"), 1)
    anna.deleted = True
    await post.deliver_all()
    assert telegram.seen_by("T1") == ["hello 1"]


async def test_a_lost_workspace_kills_no_letter_and_all_arrive_when_it_is_back(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    staff = [post.counter.slack.workspace.hire(f"Persoon {number}") for number in range(SIDE_BY_SIDE + 12)]
    for number, member in enumerate(staff):
        post.put(post.add(member.name, slack=member.id), number)
    post.counter.slack.workspace.token_fault = "token_revoked"
    await post.dispatcher().drain()
    assert {(row.state, row.attempts) for row in post.rows()} == {(OutboxState.READY, 0)}
    assert {row.outcome for row in post.rows()} == {"not now: the workspace refuses the app (token_revoked)"}
    assert all(row.not_before == NOW + timedelta(seconds=LOST_PAUSE) for row in post.rows())
    assert [line.__dict__["action"] for line in caplog.records] == ["slack.token_lost"]
    assert len(post.counter.slack.calls.made) <= SIDE_BY_SIDE
    post.counter.slack.workspace.token_fault = None
    post.later(timedelta(seconds=LOST_PAUSE))
    await post.deliver_all()
    assert all(len(post.counter.posts(member)) == 1 for member in staff)
