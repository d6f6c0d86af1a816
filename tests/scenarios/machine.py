"""A small programme, and the bot at work in it without an event loop: everything that may happen, one step at a time.

The people here press any button they ever saw, their own or somebody else's, and the process may die before it keeps
what it did. ``invariants`` says what must be true after each step.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import event

from flows.capabilities import CAPABILITIES
from flows.delivery.compose import compose
from flows.engine import schedule
from flows.engine.context import Context
from flows.engine.forms.definition import Kind
from flows.engine.language.texts import Texts
from flows.engine.notifications import Note
from flows.engine.policy import Rules
from flows.engine.views.view import Button, FormField, FormPage, View
from handlers.inbound.events import Event, Pressed, Sender, Submitted
from handlers.inbound.results import Repeat, to_say
from handlers.inbound.router import Router
from storage.database.unit_of_work import Store
from storage.delivery import due, outbox
from storage.delivery.outbox import Leased
from storage.models import Inbox, Person
from tests.conftest import make_schema
from tests.scenarios.hamlet import CHANNEL, EVERYBODY, invent

MONDAY = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
"""Monday 23 November 2026, 09:05 in The Hague."""
RULES = Rules()
TEXTS = Texts("nl", RULES.zone)
LEASE = timedelta(minutes=2)
PAGES_AT_MOST = 15
EASY: Mapping[str, Any] = {
    "topics": ["1"], "where": "online", "origin": "any", "language": "nl", "follow_up": "yes", "template": "2",
    "rhythm": "weeks:1", "held": "yes",
}  # fmt: skip
"""Answers with which somebody is found and a series comes of it."""


class Died(BaseException):
    """The process died at the commit, and nothing of the transaction is kept. No Exception: nobody catches it."""


@dataclass(frozen=True)
class Delivered:
    """A message that arrived, with what it was about."""

    at: datetime
    person_id: int
    note: Note
    view: View


@lru_cache
def _template() -> sqlite3.Connection:
    """The hamlet as it is before anything happened, made once."""
    store = Store("sqlite://")
    make_schema(store)
    invent(store, MONDAY.date())
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    _raw(store).backup(kept)
    store.close()
    return kept


@lru_cache
def _store() -> Store:
    """One database in memory for all runs in this process, so that every statement is compiled once."""
    return Store("sqlite://")


def _fresh() -> Store:
    """A copy of the template database, as it was before anything happened."""
    _template().backup(_raw(_store()))
    return _store()


def _raw(store: Store) -> sqlite3.Connection:
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


class Hamlet:
    """The bot at work. ``screens`` is what each person saw last, ``chats`` what stands in their chat by slot.

    ``listener`` is called when messages have been ``delivered``, while everything still is as they say.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or _fresh()
        self.now = MONDAY
        self.router = Router(self.store, lambda: self.now, RULES, TEXTS, wake=lambda: None, capabilities=CAPABILITIES)
        self.screens: dict[int, View] = {}
        self.chats: dict[int, dict[str, View]] = {}
        self.buttons: dict[str, None] = {}
        self.pages: dict[tuple[int, str], tuple[int, FormPage]] = {}
        self.delivered: list[Delivered] = []
        self.shown: list[tuple[int, View]] = []
        self.listener: Callable[[], None] = lambda: None
        self._events = 0

    def press(self, person_id: int, packed: str, fate: str = "once") -> View | None:
        """Somebody presses a button, whoever's it is."""
        return self._answer(self.pressing(person_id, packed), fate)

    def pressing(self, person_id: int, packed: str) -> Pressed:
        """The event of somebody pressing a button, not handed in yet."""
        return Pressed(self._new_id(), Sender(CHANNEL, str(person_id)), packed)

    def submit(self, person_id: int, page: FormPage, given: Mapping[str, Any], fate: str = "once") -> View | None:
        """Somebody answers a page of a form, whoever's it is."""
        return self._answer(self.submitting(person_id, page, given), fate)

    def submitting(self, person_id: int, page: FormPage, given: Mapping[str, Any]) -> Submitted:
        """The event of somebody answering a page, not handed in yet."""
        return Submitted(self._new_id(), Sender(CHANNEL, str(person_id)), page.draft_id, page.page, given)

    def _answer(self, event: Event, fate: str) -> View | None:
        if fate == "dies":
            with _dying(self.store):
                self.router.answer(event)
        view = to_say(self.router.answer(event))
        assert view is not None, "a repeat before the effect did nothing"
        assert view.buttons or view.form, f"a dead end: {view}"
        self._see(int(event.sender.address), view)
        if fate == "repeated":
            again = self.router.answer(event)
            assert (again == Repeat()) == self._was_seen(event), "a repeat after the effect did something"
        return view

    def _was_seen(self, event: Event) -> bool:
        with self.store.read() as uow:
            return uow.find(Inbox, (CHANNEL, event.event_id)) is not None

    def _see(self, person_id: int, view: View) -> None:
        self.screens[person_id] = view
        self._remember(person_id, view)

    def _remember(self, person_id: int, view: View) -> None:
        self.shown.append((person_id, view))
        for button in view.buttons:
            self.buttons[button.action.pack()] = None
        if view.form is not None:
            self.pages[view.form.draft_id, view.form.page] = (person_id, view.form)

    def _new_id(self) -> str:
        self._events += 1
        return f"event-{self._events}"

    @contextmanager
    def context(self) -> Iterator[Context]:
        """A context on a new unit of work at the present instant."""
        with self.store.begin() as uow:
            yield Context(uow, self.now, RULES, TEXTS, CAPABILITIES)

    def standing(self, *verbs: str) -> list[tuple[int, Button]]:
        """What people have in front of them, the newest message first, each button with whose it is."""
        return [
            (person_id, button)
            for person_id in EVERYBODY
            for view in (*reversed(self.chats.get(person_id, {}).values()), *self._screen(person_id))
            for button in view.buttons
            if not verbs or button.action.verb in verbs
        ]

    def _screen(self, person_id: int) -> list[View]:
        return [self.screens[person_id]] if person_id in self.screens else []

    def converse(self, person_id: int, view: View | None, chance: random.Random, **fixed: Any) -> None:
        """Answer page after page, as far as it goes, and send what can be sent."""
        for _ in range(PAGES_AT_MOST):
            if view is None or view.form is None:
                break
            view = self.submit(person_id, view.form, plausible(view.form, chance, self.now, person_id, fixed))
        for button in view.buttons if view is not None else ():
            if button.action.verb == "form.send":
                self.press(person_id, button.action.pack())

    def tick(self) -> None:
        """Do all that is due."""
        while schedule.work(self.context, CAPABILITIES.rules, 100).done:
            pass

    def deliver(self) -> None:
        """Deliver all that is ready, in each person's order."""
        while True:
            with self.context() as context:
                letters = outbox.lease(context.uow, self.now, 1000, LEASE)
                for letter in letters:
                    self._hand_over(context, letter)
            if not letters:
                break
        if self.delivered:
            self.listener()
            self.delivered.clear()

    def _hand_over(self, context: Context, letter: Leased) -> None:
        note = Note(letter.kind, letter.subject_id, letter.args, letter.slot)
        view = compose(context, context.uow.get(Person, letter.person_id), note)
        if view is None:
            outbox.settle_moot(context.uow, letter, self.now)
            return
        self.chats.setdefault(letter.person_id, {})[letter.slot or f"letter:{letter.id}"] = view
        self.delivered.append(Delivered(self.now, letter.person_id, note, view))
        self._remember(letter.person_id, view)
        outbox.settle_sent(context.uow, letter, self.now, CHANNEL, str(letter.id))

    def sleep(self, span: timedelta) -> None:
        """The bot is down while time passes: what falls due on the way is done late."""
        self.now += span

    def live(self, span: timedelta) -> None:
        """Time passes with the bot awake: what falls due on the way is done at its time."""
        until = self.now + span
        while (falls_due := self._next_due()) is not None and falls_due <= until:
            self.now = max(self.now, falls_due)
            self.settle()
        self.now = until

    def _next_due(self) -> datetime | None:
        with self.store.read() as uow:
            return due.earliest(uow)

    def settle(self) -> None:
        """Do all that is due, and deliver what comes of it."""
        self.tick()
        self.deliver()


