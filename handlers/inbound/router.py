"""The one way in: a neutral event becomes a use case in one unit of work, and its answer or its refusal a view.

An event, its effect, and the messages it causes are committed together with the mark that it was seen. So a repeat of
the event after the effect does nothing, and a repeat after a crash before it does the work. An event that
was refused leaves the mark alone: it is refused once.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime
from functools import partial

from flows.access import arrivals
from flows.capabilities import CAPABILITIES
from flows.engine import faults
from flows.engine.context import Desk, Turn
from flows.engine.forms import conversation
from flows.engine.forms.definition import Choice
from flows.engine.language.texts import Texts, Translator
from flows.engine.policy import Rules
from flows.engine.views.action import Action
from flows.engine.views.refusals import NotKnownHere, Refusal, UnknownButton
from flows.engine.views.view import Button, Front, View
from flows.home import home_page, menu, next_step
from handlers.inbound.events import Began, Came, Closed, Event, Pressed, Said, Sender, Submitted
from handlers.inbound.typed_commands import said
from storage.database.conflicts import Conflict
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import inbox
from storage.models import Person
from storage.people import people

log = logging.getLogger(__name__)

AT_ONCE = 16
"""How many events are under way at once. Most of them wait, for their turn or for the disk."""
TRIES = 5
"""How often an event is taken in when others get in its way, before it counts as failed."""
LONGEST_PAUSE = 0.2
"""In seconds; pauses differ at random, so that those who met do not meet again."""


class Router:
    """Takes events from every channel. ``wake`` is called, in any thread, when a commit left mail or something due."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], rules: Rules, texts: Texts, wake: Callable[[], None]
    ) -> None:
        self._store, self._now, self._rules, self._texts, self._wake = store, now, rules, texts, wake
        self._threads = ThreadPoolExecutor(AT_ONCE, "event")

    async def handle(self, event: Event, *, newcomers: bool = False) -> View | None:
        """The answer for the person who did this, or None where there is nothing to say.

        So it is for a repeat of what was done already, and for a window that was closed. With ``newcomers``, it raises
        NotKnownHere where nobody knows who did it, and keeps nothing of it.
        """
        doing = partial(copy_context().run, partial(self.answer, event, newcomers=newcomers))
        return await asyncio.get_running_loop().run_in_executor(self._threads, doing)

    def wake(self) -> None:
        """A change that no event made, such as somebody leaving, left mail or something due. From any thread."""
        self._wake()

    async def search(self, sender: Sender, draft_id: int, field: str, query: str) -> list[Choice]:
        """The choices of a form's field that fit what the person typed, best first; none where it is not theirs."""
        return await asyncio.to_thread(self._search, sender, draft_id, field, query)

    def front(self, sender: Sender) -> Front | None:
        """The home page of this person as things stand now, made in this thread; None for somebody unknown."""
        try:
            with self._store.read() as uow:
                return home_page.front(self._looking(uow, sender))
        except NotKnownHere:
            return None

    def answer(self, event: Event, *, newcomers: bool = False) -> View | None:
        """Like ``handle``, in this thread."""
        try:
            return self._answered(event, newcomers=newcomers)
        except NotKnownHere:
            raise
        except Exception as error:  # noqa: BLE001  # A person's turn ends here: they get an answer with an id to quote.
            fault = faults.report(log, "An event failed", error, channel=event.sender.channel)
            return self._failed(event, fault)

    def _answered(self, event: Event, *, newcomers: bool) -> View | None:
        try:
            return self._do_in_turn(event)
        except Refusal as refusal:
            if newcomers and isinstance(refusal, NotKnownHere):
                raise
            extra = {"action": "refused", "outcome": refusal.key, "channel": event.sender.channel}
            log.info("An event was refused: %s", refusal.key, extra=extra)
            # The refusal rolled the event's id back; it is stored now, so that a repeat is not answered again.
            return self._refused(event, refusal) if self._is_first(event) else None

    def _is_first(self, event: Event) -> bool:
        with self._store.begin() as uow:
            return inbox.first_time(uow, event.sender.channel, event.event_id, self._now())

    def _do_in_turn(self, event: Event) -> View | None:
        for _ in range(TRIES - 1):
            try:
                return self._do(event)
            except Conflict:
                # The conflict rolled back everything, the event's id included, so doing it anew is as doing it later.
                log.info("An event is taken in once more", extra={"action": "again", "channel": event.sender.channel})
                time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311  # keeps apart, guards nothing
        return self._do(event)

    def _do(self, event: Event) -> View | None:
        with self._store.begin() as uow:
            if not inbox.first_time(uow, event.sender.channel, event.event_id, self._now()):
                return None
            answer = self._come(uow, event) if isinstance(event, Came) else self._acted(uow, event)
        if uow.to_do:
            self._wake()
        return answer

    def _acted(self, uow: UnitOfWork, event: Event) -> View | None:
        sender = event.sender
        turn = self._turn(uow, people.acting(uow, sender.channel, sender.address))
        view = _dispatch(turn, event)
        # Who turned out to be somebody reads on as that person, in their language.
        return next_step.onward(turn, view).speaking(view.language or turn.t.language) if view else None

    def _come(self, uow: UnitOfWork, event: Came) -> View:
        desk = Desk(uow, self._now(), self._rules, self._texts, CAPABILITIES)
        sender, told = event.sender, event.profile
        people.acting(uow, sender.channel, sender.address)
        return arrivals.accept(desk, sender.channel, sender.address, told, event.token, sure=event.sure)

    def _looking(self, uow: UnitOfWork, sender: Sender) -> Turn:
        return self._turn(uow, people.at(uow, sender.channel, sender.address))

    def _turn(self, uow: UnitOfWork, person: Person | None) -> Turn:
        if person is None:
            raise NotKnownHere
        return Turn(Desk(uow, self._now(), self._rules, self._texts, CAPABILITIES), person)

    def _search(self, sender: Sender, draft_id: int, field: str, query: str) -> list[Choice]:
        try:
            with self._store.read() as uow:
                return conversation.search(self._looking(uow, sender), draft_id, field, query)
        except Refusal:
            return []

    def _refused(self, event: Event, refusal: Refusal) -> View:
        with self._reading(event.sender) as (t, turn):
            words = t(refusal.key, **refusal.values)
            current = _current(turn, refusal.shows) if turn else None
            if current is not None:
                return current.noting(words).speaking(t.language)
            return View(words, buttons=(_menu(t),) if turn else (), language=t.language)

    def _failed(self, event: Event, fault: str) -> View:
        with self._reading(event.sender) as (t, _turn):
            return View(t("error.unexpected", fault=fault), buttons=(_menu(t),), language=t.language)

    @contextmanager
    def _reading(self, sender: Sender) -> Iterator[tuple[Translator, Turn | None]]:
        with self._store.read() as uow:
            person = people.at(uow, sender.channel, sender.address)
            turn = Turn(Desk(uow, self._now(), self._rules, self._texts, CAPABILITIES), person) if person else None
            yield self._texts.into(_language(person)), turn


