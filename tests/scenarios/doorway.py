"""A small programme with two channels: who comes in, who is sent away, who turns out to be whom."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import SQLModel, col, select

from bot.app import App
from bot.demo.simulated_person import SimulatedPerson
from bot.schedule.clock import MovableClock
from flows.access import invitations
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.views.view import View
from flows.people import served_channels
from handlers.inbound.events import EnteredByLink, Sender
from handlers.inbound.results import to_say
from handlers.inbound.router import Router
from handlers.outbound.memory_channel import MemoryChannel
from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import (
    Address,
    Facilitator,
    Level,
    Organisation,
    OrganisationKind,
    Person,
    PracticeBuilder,
)
from storage.people import people
from storage.people.profiles import Profile

Row = TypeVar("Row", bound=SQLModel)

NOW = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
RULES = Rules()
TEXTS = Texts("nl", RULES.zone)
DOOR = "https://t.me/dialoog_bot?start="
SLACK, TELEGRAM = "slack", "telegram"
YES, NO = "Ja, dat ben ik", "Nee, dat ben ik niet"

_events = itertools.count(1)


class Channel(MemoryChannel):
    """A channel called so."""

    def __init__(self, name: str, clock: MovableClock) -> None:
        super().__init__(clock.now)
        self.name = name


class Doorway:
    """An organisation with a unit in it, and one beside it; somebody of the team, a builder, and a facilitator."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = MovableClock(base=lambda: NOW)
        self.router = Router(store, self.clock.now, RULES, TEXTS, lambda: None, capabilities=CAPABILITIES)
        self._channels = {name: Channel(name, self.clock) for name in (SLACK, TELEGRAM)}
        with store.begin() as uow:
            served_channels.serve(uow, {SLACK: "", TELEGRAM: DOOR}, NOW)
            self._found(uow)

    def _found(self, uow: UnitOfWork) -> None:
        whole = self._organisation(uow, "bzk", "Binnenlandse Zaken", None)
        self.whole = whole.id
        self.unit = self._organisation(uow, "rvo", "Dienst Regelingen", whole).id
        self.elsewhere = self._organisation(uow, "fin", "Financiën", None).id
        self.team = self._person(uow, "Tess", programme_team=True)
        self.builder = self._person(uow, "Bas")
        self.facilitator = self._person(uow, "Fien", email="fien@gov.example", unit_id=self.unit)
        uow.add(PracticeBuilder(person_id=self.builder, organisation_id=whole.id))
        self.lead(uow, self.facilitator)

    def _organisation(self, uow: UnitOfWork, code: str, name: str, parent: Organisation | None) -> Organisation:
        above = parent.path if parent else "/"
        kind, parent_id = OrganisationKind.AGENCY, parent.id if parent else None
        made = uow.add(Organisation(code=code, kind=kind, parent_id=parent_id, name_nl=name, name_en=name))
        made.path = f"{above}{made.id}/"
        return made

    def _person(self, uow: UnitOfWork, name: str, **told: Any) -> int:
        return uow.add(Person(name=name, language="nl", **told)).id

    def lead(self, uow: UnitOfWork, person_id: int) -> None:
        """Make somebody a facilitator."""
        profile = Facilitator(person_id=person_id, level=Level.TRAINED, capacity=4, joined_on=NOW.date())
        uow.add(profile)

    def leads(self, who: SimulatedPerson) -> None:
        """Make whoever is at this account a facilitator."""
        person = self.person_at(who)
        assert person is not None
        with self.store.begin() as uow:
            self.lead(uow, person.id)

    def person(self, name: str, **told: Any) -> int:
        """Somebody whom the programme knows from now on; gives their id."""
        with self.store.begin() as uow:
            return self._person(uow, name, **told)

    def at(self, channel: str, address: str, person_id: int) -> SimulatedPerson:
        """This person in this channel, reached at this address from now on."""
        with self.store.begin() as uow:
            name = uow.get(Person, person_id).name
            first = not uow.db.exec(select(Address).where(Address.person_id == person_id)).first()
            uow.add(Address(person_id=person_id, channel=channel, address=address, preferred=first))
        return self.nobody(channel, address, name)

    def nobody(self, channel: str, address: str, name: str = "Somebody") -> SimulatedPerson:
        """Somebody at this address, whoever the programme takes them for."""
        return SimulatedPerson(name, address, self.router, self._channels[channel])

    async def come(self, who: SimulatedPerson, token: str, *, language: str | None = "nl", sure: bool = False) -> View:
        """Somebody opens a link with this token; ``sure``: and says that they are whom it is for."""
        sender = Sender(who.sender.channel, who.sender.address)
        profile = Profile(who.name, language=language)
        answer = to_say(await self.router.handle(EnteredByLink(f"came-{next(_events)}", sender, token, profile, sure)))
        assert answer is not None
        who.screen = answer
        return answer

    async def claim(self, shows: SimulatedPerson, uses: SimulatedPerson) -> str:
        """Somebody shows a code, and somebody uses it and says that they are that person; gives the code."""
        code = await self.code(shows)
        if self.person_at(uses) is None:
            token = f"link_{code.replace('-', '')}"
            await self.come(uses, token)
            await self.come(uses, token, sure=True)
        else:
            await uses.say(f"link {code}")
            await uses.press(YES)
        await self.deliver()
        return code

    async def link(self, shows: SimulatedPerson, uses: SimulatedPerson) -> View:
        """The same, and whoever showed the code confirms it; gives what they read then."""
        await self.claim(shows, uses)
        await shows.press(YES)
        await self.deliver()
        return shows.last

    async def typed(self, who: SimulatedPerson, said: str) -> str:
        """Somebody says something; gives the words of the answer."""
        view = await who.say(said)
        assert view is not None
        return view.text

    async def code(self, who: SimulatedPerson) -> str:
        """A new code of this one, as it stands in their chat."""
        view = await who.say("link")
        assert view is not None
        return next(value for label, value in view.facts if label == "Code")

    def person_at(self, who: SimulatedPerson) -> Person | None:
        """Whom the programme takes this one for, active or not."""
        with self.store.read() as uow:
            query = select(Person).join(Address, col(Address.person_id) == Person.id)
            here = (Address.channel == who.sender.channel, Address.address == who.sender.address)
            return uow.db.exec(query.where(*here)).first()

    async def deliver(self) -> None:
        """Everything that must arrive does."""
        await self._app().dispatcher.drain()

    async def tick(self) -> None:
        """Everything that is due is done, and everything that must arrive does."""
        await self._app().settle()

    @contextmanager
    def contexts(self) -> Iterator[Context]:
        """A context on a transaction of its own, now."""
        with self.store.begin() as uow:
            yield Context(uow, self.clock.now(), RULES, TEXTS, CAPABILITIES)

    def invitation(self, person_id: int) -> str:
        """The token of an invitation for this person, made at a terminal."""
        with self.contexts() as context:
            made = invitations.make(context, None, context.uow.get(Person, person_id), once=True, by=None)
        return made.link.removeprefix(DOOR)

    def _app(self) -> App:
        return App(self.store, self.clock, RULES, TEXTS, [*self._channels.values()])

    def tables(self) -> list[str]:
        """The names of all tables."""
        return [table.name for table in SQLModel.metadata.sorted_tables]

    def addresses(self, uow: UnitOfWork, person_id: int) -> list[Address]:
        """Where this person is reached."""
        return people.addresses(uow, person_id)

    def passes(self, span: timedelta) -> None:
        """Time passes."""
        self.clock.move(span)

    def rows(self, model: type[Row]) -> list[Row]:
        """The rows of a table."""
        with self.store.read() as uow:
            return list(uow.db.exec(select(model)))


def token_in(view: View | None) -> str:
    """The token of the link that a view shows."""
    assert view is not None
    found = re.search(re.escape(DOOR) + r"([A-Za-z0-9_-]{1,64})(?![A-Za-z0-9_-])", view.text)
    assert found, view.text
    return found[1]
