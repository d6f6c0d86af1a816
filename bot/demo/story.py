"""The whole story in the terminal: from a request to the third session of its series, in seconds, on a moved clock.

It plays on a database of its own with invented people, through the same flows, outbox and scheduler as every channel.
"""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.demo.clock_control import Stage
from bot.demo.narration import Aloud, Line, Lines, Teller
from bot.demo.simulated_person import SimulatedPerson
from bot.schedule.clock import MovableClock
from flows.engine.language.texts import Texts
from flows.engine.policy import Rules
from flows.engine.views.view import Button, FormField, View
from handlers.outbound.memory_channel import Delivery, MemoryChannel
from storage.database import schema
from storage.database.unit_of_work import Store
from storage.models import Person
from storage.people import people
from storage.programme import catalogue, demo
from storage.programme.demo import PROGRAMME

OPENING = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
"""A Monday morning, five past nine in The Hague."""


class Play:
    """The people of the story, the clock, and where its lines go."""

    def __init__(self, store: Store, language: str, teller: Teller) -> None:
        rules = Rules()
        self.clock = MovableClock(base=lambda: OPENING)
        self.channel = MemoryChannel(self.clock.now, self._arrived)
        self.store, self._teller = store, teller
        self.texts = Texts(language, rules.zone)
        self.t = self.texts.into(language)
        self.app = App(store, self.clock, rules, self.texts, [self.channel])
        self.time = Stage(self.app, self.clock)
        self._cast: dict[str, tuple[str, str]] = {}

    def enters(self, person_id: int, role: str) -> SimulatedPerson:
        """A person of the programme comes on."""
        with self.store.read() as uow:
            person = uow.get(Person, person_id)
        self._cast[str(person_id)] = (person.name, role)
        return SimulatedPerson(person.name, str(person_id), self.app.router, self.channel)

    def _arrived(self, delivery: Delivery) -> None:
        name, role = self._cast.get(delivery.address) or self._passer_by(delivery.address)
        kind = "update" if delivery.replaces else "message"
        self._tell(delivery.at, name, role, delivery.view, kind)

    def _passer_by(self, address: str) -> tuple[str, str]:
        with self.store.read() as uow:
            person = uow.get(Person, int(address))
            role = "facilitator" if people.facilitator(uow, person.id) else "team"
        self._cast[address] = (person.name, role)
        return self._cast[address]

    def _tell(self, at: datetime, name: str, role: str, view: View, kind: str) -> None:
        try:
            self._teller.tell(Line(at, name, role, kind, view, tuple(button.label for button in view.buttons)))
        except BrokenPipeError as gone:
            # The reader closed the pipe. The dispatcher would take this for a failed delivery, log it, and try again.
            raise SystemExit from gone

    async def does(self, actor: SimulatedPerson, words: str) -> None:
        """The actor presses the button that says so, and reads the answer."""
        label = actor.button(words).label
        self._did(actor, label)
        self._answered(actor, await actor.press(words))
        await self.app.settle()

    async def fills(self, actor: SimulatedPerson, **answers: Any) -> None:
        """The actor answers the page in front of them."""
        page = actor.form.title
        self._did(actor, page)
        view = await actor.fill(**answers)
        if view is None or view.form is None:
            self._answered(actor, view)
        await self.app.settle()

    def _did(self, actor: SimulatedPerson, what: str) -> None:
        self._tell(self.clock.now(), actor.name, self._role(actor), View(what), "did")

    def _answered(self, actor: SimulatedPerson, view: View | None) -> None:
        if view is not None and view.form is None:
            self._tell(self.clock.now(), actor.name, self._role(actor), view, "answer")

    def _role(self, actor: SimulatedPerson) -> str:
        return self._cast[actor.sender.address][1]