def _language(person: Person | None) -> str | None:
    return person.language if person else None


def _menu(t: Translator) -> Button:
    return Button(t("menu.title"), Action("menu"))


def _current(turn: Turn, shows: Action | None) -> View | None:
    try:
        view = CAPABILITIES.verbs[shows.verb].act(turn, shows) if shows else None
        return next_step.onward(turn, view) if view else None
    except Refusal:
        return None


def _dispatch(turn: Turn, event: Event) -> View | None:
    match event:
        case Pressed():
            return _press(turn, event)
        case Began():
            return conversation.begin(turn, event.form, event.subject_id, event.known)
        case Submitted():
            return conversation.take(turn, event.draft_id, event.page, event.answers)
        case Closed():
            conversation.close(turn, event.draft_id, event.page, event.answers)
            return None
        case Said():
            return _heard(turn, event)
        case _:
            raise AssertionError(f"no channel makes such an event: {type(event).__name__}")


def _heard(turn: Turn, event: Said) -> View | None:
    """Words that stand for a button do what it does, wherever they are typed."""
    meant = said(event.text)
    return _press(turn, Pressed(event.event_id, event.sender, meant)) if meant else menu.heard(turn, event.text)


def _press(turn: Turn, event: Pressed) -> View | None:
    action = Action.unpack(event.action)
    verb = CAPABILITIES.verbs.get(action.verb)
    if verb is None:
        raise UnknownButton
    if event.answers and verb.keeps_page:
        conversation.keep(turn, action.id, event.page, event.answers)
    return verb.act(turn, action)
