"""One programme of which some work in Slack and others chat in Telegram, and the one bot that serves both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from bot.app import App
from bot.schedule.clock import MovableClock
from flows.engine.language.texts import Texts
from flows.people import served_channels
from handlers.slack.scopes import BOT_SCOPES
from handlers.slack.service import Access, Slack
from handlers.telegram.service import Telegram
from storage.database.unit_of_work import Store
from storage.models import Address, Facilitator, Organisation
from storage.models import Person as Row
from storage.people import people
from tests.scenarios.town import MONDAY
from tests.slack.person import Person
from tests.slack.stand_in import SlackStandIn
from tests.slack.town import Hurry, renew
from tests.telegram.person import TelegramPerson
from tests.telegram.stand_in import TelegramStandIn
from tests.telegram.town import TelegramTown


class MixedTown(TelegramTown):
    """Every other facilitator is in Telegram only; everybody else is in the workspace. ``far`` is Telegram."""

    def __init__(
        self, store: Store, far: TelegramStandIn, workspace: SlackStandIn, hurry: Hurry, clock: MovableClock
    ) -> None:
        self.workspace = workspace
        self.members: dict[int, Person] = {}
        super().__init__(store, far, "polling", hurry, clock)

    def _made(self, texts: Texts) -> tuple[Telegram, App]:
        telegram, _ = super()._made(texts)
        access = Access(
            bot_token=self.workspace.bot_token,
            app_token=self.workspace.app_token,
            signing_secret="",
            team_ids=frozenset(),
            api_url=self.workspace.api_url,
            over="socket",
            host="127.0.0.1",
            port=0,
            command="/dialoog",
        )
        seconds, sleep, zone = self._hurry.now, self._hurry.sleep, self._rules.zone
        self.slack = Slack(access, self.store, self.clock.now, texts, zone, seconds=seconds, sleep=sleep)
        return telegram, App(self.store, self.clock, self._rules, texts, [self.slack.channel, telegram.channel])

    def move_in(self) -> None:
        """Give everybody the one or the other."""
        with self.store.begin() as uow:
            leading = sorted(uow.db.exec(select(Facilitator.person_id)).all())
            chatting = frozenset(leading[::2])
            for row in uow.db.exec(select(Row)).all():
                if row.id in chatting:
                    person = self.far.person(row.name, started=True, language_code="nl")
                    self.people[row.id] = person
                    uow.add(Address(person_id=row.id, channel="telegram", address=str(person.id)))
                elif row.email:
                    self.members[row.id] = self.workspace.person(row.name, email=row.email, locale="nl-NL")

    async def start(self) -> str:
        """Start both channels; deliveries happen when the test says so."""
        told = [await self.slack.start(self.app.router), await self.telegram.start(self.app.router)]
        with self.store.begin() as uow:
            served_channels.serve(
                uow, {"slack": self.slack.entrance, "telegram": self.telegram.entrance}, self.clock.now()
            )
        return "\n".join(told)

    async def stop(self) -> None:
        """Stop both channels, as the bot does."""
        await self.slack.stop()
        await self.telegram.stop()

    def newcomer(self, name: str) -> TelegramPerson:
        """Somebody with Telegram whom the programme does not know."""
        return self.far.person(name, language_code="nl")

    def builder_for(self, abbreviation: str) -> Person:
        """A practice builder who steers what the organisation with this abbreviation asks, at their Slack."""
        with self.store.read() as uow:
            wanted = next(one for one in uow.db.exec(select(Organisation)) if one.abbreviation == abbreviation)
            return self.members[people.builders_of(uow, [int(part) for part in wanted.path.split("/") if part])[0]]

    def offered(self, label: str) -> tuple[list[TelegramPerson], list[Person]]:
        """Who has a message with a button that begins so, in Telegram and in Slack."""
        at_work = (one for one in self.members.values() if one.messages)
        return self.holding(label), [
            who for who in at_work if any(b.startswith(label) for m in who.messages for b in m.buttons)
        ]

    async def settle(self) -> None:
        """Everything that is due is done, and everything that is ready delivered, on both sides."""
        await self.workspace.settled()
        await super().settle()
        await self.workspace.settled()

    def untroubled(self) -> None:
        """Assert that every button that was pressed worked, and that both platforms accepted every call."""
        super().untroubled()
        assert {who.member.real_name: who.troubles for who in self.members.values() if who.troubles} == {}
        assert [(call.method, call.answer) for call in self.workspace.calls.refused] == []


@asynccontextmanager
async def mixed(store: Store, demo_file: Path) -> AsyncIterator[MixedTown]:
    """A town on a new demo programme that is up, and down again at the end."""
    renew(store, demo_file)
    hurry, clock = Hurry(), MovableClock(base=lambda: MONDAY)
    async with (
        TelegramStandIn(clock=lambda: clock.now().timestamp(), seconds=hurry.now) as far,
        SlackStandIn(clock=lambda: datetime.now(UTC).timestamp(), scopes=" ".join(BOT_SCOPES)) as workspace,
    ):
        town = MixedTown(store, far, workspace, hurry, clock)
        town.move_in()
        try:
            await town.start()
            yield town
        finally:
            await town.stop()
            store.close()