def tell(*, language: str, as_json: bool, seed: int) -> int:
    """Play the story and print it as it happens; gives the exit status, 0 when it came to its end."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'story.db'}")
        try:
            schema.upgrade(store)
            asyncio.run(_play(store, language, seed, as_json=as_json))
        finally:
            store.close()
    return 0


async def _play(store: Store, language: str, seed: int, *, as_json: bool) -> None:
    with store.begin() as uow:
        demo.invent(uow, seed=seed, today=OPENING.date(), folder=PROGRAMME)
        demo.all_speak(uow, language)
    zone = Rules().zone
    teller: Teller = Lines() if as_json else Aloud(Texts(language, zone).into(language))
    await perform(Play(store, language, teller))
    teller.end()


async def perform(play: Play) -> None:
    """The acts, one after another: asked, offered, accepted, agreed to go on, and three times met."""
    requester = await _ask(play)
    facilitator = await _accept(play)
    await play.does(requester, play.t("series.agree"))
    for _ in range(3):
        await _meet(play, facilitator)


async def _ask(play: Play) -> SimulatedPerson:
    requester, answers = play.enters(_somebody(play.store), "requester"), _answers(play.store)
    await requester.say("hallo")
    await play.does(requester, play.t("menu.ask"))
    while requester.screen is not None and requester.screen.form is not None:
        asked = requester.form.fields
        await play.fills(requester, **{name: value for name, value in answers.items() if name in _names(asked)})
    await play.does(requester, play.t("request.submit"))
    return requester


def _names(asked: tuple[FormField, ...]) -> set[str]:
    return {question.name for question in asked}


_MEETING = datetime(2026, 12, 8, 14, 0)  # noqa: DTZ001  # a wall clock, as people type it


def _answers(store: Store) -> dict[str, Any]:
    """What the requester of the story answers, by field."""
    with store.read() as uow:
        topics = {topic.code: str(topic.id) for topic in catalogue.topics(uow)}
        forms = {form.code: str(form.id) for form in catalogue.forms(uow)}
        templates = {template.code: str(template.id) for template in catalogue.templates(uow)}
    moments = (_MEETING, _MEETING + timedelta(days=2, hours=-4))
    return {
        "topics": [topics["dissent"]],
        "form": forms["moral"],
        "occasion": "team_day",
        "urgency": "normal",
        "participants": 10,
        "where": "online",
        "when": "moments",
        **{f"moment{n}": moment.isoformat(timespec="minutes") for n, moment in enumerate(moments, start=1)},
        "origin": "any",
        "follow_up": "yes",
        "template": templates["reflection"],
        "rhythm": "weeks:3",
        "count": 3,
    }


def _somebody(store: Store) -> int:
    with store.read() as uow:
        return people.without_role(uow)[0].id


async def _accept(play: Play) -> SimulatedPerson:
    """One of the facilitators who were asked has no time, and the next one accepts. Returns the one who accepts."""
    asked = [d.address for d in play.channel.deliveries if any(_is_offer(b) for b in d.view.buttons)]
    first, second = (play.enters(int(address), "facilitator") for address in sorted(set(asked), key=int)[:2])
    await play.time.move(timedelta(minutes=40))
    await play.does(first, play.t("offer.decline"))
    await play.does(first, play.t("decline.busy"))
    await play.time.move(timedelta(minutes=25))
    await play.does(second, play.t("offer.accept", moment=""))
    return second


def _is_offer(button: Button) -> bool:
    return button.action.verb == "offer.accept"


async def _meet(play: Play, facilitator: SimulatedPerson) -> None:
    """Time passes until the facilitator is asked how the next session went, and they tell."""
    seen = len(play.channel.deliveries)
    while not any(_asks_report(d, facilitator) for d in play.channel.deliveries[seen:]):
        if not await play.time.to_next():
            raise LookupError("nothing is due any more, and nobody was asked how the session went")
    await play.does(facilitator, play.t("session.report"))
    await play.fills(facilitator, held="yes")
    await play.fills(facilitator, attendees=9, topics=_answers(play.store)["topics"])


def _asks_report(delivery: Delivery, facilitator: SimulatedPerson) -> bool:
    verbs = {button.action.verb for button in delivery.view.buttons}
    return delivery.address == facilitator.sender.address and "session.report" in verbs