@contextmanager
def _dying(store: Store) -> Iterator[None]:
    def die(_connection: object) -> None:
        raise Died

    event.listen(store.engine, "commit", die)
    try:
        yield
    except Died:
        pass
    finally:
        event.remove(store.engine, "commit", die)


def plausible(
    page: FormPage, chance: random.Random, now: datetime, author: int, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Answers to a page that somebody might give; those ``given`` where it asks for them."""
    return {asked.name: (given or {}).get(asked.name) or _answer(asked, chance, now, author) for asked in page.fields}


def _answer(asked: FormField, chance: random.Random, now: datetime, author: int) -> Any:  # noqa: PLR0911  # a table
    monday = now.astimezone(RULES.zone).date() - timedelta(days=now.weekday())
    day = monday + timedelta(days=chance.choice((7, 8, 8, 9, 11, 12, 14, 15, 35)))
    match asked.kind:
        case Kind.CHOICE:
            return chance.choice(asked.choices).value if asked.choices else None
        case Kind.CHOICES:
            return [chance.choice(asked.choices).value]
        case Kind.NUMBER:
            low, high = asked.low or 1, asked.high or 20
            return chance.choice((low, min(low + 2, high), min(high, 20)))
        case Kind.DATE:
            return day.isoformat() if asked.required else chance.choice((None, day.isoformat()))
        case Kind.MOMENT:
            return f"{day}T{chance.choice(('10:00', '11:00', '14:00'))}" if asked.required else None
        case Kind.LONG_TEXT:
            return f"{marker(author)} woorden"
        case _:
            return chance.choice(("Den Haag", "Utrecht"))


def marker(author: int) -> str:
    """What stands in everything this person writes for the facilitator alone, to see where it turns up."""
    return f"«{author}»"


ODD: tuple[Any, ...] = (
    None, "", "nee", -1, 0, 10**12, True, [], ["x"], {}, 1.5, "2026-02-30", "2020-01-01T10:00", "9999-12-31T23:59",
    "0001-01-01", "2026-12-08T10:00+01:00", "\x00", "𝄞" * 3000, [None], {"a": 1},
)  # fmt: skip
"""Answers nobody gives on purpose."""
