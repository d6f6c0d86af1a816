"""The bot at work in a demo programme, with a clock to move and people to act."""

import itertools
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlmodel import SQLModel, select

from bot.app import App
from bot.demo.clock_control import Stage
from bot.demo.simulated_person import SimulatedPerson
from bot.schedule.clock import MovableClock
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.views.view import View
from flows.people import served_channels
from handlers.inbound.events import EnteredByLink
from handlers.inbound.results import to_say
from handlers.outbound.memory_channel import Delivery, MemoryChannel
from storage.database.unit_of_work import Store
from storage.models import Address, Organisation, Person
from storage.people import people
from storage.people.profiles import Profile
from storage.programme import demo
from tests.conftest import make_schema

Row = TypeVar("Row", bound=SQLModel)
_events = itertools.count(1)

MONDAY = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
"""Monday 23 November 2026, 09:05 in The Hague."""
RULES = Rules()
TEXTS = Texts("nl", RULES.zone)
DUTCH, ENGLISH = TEXTS.into("nl"), TEXTS.into("en")


def at(text: str) -> datetime:
    """The instant of a wall clock in The Hague, as in "2026-12-08 14:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=RULES.zone).astimezone(UTC)


def invent(store: Store, today: datetime = MONDAY) -> None:
    """Fill a database with the demo programme. Everybody in it reads Dutch, as the tests do."""
    with store.begin() as uow:
        demo.invent(uow, seed=2021, today=today.date(), folder=demo.PROGRAMME)
        demo.all_speak(uow, "nl")


def invent_at(path: Path, today: datetime = MONDAY) -> None:
    """Make a SQLite database with the demo programme in it."""
    store = Store(f"sqlite:///{path}")
    make_schema(store)
    invent(store, today)
    store.close()


class Elsewhere(MemoryChannel):
    """Another channel, in which nobody of the demo programme is."""

    name = "telegram"


class Town:
    """``store`` may be shared with another Town on the same database: that is the bot after a restart."""

    def __init__(self, store: Store, *, now: datetime = MONDAY, rules: Rules = RULES) -> None:
        self.store = store
        self.clock = MovableClock(base=lambda: now)
        self.channel = MemoryChannel(self.clock.now)
        self.elsewhere = Elsewhere(self.clock.now)
        self.app = App(store, self.clock, rules, TEXTS, [self.channel, self.elsewhere])
        self._stage = Stage(self.app, self.clock)
        self._actors: dict[int, SimulatedPerson] = {}

    @property
    def now(self) -> datetime:
        """The present instant by the town's clock."""
        return self.clock.now()

    def actor(self, person_id: int) -> SimulatedPerson:
        """Somebody of the programme; the same actor each time, with the same screen."""
        if person_id not in self._actors:
            with self.store.read() as uow:
                name = uow.get(Person, person_id).name
            self._actors[person_id] = SimulatedPerson(name, str(person_id), self.app.router, self.channel)
        return self._actors[person_id]

    def newcomer(self, name: str, address: str) -> SimulatedPerson:
        """A colleague of the requester who is reached elsewhere only: as far as the programme knows, nobody else."""
        unit = self.person(self.requester).unit_id
        with self.store.begin() as uow:
            person = uow.add(Person(name=name, language="nl", unit_id=unit))
            uow.add(Address(person_id=person.id, channel=self.elsewhere.name, address=address, preferred=True))
        return SimulatedPerson(name, address, self.app.router, self.elsewhere)

    def serve_both(self) -> None:
        """Have it known that both channels are served, so that somebody can be one person in two."""
        with self.store.begin() as uow:
            served_channels.serve(
                uow, {self.channel.name: "", self.elsewhere.name: "https://t.me/dialoog_bot?start="}, self.now
            )

    async def come(self, who: SimulatedPerson, token: str, *, sure: bool = False) -> View:
        """Somebody opens a link with this token; ``sure``: and says that they are whom it is for."""
        came = EnteredByLink(f"came-{next(_events)}", who.sender, token, Profile(who.name, language="nl"), sure)
        answer = to_say(await self.app.router.handle(came))
        assert answer is not None
        who.screen = answer
        return answer

    def device(self, person_id: int, address: str) -> SimulatedPerson:
        """The same person at another device: another address of theirs."""
        with self.store.begin() as uow:
            name = uow.get(Person, person_id).name
            uow.add(Address(person_id=person_id, channel=self.channel.name, address=address))
        return SimulatedPerson(name, address, self.app.router, self.channel)

    @property
    def requester(self) -> SimulatedPerson:
        """A civil servant without any role, who asks."""
        return self.civil_servant(0)

    def civil_servant(self, number: int) -> SimulatedPerson:
        """The ``number``-th person without any role."""
        with self.store.read() as uow:
            return self.actor(people.without_role(uow)[number].id)

    def asked(self) -> list[SimulatedPerson]:
        """The facilitators with an offer in front of them that they can accept."""
        return [actor for actor in self._reached() if any(_can_accept(view) for view in actor.messages)]

    def steering(self) -> list[SimulatedPerson]:
        """The people whose newest message is an open request to steer."""
        return [actor for actor in self._reached() if _can_steer(actor.last)]

    def _reached(self) -> list[SimulatedPerson]:
        """Everybody who got a message so far."""
        return [self.actor(person_id) for person_id in sorted({int(d.address) for d in self.channel.deliveries})]

    def builders_of(self, person: SimulatedPerson) -> list[SimulatedPerson]:
        """The practice builders of the organisation this person works in."""
        with self.store.read() as uow:
            unit = uow.get(Organisation, uow.get(Person, int(person.sender.address)).unit_id)
            path = [int(part) for part in unit.path.split("/") if part]
            return [self.actor(person_id) for person_id in people.builders_of(uow, path)]

    def team(self) -> list[SimulatedPerson]:
        """The programme team."""
        with self.store.read() as uow:
            return [self.actor(person_id) for person_id in people.programme_team(uow)]

    def organisations(self, ids: Collection[int]) -> list[Organisation]:
        """Organisations by id."""
        return [organisation for organisation in self.rows(Organisation) if organisation.id in ids]

    def person(self, actor: SimulatedPerson) -> Person:
        """The row of an actor."""
        with self.store.read() as uow:
            return uow.get(Person, int(actor.sender.address))

    def arrived(self, actor: SimulatedPerson, since: int = 0) -> list[Delivery]:
        """Everything that was delivered to this person, edits of earlier messages too, in order."""
        address = actor.sender.address
        return [delivery for delivery in self.channel.deliveries[since:] if delivery.address == address]

    @property
    def seen(self) -> int:
        """How much was delivered so far: a mark to look from later."""
        return len(self.channel.deliveries)

    async def settle(self) -> None:
        """Everything that is due is done, and everything that is ready delivered."""
        await self.app.settle()

    async def until(self, moment: datetime) -> None:
        """Time passes, with everything on the way done when it is due."""
        await self._stage.until(moment)

    async def passes(self, span: timedelta) -> None:
        """``span`` passes by the clock."""
        await self._stage.move(span)

    async def sleeps_until(self, moment: datetime) -> None:
        """The bot is down until ``moment``; then it starts again and catches up."""
        self.clock.set(moment)
        await self.settle()

    def rows(self, model: type[Row]) -> list[Row]:
        """The rows of a table."""
        with self.store.read() as uow:
            return list(uow.db.exec(select(model)))


def _can_accept(view: View) -> bool:
    return any(button.action.verb == "offer.accept" for button in view.buttons)


def _can_steer(view: View) -> bool:
    return any(button.action.verb == "steer.again" for button in view.buttons)


def words(view: View | None) -> str:
    """Everything a person can read in a view, its buttons and its file included."""
    return "\n".join(_words(view)) if view is not None else ""


def _words(view: View) -> Iterator[str]:
    yield from (view.title, view.text)
    yield from (f"{label}: {value}" for label, value in view.facts)
    yield from (f"[{button.label}]" for button in view.buttons)
    if view.file is not None:
        yield view.file.content.decode(errors="replace").replace("\r\n ", "")
    if view.form is not None:
        yield from (view.form.title, view.form.position, view.form.submit)
        for field in view.form.fields:
            yield from (field.label, field.help, field.shown, field.error, str(field.value), str(field.typed))
            yield from (choice.label for choice in field.choices)


def last_words(actor: SimulatedPerson) -> str:
    """What the newest message in somebody's chat says."""
    return words(actor.last) if actor.messages else ""
