"""No letter to a person is ever posted in a room, whatever is stored as their address."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from bot.config.address_shapes import SHAPES
from bot.schedule.clock import MovableClock
from storage.database.unit_of_work import Store
from storage.delivery import message_slots, outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import Address, Facilitator, Outbox, OutboxState, Person
from tests.conftest import make_schema
from tests.scenarios.far_side import NOW, Recorder, add_person, carry_over
from tests.slack.asking import ask
from tests.slack.channel import Channel
from tests.slack.town import SlackTown

ANNA, TEAM = "U012AB3CD", "C012AB3CD"


@dataclass
class Strict(Recorder):
    """A channel that knows a person's address when it sees one, as Slack's and Telegram's do."""

    def is_persons(self, address: str) -> bool:
        return SHAPES[self.name].fits(address)

    def is_between(self, address: str, message_ref: str) -> bool:
        return message_ref.startswith(f"{self.name}-")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'private.db'}")
    make_schema(opened)
    yield opened
    opened.close()


def put(store: Store, person: int, slot: str | None = None) -> None:
    with store.begin() as uow:
        outbox.put(uow, OutboxMessage(person, "hello", 1, {}, slot, once="1"), now=NOW)


def state(store: Store) -> OutboxState:
    with store.read() as uow:
        return uow.db.exec(select(Outbox)).one().state


ROOMS = pytest.mark.parametrize(
    ("channel", "room"),
    [("slack", TEAM), ("slack", "G012AB3CD"), ("slack", "D012AB3CD"), ("slack", "#team"), ("slack", "USLACKBOT"),
     ("telegram", "-1001234567890"), ("telegram", "@team"), ("telegram", "+777"), ("telegram", "1087968824")],
)  # fmt: skip


@ROOMS
async def test_a_letter_is_not_sent_to_what_is_no_persons_address(
    store: Store, clock: MovableClock, channel: str, room: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    anna = add_person(store, "Anna", **{channel: room})
    put(store, anna)
    recorder = Strict(name=channel)
    await carry_over(store, clock, recorder).drain()
    assert recorder.order == []
    assert state(store) is OutboxState.DEAD
    told = [record for record in caplog.records if getattr(record, "action", "") == "courier.misshapen"]
    assert [(one.person, one.address) for one in told] == [(anna, 1)]  # type: ignore[attr-defined]  # ids, from extra
    assert room not in caplog.text


@ROOMS
async def test_it_goes_where_the_person_can_be_reached_as_if_that_address_were_not_there(
    store: Store, clock: MovableClock, channel: str, room: str
) -> None:
    put(store, add_person(store, "Anna", **{channel: room}, elsewhere="77"))
    recorder, other = Strict(name=channel), Recorder(name="elsewhere")
    await carry_over(store, clock, recorder, other).drain()
    assert (recorder.order, other.order) == ([], [("77", "hello 1")])


async def test_who_has_a_rooms_address_is_still_found_by_their_e_mail_address(
    store: Store, clock: MovableClock
) -> None:
    anna = add_person(store, "Anna", slack=TEAM)
    with store.begin() as uow:
        uow.get(Person, anna).email = "anna@gov.example"
    put(store, anna)
    recorder = Strict(known={"anna@gov.example": ANNA})
    await carry_over(store, clock, recorder).drain()
    assert recorder.order == [(ANNA, "hello 1")]


async def test_what_is_found_by_an_e_mail_address_is_not_used_where_it_is_a_rooms(
    store: Store, clock: MovableClock
) -> None:
    anna = add_person(store, "Anna")
    with store.begin() as uow:
        uow.get(Person, anna).email = "anna@gov.example"
    put(store, anna)
    recorder = Strict(known={"anna@gov.example": TEAM})
    await carry_over(store, clock, recorder).drain()
    assert recorder.order == []
    with store.read() as uow:
        assert uow.db.exec(select(Address)).all() == []


@pytest.mark.parametrize("email", ["Anna@gov.example", "j\u0430n@gov.example", "anna"])
async def test_nobody_is_looked_for_by_an_e_mail_address_by_which_they_are_not_known(
    store: Store, clock: MovableClock, email: str
) -> None:
    anna = add_person(store, "Anna")
    with store.begin() as uow:
        uow.get(Person, anna).email = email
    put(store, anna)
    recorder = Strict(known={email: ANNA, "anna@gov.example": ANNA})
    await carry_over(store, clock, recorder).drain()
    assert recorder.order == []


@pytest.mark.parametrize(("ref", "changed"), [("slack-7", True), (f"{TEAM}:7", False)])
async def test_a_message_that_stands_in_a_room_is_never_changed_into_a_persons_letter(
    store: Store, clock: MovableClock, ref: str, *, changed: bool
) -> None:
    anna = add_person(store, "Anna", slack=ANNA)
    with store.begin() as uow:
        message_slots.keep(uow, anna, "slack", "offer:1", ref)
    put(store, anna, "offer:1")
    recorder = Strict()
    await carry_over(store, clock, recorder).drain()
    assert recorder.order == [(ANNA, "hello 1")]
    assert (ref in recorder.messages) is changed


async def test_in_slack_no_offer_is_posted_in_the_rooms_that_stand_as_facilitators_addresses(
    slack_town: SlackTown,
) -> None:
    rooms = rooms_for_addresses(slack_town)
    await ask(slack_town, slack_town.requester)
    assert slack_town.holding("Accepteer")
    assert [room.posts for room in rooms if room.posts] == []


def rooms_for_addresses(town: SlackTown) -> list[Channel]:
    """Channels with the bot in them, each of which stands in the database as the address of a facilitator."""
    with town.store.begin() as uow:
        ids = list(uow.db.exec(select(Facilitator.person_id)))
        rooms = [town.far.channel(f"team{id_}", town.requester, with_bot=True) for id_ in ids]
        for id_, room in zip(ids, rooms, strict=True):
            uow.add(Address(person_id=id_, channel="slack", address=room.id, preferred=True))
    return rooms
